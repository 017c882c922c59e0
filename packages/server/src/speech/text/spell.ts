import { SPELLING, type Spelling } from './spelling-words.ts'
import { rangeOf, standIn, TextBuilder, type TrackedText } from './tracked-text.ts'

/**
 * A text to be read character by character: each stands alone before a comma, which is how engines are made to say a
 * letter's name (espeak-ng says `A B C` as "uh b c", and `A, B, C` as it should). With `group`, the groups in which it
 * is to be read. Characters that no reader would name are left out.
 */
export function spelled(tracked: TrackedText, language: string, group: number | null): TrackedText[] {
  const words = SPELLING[language] ?? NO_WORDS
  const groups: TrackedText[] = []
  let builder = new TextBuilder()
  let count = 0
  let at = 0
  const endGroup = (): void => {
    if (builder.length > 0) groups.push(builder.built())
    builder = new TextBuilder()
    count = 0
  }
  for (const { segment } of SEGMENTER.segment(tracked.text)) {
    const said = nameOf(segment, words)
    const range = rangeOf(tracked, at, at + segment.length)
    at += segment.length
    if (said === '') {
      if (group === null) continue
      endGroup()
      continue
    }
    if (group !== null && count === group) endGroup()
    if (builder.length > 0) builder.put(standIn(', ', { start: range.start, end: range.start }))
    builder.put(standIn(said, range))
    count++
  }
  endGroup()
  return groups
}

const NO_WORDS: Spelling = {}
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** What is said for a character: a word, its letter in upper case, or nothing. */
function nameOf(character: string, words: Spelling): string {
  const upper = character.length === 1 ? character.toUpperCase() : character
  const word = words[upper] ?? words[character]
  if (word !== undefined) return word
  if (!SAID.test(character)) return ''
  // ß is two letters in upper case.
  return upper.length === character.length ? upper : character
}

const SAID = /[\p{L}\p{N}\p{S}\p{P}]/u
