import type { Edit } from '../../tracked-text.ts'
import type { Around, Lexicon } from '../lexicons/lexicon.ts'
import type { WrittenLanguage } from '../nouns.ts'

/** A text that is being written out. */
export type Reading = { text: string; language: WrittenLanguage; lexicon: Lexicon }

/** What was found at a place: what to write instead, and where to go on. Null when it is not this rule's. */
export type Found = { end: number; edits: readonly Edit[] }
export type Rule = (reading: Reading, at: number) => Found | null

/** The match of a sticky pattern at a place. Every pattern used here is bounded, or takes each unit only once. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** All of a range, said as one. */
export const wholly = (from: number, to: number, text: string): Found => ({
  end: to,
  edits: [{ from, to, text }],
})

/** The words before and after a range. */
export function around(text: string, from: number, to: number): Around {
  const before =
    beforeList(text, from) ??
    /([\p{L}\p{M}]{1,30})[\s\u00a0]{1,3}["'(„“«]?$/u.exec(text.slice(Math.max(0, from - 36), from))?.[1] ??
    ''
  const after = /^[\s\u00a0\u202f]{1,3}([\p{L}\p{M}]{1,30})/u.exec(text.slice(to, to + 36))?.[1] ?? ''
  return { before: before.toLowerCase(), after: after.toLowerCase(), isAfterCapital: /^\p{Lu}/u.test(after) }
}

/** The word that a German list of days depends on: "am" of "am 21. und 22. Mai", "vom" of "vom 5.-7. Juni". */
const beforeList = (text: string, from: number): string | undefined =>
  /[\s–-]$/.test(text[from - 1] ?? '') ? LIST.exec(text.slice(Math.max(0, from - 60), from))?.[1] : undefined
const LIST =
  /(?<![\p{L}\p{M}])(\p{L}{2,30})[ \u00a0](?:\d{1,2}\.(?:,|,? (?:und|oder|bis|sowie)|[ \u00a0]?[-–])[ \u00a0]?){1,6}$/u

/** Whether a word goes on at a place. */
export const isWordAt = (text: string, at: number): boolean =>
  WORD.test(text[at] ?? '') || isHighSurrogate(text, at)

const isHighSurrogate = (text: string, at: number): boolean => /^[\ud800-\udfff]$/.test(text[at] ?? '')
const WORD = /[\p{L}\p{N}\p{M}]/u
