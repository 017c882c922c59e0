import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOpusEncoder } from '../../src/audio/opus.ts'
import { decode, run } from '../decoding.ts'
import { fitSine, sine } from './signals.ts'

const FORMAT = { codec: 'opus', sampleRate: 48_000 } as const

function encode(samples: Int16Array, pieceSamples: number): Buffer {
  const encoder = openOpusEncoder(64)
  const pages: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += pieceSamples) {
    pages.push(encoder.encode(samples.subarray(at, at + pieceSamples)))
  }
  pages.push(encoder.finish())
  encoder.free()
  return Buffer.concat(pages)
}

for (const count of [0, 1, 647, 648, 649, 960, 48_000, 123_456]) {
  test(`a stream of ${count} samples is faultless to opusinfo, and exactly as long`, (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'opus-'))
    context.after(() => rmSync(folder, { recursive: true }))
    const stream = encode(sine(440, 48_000, count), 4_800)
    const file = join(folder, 'stream.opus')
    writeFileSync(file, stream)
    const { status, stdout, stderr } = run('opusinfo', [file], new Uint8Array(0), 'opus-tools')
    const report = stdout.toString('utf8') + stderr
    assert.equal(status, 0, report)
    assert.doesNotMatch(report, /warning|error|corrupt/i)
    if (count > 0) assert.equal(decode(stream, FORMAT).length, count)
  })
}

test('a tone survives, in its place', () => {
  const decoded = decode(encode(sine(440, 48_000, 96_000), 4_800), FORMAT)
  const { snrDb, phase } = fitSine(decoded.subarray(12_000, 84_000), 440, 48_000)
  assert.ok(snrDb > 25, `SNR ${snrDb} dB`)
  assert.ok(Math.abs(phase) < 0.06, `phase ${phase}`)
})

test('encoders that are open at the same time do not disturb each other', () => {
  const tones = Array.from({ length: 8 }, (_, index) => sine(200 + 50 * index, 48_000, 19_200))
  const alone = tones.map((tone) => decode(encode(tone, 960), FORMAT))
  const encoders = tones.map(() => openOpusEncoder(64))
  const pages = encoders.map((): Uint8Array[] => [])
  for (let at = 0; at < 19_200; at += 960) {
    for (const [index, encoder] of encoders.entries()) {
      pages[index]?.push(encoder.encode(tones[index]?.subarray(at, at + 960) ?? new Int16Array(0)))
    }
  }
  for (const [index, encoder] of encoders.entries()) {
    pages[index]?.push(encoder.finish())
    encoder.free()
    assert.deepEqual(decode(Buffer.concat(pages[index] ?? []), FORMAT), alone[index])
  }
})
