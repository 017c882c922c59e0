import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { samplesIn } from '../decoding.ts'
import { type Line, speak } from '../spoken.ts'
import { LONG_PASSAGE, SENTENCE } from './texts.ts'

/** Speed, leads and pauses. */
export function keepsTime({ host, voice }: Subject): void {
  const say = (...lines: Line[]) => speak(host(), { voice: voice(), format: FORMAT, lines })

  test('speed divides the duration', async () => {
    const durations: number[] = []
    for (const speed of [1, 0.8, 1.2, 0.5, 2, 0.25, 4]) {
      durations.push((await say({ text: LONG_PASSAGE, speed })).done.audio_ms)
    }
    const [plain = 0, slow = 0, fast = 0, half = 0, double = 0, quarter = 0, fourfold = 0] = durations
    for (const [ratio, expected] of [
      [slow / plain, 1 / 0.8],
      [fast / plain, 1 / 1.2],
      [half / plain, 2],
      [double / plain, 0.5],
      [quarter / plain, 4],
      [fourfold / plain, 0.25],
    ] as const) {
      assert.ok(Math.abs(ratio / expected - 1) < 0.15, `${ratio} is far from ${expected}`)
    }
  })

  test('a lead is silence before the passage', async () => {
    const spoken = await say({ text: SENTENCE, leadMs: 500 }, { text: SENTENCE, leadMs: 250 })
    const [first, second] = spoken.passages
    assert.equal(Math.round(first?.start_ms ?? 0), 500)
    const firstEndMs = (first?.start_ms ?? 0) + (first?.audio_ms ?? 0)
    assert.ok(Math.abs((second?.start_ms ?? 0) - firstEndMs - 250) < 1)
    // The resampler's filter reaches a few samples ahead.
    const silence = samplesIn(spoken.bytes).subarray(0, (FORMAT.sampleRate * 490) / 1000)
    assert.ok(silence.every((sample) => Math.abs(sample) <= 1))
  })

  test('an empty text is a pause only', async () => {
    const { done, passages } = await say({ text: '', leadMs: 1_234 })
    assert.equal(passages[0]?.audio_ms, 0)
    assert.equal(Math.round(passages[0]?.start_ms ?? 0), 1_234)
    assert.ok(Math.abs(done.samples - (1_234 * FORMAT.sampleRate) / 1000) <= 2)
  })

  test('a job without passages is done at once', async () => {
    const { done, passages } = await say()
    assert.deepEqual(passages, [])
    assert.deepEqual(done, { samples: 0, audio_ms: 0 })
  })

  test('a passage tells what it cost', async () => {
    const { passages } = await say({ text: SENTENCE })
    assert.ok((passages[0]?.gen_ms ?? -1) >= 0)
  })
}

const FORMAT: Format = { codec: 'pcm_s16le', sampleRate: 24_000 }
