import assert from 'node:assert/strict'
import type { TrackedText } from '../../src/speech/text/tracked-text.ts'

/** Checks that a made text's pieces are in order, and that their ranges make up the caller's text from end to end. */
export function checkOrigins({ text, origins }: TrackedText, source: string): void {
  let at = 0
  let covered = 0
  for (const [index, origin] of origins.entries()) {
    const end = origins[index + 1]?.at ?? text.length
    assert.ok(origin.at >= at && end >= origin.at, 'pieces are in order')
    assert.equal(origin.start, covered, 'a piece begins where the last one ended')
    assert.ok(origin.end >= origin.start)
    if (origin.isCopy) assert.equal(text.slice(origin.at, end), source.slice(origin.start, origin.end))
    at = origin.at
    covered = origin.end
  }
  assert.equal(covered, source.length, 'all of the text is there')
}
