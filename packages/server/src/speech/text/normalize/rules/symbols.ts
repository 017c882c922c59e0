import { type Found, type Rule, wholly } from './rule.ts'

/** Said wherever they stand. */
const ALWAYS = new Set('&×÷±≈≠≤≥§→')
/** Said only where they stand by themselves, or between numbers. */
const ALONE = new Set('@+=<>%°€$£')

/** Signs that are words: "&", "§ 5", "a = b". */
export const symbol: Rule = ({ text, lexicon }, at) => {
  const sign = text[at] ?? ''
  if (sign === '§' && text[at + 1] === '§') return spaced(at, at + 2, lexicon.symbols['§§'])
  if (sign === '#') return /^\d$/.test(text[at + 1] ?? '') ? spaced(at, at + 1, lexicon.symbols['#']) : null
  if (ALWAYS.has(sign)) return spaced(at, at + 1, lexicon.symbols[sign])
  if (!ALONE.has(sign) || !isAlone(text, at)) return null
  return spaced(at, at + 1, lexicon.symbols[sign])
}

/** Blanks, digits, and signs that are said with blanks around them. */
const BESIDE = /[\s\d&×÷±≈≠≤≥§→]/
const isAlone = (text: string, at: number): boolean => {
  const before = text[at - 1] ?? ''
  const after = text[at + 1] ?? ''
  return (
    BESIDE.test(before) && BESIDE.test(after) && !(/\d/.test(before) && /\d/.test(after) && text[at] === '@')
  )
}

const spaced = (from: number, to: number, word: string | undefined): Found | null =>
  word === undefined ? null : wholly(from, to, ` ${word} `)
