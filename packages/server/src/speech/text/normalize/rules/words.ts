import type { Lexicon } from '../lexicons/lexicon.ts'
import { LEXICONS } from '../lexicons.ts'
import { WRITTEN_OUT } from '../nouns.ts'
import { around, isWordAt, matchAt, type Rule, wholly } from './rule.ts'

/** The letters that begin a word. */
export const LETTERS = /[\p{L}\p{M}]+/uy

/** An abbreviation and the ways to say it; each with the marks of `Lexicon.abbreviations`. */
type Abbreviation = { written: string; readings: readonly { said: string; marks: string }[] }

/** Abbreviations by the letters they begin with, the longest first. */
const ABBREVIATIONS = new Map(WRITTEN_OUT.map((language) => [language, indexOf(LEXICONS[language])]))

function indexOf({ abbreviations }: Lexicon): Map<string, Abbreviation[]> {
  const index = new Map<string, Abbreviation[]>()
  for (const [written, all] of Object.entries(abbreviations).sort(([a], [b]) => b.length - a.length)) {
    const letters = matchAt(LETTERS, written, 0)?.[0] ?? ''
    const readings = all.split('/').map((reading) => {
      const [said = '', marks = ''] = reading
        .split(/(?=[|#^&_])/u, 1)
        .concat(reading.replace(/^[^|#^&_]*/u, ''))
      return { said, marks }
    })
    index.set(letters, [...(index.get(letters) ?? []), { written, readings }])
  }
  return index
}

/** Abbreviations: "z. B.", "Dr.", "etc.". */
export const abbreviation: Rule = ({ text, language }, at) => {
  if (isLaterInitial(text, at)) return null
  const letters = matchAt(LETTERS, text, at)?.[0].toLowerCase() ?? ''
  for (const { written, readings } of ABBREVIATIONS.get(language)?.get(letters) ?? []) {
    const end = at + written.length
    const found = text.slice(at, end).replace(/[\u00a0\u202f]/g, ' ')
    if (found.toLowerCase() !== written || goesOn(written, text, end)) continue
    for (const { said, marks } of readings) {
      if (!fits(marks, text, at, end, found === written)) continue
      const isEnd =
        written.endsWith('.') && marks.includes('|') && SENTENCE_END.test(text.slice(end, end + 12))
      return wholly(at, end, said + (isEnd ? '.' : ''))
    }
  }
  return null
}

/** Whether what looks like an abbreviation is the beginning of a longer word; digits may touch "n°" and "Nr.". */
const goesOn = (written: string, text: string, end: number): boolean =>
  written.endsWith('-')
    ? !isWordAt(text, end)
    : /[.°º]$/.test(written)
      ? /^\p{L}/u.test(text.slice(end, end + 2))
      : isWordAt(text, end)

/** "Hauptstr. 12". */
export const street: Rule = ({ text, language }, at) => {
  const found = language === 'de' ? matchAt(STREET, text, at) : null
  if (found === null) return null
  return wholly(at, at + found[0].length, `${found[0].slice(0, -'str.'.length)}straße`)
}
const STREET = /\p{Lu}\p{Ll}{2,30}str\.(?=[ \u00a0]?\d)/uy

/** One letter of several, as in "a.m.", is not the abbreviation that it would be by itself. */
const isLaterInitial = (text: string, at: number): boolean =>
  text[at + 1] === '.' && AFTER_INITIAL.test(text.slice(Math.max(0, at - 2), at))
const AFTER_INITIAL = /\p{L}\.$/u

const SENTENCE_END = /^["')»”]*(?:\s*$|\s*\n|\s+["'(«„“]?\p{Lu})/u

function fits(marks: string, text: string, at: number, end: number, isAsWritten: boolean): boolean {
  if (marks.includes('#') && !/^[\s\u00a0]?(?:\d|[IVXLC]{2,7}(?!\p{L}))/u.test(text.slice(end, end + 9)))
    return false
  if (marks.includes('^') && !/^\s+["„“«]?\p{Lu}/u.test(text.slice(end, end + 6))) return false
  if (marks.includes('&') && !/[\dIVX][\s\u00a0]$/.test(text.slice(Math.max(0, at - 2), at))) return false
  return !marks.includes('_') || isAsWritten
}

const ROMAN = /([IVXLCDM]{2,7}|[IVX])(ers?|ère|èmes?|es?)?(?![\p{L}\p{M}\p{N}])(\.?)/uy
const VALID = /^(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/
const VALUES: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 }

/** Roman numerals, where the words around leave no doubt: "Ludwig XIV.", "Chapter IV", "XIXe siècle". */
export const roman: Rule = ({ text, lexicon, language }, at) => {
  const found = matchAt(ROMAN, text, at)
  if (found === null || !VALID.test(found[1] ?? '')) return null
  const [, digits = '', ending, stop = ''] = found
  const plainEnd = at + digits.length + (ending?.length ?? 0)
  const value = romanValue(digits)
  if (ending !== undefined)
    return language === 'fr' ? wholly(at, plainEnd, lexicon.numbers.ordinal(value)) : null
  const takesStop = stop === '.' && language === 'de' && /^[ \u00a0,;:!?)]/.test(text.slice(plainEnd + 1))
  const end = plainEnd + (takesStop ? 1 : 0)
  const words = around(text, at, end)
  const { cardinalAfter, ordinalAfter, ordinalBefore } = lexicon.roman
  // "Henry I am": a pronoun.
  if (digits === 'I' && language === 'en' && words.after !== '' && !words.isAfterCapital) return null
  if (ordinalBefore.has(words.after) || ordinalAfter.has(words.before))
    return wholly(at, end, lexicon.sayRoman?.(value, 'ordinal', words) ?? lexicon.numbers.ordinal(value))
  if (!cardinalAfter.has(words.before)) return null
  return wholly(at, plainEnd, lexicon.sayRoman?.(value, 'cardinal', words) ?? lexicon.numbers.cardinal(value))
}

function romanValue(digits: string): number {
  let value = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = VALUES[digits[index] ?? ''] ?? 0
    value += digit < (VALUES[digits[index + 1] ?? ''] ?? 0) ? -digit : digit
  }
  return value
}
