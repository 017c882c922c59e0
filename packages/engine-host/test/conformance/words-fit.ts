import assert from 'node:assert/strict'
import type { HostWord, PassagePayload } from '../../src/protocol.ts'

/** Asserts that words lie within their text and their passage's audio, in order and without overlap. */
export function assertWordsFit(words: readonly HostWord[], text: string, passage: PassagePayload): void {
  let textAt = 0
  let heardMs = passage.start_ms
  for (const word of words) {
    const said = JSON.stringify(word)
    assert.ok(word.start >= textAt && word.end > word.start && word.end <= text.length, said)
    assert.match(text.slice(word.start, word.end), /^\S.*\S$|^\S$/su, said)
    assert.ok(word.start_ms >= heardMs - TOLERANCE_MS && word.end_ms >= word.start_ms, said)
    textAt = word.end
    heardMs = word.end_ms
  }
  assert.ok(heardMs <= passage.start_ms + passage.audio_ms + TOLERANCE_MS)
}

/** Times are sums of fractions. */
const TOLERANCE_MS = 0.001
