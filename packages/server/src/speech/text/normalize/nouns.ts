import type { Gender } from './numbers/number-words.ts'

/** The languages whose numbers are written out. */
export const WRITTEN_OUT = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'] as const
export type WrittenLanguage = (typeof WRITTEN_OUT)[number]

/** Whether numbers of a language are written out. */
export const isWrittenOut = (language: string): language is WrittenLanguage =>
  WRITTEN_OUT.some((known) => known === language)

/** A noun that is counted. */
export type Noun = { gender: Gender; forms: readonly string[] }

/** The noun that a sign stands for in a language. */
export type FindNoun = (language: WrittenLanguage, sign: string) => Noun | undefined

/**
 * Reads a table: sign, then the noun in each language in the order of `WRITTEN_OUT`, parted by `|`, as
 * `singular/plural`, in Polish `one/few/many/fraction`; a gender other than the masculine before a colon.
 */
export function nounsOf(table: Readonly<Record<string, string>>): FindNoun {
  const nouns = new Map<string, Noun>()
  for (const [sign, row] of Object.entries(table)) {
    const cells = row.split('|').map((cell) => cell.trim())
    for (const [column, language] of WRITTEN_OUT.entries()) {
      const written = cells[column] ?? ''
      if (written !== '') nouns.set(`${language} ${sign}`, nounOf(written))
    }
  }
  return (language, sign) => nouns.get(`${language} ${sign}`)
}

function nounOf(written: string): Noun {
  const [, gender = 'm', forms = ''] = /^(?:([mfn]):)?(.*)$/.exec(written) ?? []
  return { gender: gender === 'f' || gender === 'n' ? gender : 'm', forms: forms.split('/') }
}

const RULES = new Map(WRITTEN_OUT.map((language) => [language, new Intl.PluralRules(language)]))

/** The form of a noun for a number. */
export function counted(noun: Noun, value: number, language: WrittenLanguage): string {
  const [one = '', few, many, fraction] = noun.forms
  const category = RULES.get(language)?.select(value) ?? 'other'
  if (language !== 'pl') return category === 'one' ? one : (few ?? one)
  if (!Number.isInteger(value)) return fraction ?? many ?? one
  return category === 'one' ? one : category === 'few' ? (few ?? one) : (many ?? one)
}
