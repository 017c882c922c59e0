import type { Lexicon } from '../lexicons/lexicon.ts'
import { CARDINAL_MAX, type Gender } from '../numbers/number-words.ts'
import { matchAt } from './rule.ts'

/** A number as it is written: digits before and after the decimal sign. */
export type Numeral = { whole: string; fraction: string; isGrouped: boolean; end: number; value: number }

const GROUPED = {
  ',': /\d{1,3}(?:,\d{3}){1,5}(?![\d,]\d)(?!\d)/y,
  '.': /\d{1,3}(?:\.\d{3}){1,5}(?!\.?\d)/y,
  blank: /\d{1,3}(?:[\u00a0\u202f\u2009'’]\d{3}){1,5}(?!\d)/y,
  space: /\d{1,3}(?: \d{3}){1,5}(?! ?\d)/y,
}
const DIGITS = /\d+/y
const FRACTION = { '.': /\.(\d+)(?!\.\d)/y, ',': /,(\d+)(?!,\d)/y }

/** The number that begins at a place; its first unit is a digit. */
export function readNumeral(text: string, at: number, { decimal, grouping }: Lexicon): Numeral | null {
  const other = decimal.sign === '.' ? ',' : '.'
  const grouped =
    matchAt(GROUPED[other], text, at) ??
    matchAt(GROUPED.blank, text, at) ??
    (grouping.spaced ? matchAt(GROUPED.space, text, at) : null)
  // A leading zero is no number's beginning: "0.123" in German is an English decimal.
  const isGrouped = grouped !== null && !grouped[0].startsWith('0')
  const digits = isGrouped ? grouped : matchAt(DIGITS, text, at)
  if (digits === null) return null
  const whole = digits[0].replace(/\D/g, '')
  const wholeEnd = at + digits[0].length
  const fraction = matchAt(FRACTION[decimal.sign], text, wholeEnd)
  const decimals = fraction?.[1] ?? ''
  return {
    whole,
    fraction: decimals,
    isGrouped,
    end: wholeEnd + (fraction?.[0].length ?? 0),
    value: Number(decimals === '' ? whole : `${whole}.${decimals}`),
  }
}

/** Longer runs without grouping are numbers of things, not amounts. */
const AMOUNT_DIGITS_MAX = 9

/** A number in words. */
export function sayNumeral(numeral: Numeral, lexicon: Lexicon, gender: Gender = 'm', before = false): string {
  const whole = sayWhole(numeral, lexicon, gender, before && numeral.fraction === '')
  return numeral.fraction === ''
    ? whole
    : `${whole} ${lexicon.decimal.name} ${sayDecimals(numeral.fraction, lexicon)}`
}

function sayWhole({ whole, isGrouped }: Numeral, lexicon: Lexicon, gender: Gender, before: boolean): string {
  const isCode =
    (whole.length > 1 && whole.startsWith('0')) || (!isGrouped && whole.length > AMOUNT_DIGITS_MAX)
  const value = Number(whole)
  return isCode || value > CARDINAL_MAX
    ? sayDigits(whole, lexicon)
    : lexicon.numbers.cardinal(value, gender, before)
}

/** Digits one by one. */
export const sayDigits = (digits: string, { numbers }: Lexicon): string =>
  [...digits].map((digit) => numbers.cardinal(Number(digit))).join(' ')

function sayDecimals(digits: string, lexicon: Lexicon): string {
  if (lexicon.decimal.saidAs === 'digits' || digits.length > 2) return sayDigits(digits, lexicon)
  if (digits.startsWith('0')) return sayDigits(digits, lexicon)
  return lexicon.numbers.cardinal(Number(digits))
}
