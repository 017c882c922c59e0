import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Subject } from '../conformance.ts'
import { startJob } from '../spoken.ts'
import { SENTENCE } from './texts.ts'

/** A host must not outlive its server. */
export function endsWithItsServer({ start, voice }: Subject): void {
  test('ends when its input ends, in the midst of a job', async () => {
    const host = await start()
    const lines = Array.from({ length: LINES }, () => ({ text: SENTENCE }))
    const format = { codec: 'pcm_s16le', sampleRate: 8_000 } as const
    const job = startJob(host, { voice: voice(), format, lines })
    await host.until((frames) => frames.find((frame) => frame.type === 'audio' && frame.job === job))
    host.endInput()
    assert.equal(await host.exit, 0)
    assert.ok(host.frames.filter(({ type }) => type === 'passage').length < LINES)
  })
}

const LINES = 500
