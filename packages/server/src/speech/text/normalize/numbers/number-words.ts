/** Gender that a number agrees with. */
export type Gender = 'm' | 'f' | 'n'

/** Numbers of a language in words. */
export type NumberWords = {
  /** A whole number from 0 to `CARDINAL_MAX`; `before` says that a noun follows ("ein Euro", "veintiún años"). */
  cardinal(value: number, gender?: Gender, before?: boolean): string
  /** Its ordinal, from 1 to 9999, in the nominative singular. */
  ordinal(value: number, gender?: Gender): string
  /** A year. */
  year(value: number): string
}

/** Above it digits are said one by one. */
export const CARDINAL_MAX = 999_999_999_999_999

/** The parts of a number in powers of a thousand, the lowest first. */
export function thousands(value: number): number[] {
  const parts: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 1000)) parts.push(rest % 1000)
  return parts
}

/** Words from a table, separated by blanks in the source. */
export const list = (words: string): string[] => words.split(' ')

/** An entry of a table that is known to have it. */
export const at = (words: readonly string[], index: number): string => words[index] ?? ''
