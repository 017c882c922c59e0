import type { Range } from './tracked-text.ts'

/** About 17 s of speech and 40 ms of work: the longest that one speaker may hold up the others. */
export const PASSAGE_LENGTH_MAX = 300

/** Where a long sentence is best cut: after punctuation, else at a space. */
const CLAUSE_ENDS = /[,;:،؛)\]–—](?=\s|$)|[、，；：]/gu
/** Not between the digits of one number, nor after the stop of an abbreviation. */
const SPACES = /(?<!\d)\s|\s(?!\d)/gu
const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Longer than any honest cluster. */
const LOOK_AHEAD = 64

/** Cuts a sentence into pieces that are short enough: at a clause, a word, or wherever it has to be. `whole` stays whole. */
export function cutSentence({ start, end }: Range, text: string, whole: readonly Range[]): Range[] {
  const pieces: Range[] = []
  let at = start
  while (end - at > PASSAGE_LENGTH_MAX) {
    const to = at + cutLength(text.slice(at, at + PASSAGE_LENGTH_MAX + LOOK_AHEAD))
    const inside = whole.find((range) => range.start < to && to < range.end && range.start > at)
    pieces.push({ start: at, end: inside?.start ?? to })
    at = inside?.start ?? to
  }
  pieces.push({ start: at, end })
  return pieces
}

/** `text` goes on for a little more than there may be, so that what comes after a cut is seen. */
function cutLength(text: string): number {
  const window = text.slice(0, PASSAGE_LENGTH_MAX)
  for (const places of [CLAUSE_ENDS, SPACES]) {
    const last = [...window.matchAll(places)].at(-1)
    if (last !== undefined && last.index > PASSAGE_LENGTH_MAX / 4) return last.index + last[0].length
  }
  const cluster = GRAPHEMES.segment(text).containing(PASSAGE_LENGTH_MAX)
  const atCluster = cluster === undefined ? PASSAGE_LENGTH_MAX : cluster.index
  if (atCluster > 0) return atCluster
  // A cluster as long as a passage is no honest one, but its characters stay whole.
  return /[\uD800-\uDBFF]$/.test(window) ? PASSAGE_LENGTH_MAX - 1 : PASSAGE_LENGTH_MAX
}
