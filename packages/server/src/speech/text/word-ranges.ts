import type { TextPassage } from './passages.ts'
import { rangeOf } from './tracked-text.ts'

/** A word of a passage as an engine tells it: UTF-16 offsets into what was said, and its times. */
export type SaidWord = { start: number; end: number; startMs: number; endMs: number }

/** A word of the caller's text: UTF-16 offsets into all of it, and its times. */
export type SourceWord = SaidWord & { word: string }

/**
 * The words of the caller's own text: of several that were said for one (`$5` is "five dollars") the times are put
 * together, and what was said for nothing in the text belongs to the word before it.
 */
export function sourceWords(
  { spoken, source, start: origin }: TextPassage,
  words: readonly SaidWord[],
): SourceWord[] {
  const found: SourceWord[] = []
  for (const { start: from, end: to, startMs, endMs } of words) {
    const { start, end } = rangeOf(spoken, from, to)
    const last = found.at(-1)
    if (last !== undefined && (start < last.end || start >= end)) {
      last.end = Math.max(last.end, end)
      last.endMs = Math.max(last.endMs, endMs)
    } else if (start < end) {
      found.push({ start, end, startMs, endMs, word: '' })
    }
  }
  return found.map((word) => ({ ...word, word: source.slice(word.start - origin, word.end - origin) }))
}
