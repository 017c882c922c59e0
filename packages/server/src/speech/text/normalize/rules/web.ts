import type { Lexicon } from '../lexicons/lexicon.ts'
import { sayDigits } from './numeral.ts'
import { matchAt, type Rule, wholly } from './rule.ts'
import { abbreviation } from './words.ts'

const MAIL =
  /[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}(?![\p{L}\p{N}@-])/uy
const ADDRESS = /(?:https?:\/\/|www\.)[\p{L}\p{N}\p{M}._~:/?#@!$&*+,;=%()-]{1,400}/iuy
const DOMAIN =
  /[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62}){0,4}\.(?:com|org|net|edu|gov|info|de|at|ch|fr|es|it|nl|be|pt|br|pl|eu|uk|io|ai|dev|app)(?:\/[\p{L}\p{N}\p{M}._~:/?#@!$&*+,;=%()-]{0,400})?(?![\p{L}@])/iuy
/** Punctuation that belongs to the sentence. */
const TAIL = /[.,;:!?)\]}…]+$/u
const PARTS = /\p{L}[\p{L}\p{M}]*|\d+|[^\p{L}\d]/gu

/** E-mail and web addresses, as one dictates them. */
export const address: Rule = (reading, at) => {
  const { text, lexicon } = reading
  const found = matchAt(MAIL, text, at) ?? matchAt(ADDRESS, text, at) ?? matchAt(DOMAIN, text, at)
  if (found === null) return null
  const written = found[0].replace(TAIL, '')
  const end = at + written.length
  const said = dictated(written.replace(/^https?:\/\//i, '').replace(/\/$/, ''), lexicon)
  // The last part and the stop of the sentence must not look like an abbreviation.
  const tail = said + text.slice(end, end + 12)
  const isMistakable = abbreviation({ ...reading, text: tail }, said.lastIndexOf(' ') + 1) !== null
  return isMistakable && text[end] === '.' ? wholly(at, end + 1, `${said},`) : wholly(at, end, said)
}

function dictated(written: string, lexicon: Lexicon): string {
  const said = (written.match(PARTS) ?? []).map((part) => {
    if (/^\d/.test(part)) return sayNumber(part, lexicon)
    return /^\p{L}/u.test(part) ? part : (lexicon.symbols[part] ?? '')
  })
  return said.filter((word) => word !== '').join(' ')
}

const sayNumber = (digits: string, lexicon: Lexicon): string =>
  digits.length > 4 || digits.startsWith('0')
    ? sayDigits(digits, lexicon)
    : lexicon.numbers.cardinal(Number(digits))
