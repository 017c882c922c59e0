import type { Gender, NumberWords } from '../numbers/number-words.ts'

/** A day; the year may be left open. */
export type Day = { year: number | null; month: number; day: number }
/** A time of day. `half` is what an English `am` or `pm` says. */
export type TimeOfDay = { hours: number; minutes: number; seconds: number | null; half: 'am' | 'pm' | null }
/** Words around what is said, in lower case; empty where there is none. */
export type Around = { before: string; after: string; isAfterCapital: boolean }

/** A Roman numeral is read as a number after these words, and as an ordinal after or before those. */
export type RomanContexts = {
  cardinalAfter: ReadonlySet<string>
  ordinalAfter: ReadonlySet<string>
  ordinalBefore: ReadonlySet<string>
}

/** How a language says what is not written in words. */
export type Lexicon = {
  numbers: NumberWords
  /** What stands before decimals, and how it is called; the other of point and comma, and its name. */
  decimal: { sign: '.' | ','; name: string; otherName: string; saidAs: 'digits' | 'number' }
  /** Thousands may also be parted by the other sign (`dotted`) and by a blank (`spaced`). */
  grouping: { spaced: boolean }
  minus: string
  plus: string
  /** Between the ends of a range; empty for a pause. */
  to: string
  slash: string
  /** Order of a date in digits. */
  dateOrder: 'dmy' | 'mdy'
  /** Names of the months, and what they are also written as, in lower case. */
  months: readonly string[]
  monthSpellings: Readonly<Record<string, number>>
  date(day: Day, around: Around): string
  /** A day before the name of its month, which is said by itself: "3." of "3. Mai". Null when it is an ordinary number. */
  dayOfMonth(day: number, around: Around): string | null
  time(time: TimeOfDay, around: Around): string
  /** Whether a whole number of four digits is said as a year. */
  isYear(value: number, around: Around): boolean
  /** The gender of what is counted, as far as the word after the number tells; null when it is no noun. */
  genderOf?(around: Around): Gender | null
  /** A year that stands by itself. */
  bareYear?(value: number, around: Around): string
  /** Between the sides of 2:1; empty for a pause. */
  ratio: string
  /** A number and a half. */
  andAHalf(value: number): string
  /** Between a sum and its hundredths, and whether those are named. */
  money: { joint: string; named: boolean }
  /** Words after a sum that make it larger, in lower case, as they are said; forms as in the tables of nouns. */
  multipliers: Readonly<Record<string, string>>
  /** Between a multiplier and the currency: "5 millones de euros". */
  multiplierJoint: string
  /** Digits with an ending that makes them ordinal; groups: number, ending. Sticky. */
  ordinal: RegExp
  sayOrdinal(value: number, ending: string, around: Around): string | null
  roman: RomanContexts
  sayRoman?(value: number, kind: 'cardinal' | 'ordinal', around: Around): string
  /** Halves, thirds and so on; null when it is said as "a slash b". */
  fraction(numerator: number, denominator: number): string | null
  /**
   * Abbreviations in lower case, and what they stand for. Marks behind it: `|` it may end a sentence; only `#` before
   * a digit, `^` before a capital, `&` after a digit, `_` written in lower case. The first that fits of several, after `/`.
   */
  abbreviations: Readonly<Record<string, string>>
  symbols: Readonly<Record<string, string>>
}

/** Words of a list, for looking up. */
export const setOf = (words: string): ReadonlySet<string> =>
  new Set(words.split(' ').filter((word) => word !== ''))

/** Names of months and their abbreviations, as numbers from 1. */
export function monthSpellings(names: readonly string[], others: string): Record<string, number> {
  const spellings: Record<string, number> = {}
  for (const [index, name] of names.entries()) spellings[name.toLowerCase()] = index + 1
  for (const pair of others.split(' ')) {
    const [written = '', month = ''] = pair.split('=')
    if (written !== '') spellings[written] = Number(month)
  }
  return spellings
}
