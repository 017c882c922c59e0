import { sayDigits } from './numeral.ts'
import { matchAt, type Rule, wholly } from './rule.ts'

const INTERNATIONAL = /\+\d{1,4}(?:[ \u00a0/.-]{0,2}\(?\d{1,12}\)?){1,7}(?!\d)/y
const NATIONAL = /0\d{1,5}(?:[ \u00a0/-]{1,2}\d{2,12}){1,6}(?!\d)/y
const AMERICAN = /(?:1[ -])?\(?\d{3}\)?[ -]\d{3}-\d{4}(?![\d-])/y
/** Numbers of books and the like, whose parts are no range. */
const HYPHENATED = /\d{1,9}(?:-\d{1,9}){2,7}(?![\d-]|\.\d)/y
const DIGITS_MIN = 7
const DIGITS_MAX = 17

/** Telephone numbers, and others in groups: digit by digit, with a pause between groups. */
export const phoneNumber: Rule = ({ text, lexicon }, at) => {
  const found =
    matchAt(INTERNATIONAL, text, at) ??
    matchAt(AMERICAN, text, at) ??
    matchAt(NATIONAL, text, at) ??
    matchAt(HYPHENATED, text, at)
  if (found === null) return null
  const groups = found[0].match(/\d+/g) ?? []
  const count = groups.join('').length
  if (count < DIGITS_MIN || count > DIGITS_MAX) return null
  const said = groups.map((group) => sayDigits(group, lexicon)).join(', ')
  const end = at + found[0].length
  return wholly(at, end, found[0].startsWith('+') ? `${lexicon.plus} ${said}` : said)
}
