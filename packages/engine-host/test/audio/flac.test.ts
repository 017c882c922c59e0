import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Encoder } from '../../src/audio/encoder.ts'
import { openFlacEncoder } from '../../src/audio/flac.ts'
import { SAMPLE_RATES } from '../../src/audio/formats.ts'
import { decode } from '../decoding.ts'
import { sine } from './signals.ts'

const decoded = (stream: Buffer, sampleRate: number): Int16Array =>
  decode(stream, { codec: 'flac', sampleRate })

/** Encodes samples in pieces of these lengths, over and over. */
function encodeWith(encoder: Encoder, samples: Int16Array, pieces: readonly number[]): Buffer {
  const encoded: Uint8Array[] = []
  for (let at = 0, piece = 0; at < samples.length; piece++) {
    const length = pieces[piece % pieces.length] ?? 1
    encoded.push(encoder.encode(samples.subarray(at, at + length)))
    at += length
  }
  encoded.push(encoder.finish())
  encoder.free()
  return Buffer.concat(encoded)
}

/** What compresses badly, and what clips. */
const noise = (count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => ((i * 48_271) % 65_536) - 32_768)

for (const sampleRate of SAMPLE_RATES.flac) {
  test(`every sample comes back as it was at ${sampleRate} Hz`, async () => {
    const tone = sine(440, sampleRate, sampleRate, 32_767)
    const stream = encodeWith(await openFlacEncoder(sampleRate), tone, [2_400])
    assert.deepEqual(decoded(stream, sampleRate), tone)
    assert.ok(stream.length < tone.byteLength / 2, `${stream.length} bytes`)
  })
}

for (const count of [1, 1_151, 1_152, 1_153, 100_001]) {
  test(`a stream of ${count} samples of noise is exactly as long, in whatever pieces it came`, async () => {
    const samples = noise(count)
    const stream = encodeWith(await openFlacEncoder(24_000), samples, [1, 0, 7, 2_400, 24_000])
    assert.deepEqual(decoded(stream, 24_000), samples)
  })
}

test('a stream of nothing has a head and no more', async () => {
  const stream = encodeWith(await openFlacEncoder(24_000), new Int16Array(0), [1])
  assert.equal(stream.toString('latin1', 0, 4), 'fLaC')
})

test('bytes leave while the stream goes on: at most a block is held back', async () => {
  const encoder = await openFlacEncoder(24_000)
  const early = [encoder.encode(noise(2_400)), encoder.encode(noise(2_400))]
  const heard = decoded(Buffer.concat(early), 24_000)
  encoder.free()
  assert.ok(heard.length >= 4_800 - 2 * 1_152, `${heard.length} samples`)
})

test('encoders that are open at the same time, and left in the middle, do not disturb each other', async () => {
  const tones = Array.from({ length: 8 }, (_, index) => sine(200 + 50 * index, 24_000, 19_200))
  const encoders = await Promise.all(tones.map(() => openFlacEncoder(24_000)))
  const streams = tones.map((): Uint8Array[] => [])
  for (let at = 0; at < 19_200; at += 960) {
    const left = await openFlacEncoder(48_000)
    left.encode(noise(5_000))
    for (const [index, encoder] of encoders.entries())
      streams[index]?.push(encoder.encode(tones[index]?.subarray(at, at + 960) ?? new Int16Array(0)))
    left.free()
  }
  for (const [index, encoder] of encoders.entries()) {
    streams[index]?.push(encoder.finish())
    encoder.free()
    assert.deepEqual(decoded(Buffer.concat(streams[index] ?? []), 24_000), tones[index])
  }
})
