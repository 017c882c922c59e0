import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openEncoder } from '../../src/audio/encoder.ts'
import type { Format } from '../../src/audio/formats.ts'
import { decode, run, samplesIn } from '../decoding.ts'
import { fitSine, sine } from './signals.ts'

async function encode(format: Format, pieces: readonly Int16Array[]): Promise<Buffer> {
  const encoder = await openEncoder(format)
  try {
    const encoded = pieces.map((piece) => encoder.encode(piece))
    return Buffer.concat([...encoded, encoder.finish()])
  } finally {
    encoder.free()
  }
}

test('sox reads a WAV stream of unknown length', async () => {
  const tone = sine(440, 24_000, 5_000)
  const wav = await encode({ codec: 'wav', sampleRate: 24_000 }, [tone.subarray(0, 7), tone.subarray(7)])
  const { stdout } = run('sox', ['-t', 'wav', '--ignore-length', '-', '-t', 'raw', '-'], wav, 'sox')
  assert.deepEqual(samplesIn(stdout), tone)
})

for (const sampleRate of [22_050, 24_000, 44_100]) {
  test(`a tone survives MP3 at ${sampleRate} Hz`, async () => {
    const format: Format = { codec: 'mp3', sampleRate, bitrateKbps: 64 }
    const decoded = decode(await encode(format, [sine(440, sampleRate, sampleRate)]), format)
    const { amplitude, snrDb } = fitSine(decoded.subarray(4_000, sampleRate - 2_000), 440, sampleRate)
    assert.ok(snrDb > 20, `SNR ${snrDb} dB`)
    // LAME turns the volume down by 5 %, lest it clips.
    assert.ok(Math.abs(amplitude / 16_000 - 0.975) < 0.05, `amplitude ${amplitude}`)
  })
}

test('an MP3 encoder that was used before remembers nothing of it', async () => {
  const format: Format = { codec: 'mp3', sampleRate: 24_000, bitrateKbps: 64 }
  const tone = sine(440, 24_000, 12_000)
  const fresh = await encode(format, [tone])
  const abandoned = await openEncoder({ codec: 'mp3', sampleRate: 44_100, bitrateKbps: 192 })
  abandoned.encode(sine(3_000, 44_100, 10_000))
  abandoned.free()
  assert.deepEqual(await encode(format, [tone]), fresh)
})
