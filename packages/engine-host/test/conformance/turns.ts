import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Subject } from '../conformance.ts'
import { outcome, startJob } from '../spoken.ts'
import { SENTENCE } from './texts.ts'

/** Several jobs at once. */
export function takesTurns({ host, voice }: Subject): void {
  test('jobs are served in turn, passage by passage', async () => {
    const lines = Array.from({ length: 4 }, () => ({ text: SENTENCE }))
    const order = { voice: voice(), format: { codec: 'pcm_s16le', sampleRate: 24_000 }, lines } as const
    const from = host().frames.length
    const first = startJob(host(), order)
    const second = startJob(host(), { ...order, format: { codec: 'wav', sampleRate: 16_000 } })
    for (const job of [first, second]) {
      const { passages } = await host().until((frames) => outcome(frames, job))
      assert.deepEqual(
        passages.map(({ passage }) => passage),
        [0, 1, 2, 3],
      )
    }
    const closed = host()
      .frames.slice(from)
      .filter(({ type }) => type === 'passage')
    const firstEnd = closed.findLastIndex(({ job }) => job === first)
    const secondStart = closed.findIndex(({ job }) => job === second)
    assert.ok(secondStart < firstEnd, 'the second job waited for the whole first one')
  })

  test('passages may be sent one by one, as they become known', async () => {
    const job = host().newJob()
    host().send({ cmd: 'open', job, voice: voice(), codec: 'pcm_s16le', sample_rate: 8_000, words: false })
    for (const passage of [0, 1, 2]) {
      host().send({ cmd: 'say', job, passage, text: SENTENCE, speed: 1, lead_ms: 0 })
      await host().until((frames) =>
        frames.find(
          (frame) => frame.type === 'passage' && frame.job === job && frame.passage.passage === passage,
        ),
      )
    }
    host().send({ cmd: 'finish', job })
    const { passages } = await host().until((frames) => outcome(frames, job))
    assert.equal(passages.length, 3)
  })
}
