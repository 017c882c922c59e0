import type { Lexicon } from '../lexicons/lexicon.ts'
import { counted, type Noun } from '../nouns.ts'
import { findUnit, UNIT_SPELLINGS } from '../units.ts'
import { type Numeral, readNumeral, sayNumeral } from './numeral.ts'
import { around, type Found, isWordAt, matchAt, type Reading, type Rule, wholly } from './rule.ts'

const UNIT =
  /([ \u00a0\u202f]?)((?:Mio|Mrd|mln|mld|tys)\.?|[°º][CF]?|[%‰¢]|\p{L}{1,3}(?:\/(?:s[²2]|[hsu])|²|³|[23])?)(?![\p{L}\p{N}²³])/uy
const UNIT_STOP = /^\.[ \u00a0]\p{Ll}/u
const TIMES = /[ \u00a0]?[x×][ \u00a0]?(?=\d)/y
const RANGE = /[ \u00a0]?[–][ \u00a0]?(?=\d)|-(?=\d)/y
const VULGAR = /[½⅓⅔¼¾⅕⅛⅜⅝⅞]/y
const FRACTION = /(\d{1,2})\/(\d{1,2})(?![\d/]|\p{L})/uy
const DOTTED = /\d{1,9}(?:\.\d{1,9}){2,9}(?!\.?\d)/y
const DECADE = /['’]?(\d{4}|\d{2})s(?!\p{L})/uy
const GERMAN_DECADE = /(\d{1,4})(er[ns]?)(?![\p{L}\d])/uy
const SHORT_YEAR = /['’](\d{2})(?![\d\p{L}'’"”:/-]|[.,]\d|[ \u00a0]?[%€$£])/uy
const GERMAN_COMPOUND = /(\d{1,6})(?:(-?fach|-?mal|x)|([ \u00a0-]?%ig))(\p{Ll}{0,3})(?![\p{L}\p{N}])/uy
const FEET_AND_INCHES = /(\d)['’′](\d{1,2})["”″](?!\p{L})/uy
const DIGITS = /\d+/y
const MIXED = / (?=\d{1,2}\/\d{1,2}(?![\d/]))/y

const VULGAR_PARTS: Readonly<Record<string, readonly [number, number]>> = {
  '½': [1, 2],
  '⅓': [1, 3],
  '⅔': [2, 3],
  '¼': [1, 4],
  '¾': [3, 4],
  '⅕': [1, 5],
  '⅛': [1, 8],
  '⅜': [3, 8],
  '⅝': [5, 8],
  '⅞': [7, 8],
}

/** Digits with an ending: 21st, 3e, 1.º, "am 3. Tag". */
export const ordinal: Rule = ({ text, lexicon }, at) => {
  const found = matchAt(lexicon.ordinal, text, at)
  if (found === null) return null
  const end = at + found[0].length
  const value = Number((found[1] ?? '').replace(/\D/g, ''))
  if (value < 1 || value > 9999) return null
  const said = lexicon.sayOrdinal(value, found[2] ?? '', around(text, at, end))
  return said === null ? null : wholly(at, end, said)
}

/** Decades: the 1990s, the '80s, die 90er. */
export const decade: Rule = ({ text, lexicon, language }, at) => {
  if (language === 'de') return germanDecade(text, at, lexicon)
  if (language !== 'en') return shortYear(text, at, lexicon)
  const found = matchAt(DECADE, text, at)
  const value = Number(found?.[1])
  if (found === null || value % 10 !== 0) return null
  const said = value < 100 ? lexicon.numbers.cardinal(value) : lexicon.numbers.year(value)
  return wholly(at, at + found[0].length, said.endsWith('y') ? `${said.slice(0, -1)}ies` : `${said}s`)
}

/** The last two digits of a year, as in "gli anni '80". */
function shortYear(text: string, at: number, lexicon: Lexicon): Found | null {
  const found = /^(?:$|[\s(])/.test(text[at - 1] ?? '') ? matchAt(SHORT_YEAR, text, at) : null
  return found && wholly(at, at + found[0].length, sayNumeral(plain(found[1] ?? ''), lexicon))
}

function germanDecade(text: string, at: number, { numbers }: Lexicon): Found | null {
  const found = matchAt(GERMAN_DECADE, text, at)
  if (found === null) return null
  return wholly(at, at + found[0].length, `${numbers.year(Number(found[1]))}${found[2]}`)
}

/** "3x", "10fach", "5%ige". */
export const germanCompound: Rule = ({ text, lexicon, language }, at) => {
  const found = language === 'de' ? matchAt(GERMAN_COMPOUND, text, at) : null
  if (found === null) return null
  const [written, digits = '', word = '', , ending = ''] = found
  if (digits.startsWith('0') || (word === 'x' && ending !== '')) return null
  const tail = word === '' ? 'prozentig' : word === 'x' ? 'mal' : word.replace('-', '')
  return wholly(at, at + written.length, lexicon.numbers.cardinal(Number(digits), 'n', true) + tail + ending)
}

/** A height in feet and inches: 5'11". */
export const feetAndInches: Rule = ({ text, lexicon, language }, at) => {
  const found = language === 'en' ? matchAt(FEET_AND_INCHES, text, at) : null
  if (found === null) return null
  const [feet, inches] = [found[1], found[2]].map((digits) => lexicon.numbers.cardinal(Number(digits)))
  return wholly(at, at + found[0].length, `${feet} foot ${inches}`)
}

/** 3/4, where it is less than one; ½ and the like. */
export const fraction: Rule = ({ text, lexicon }, at) => {
  const sign = matchAt(VULGAR, text, at)
  if (sign !== null) {
    const [numerator, denominator] = VULGAR_PARTS[sign[0]] ?? [1, 2]
    return wholly(at, at + 1, lexicon.fraction(numerator, denominator) ?? '')
  }
  const found = matchAt(FRACTION, text, at)
  const numerator = Number(found?.[1])
  const denominator = Number(found?.[2])
  if (found === null || numerator === 0 || numerator >= denominator || denominator > 20) return null
  const said = lexicon.fraction(numerator, denominator)
  return said === null ? null : wholly(at, at + found[0].length, said)
}

/** 1.2.3: versions and addresses. */
export const dotted: Rule = ({ text, lexicon }, at) => {
  const found = matchAt(DOTTED, text, at)
  const sign = lexicon.decimal.sign === '.' ? lexicon.decimal.name : lexicon.decimal.otherName
  if (found === null || (lexicon.decimal.sign === ',' && /^\d{1,3}(?:\.\d{3})+$/.test(found[0]))) return null
  const parts = found[0].split('.').map((part) => sayNumeral(plain(part), lexicon))
  return wholly(at, at + found[0].length, parts.join(` ${sign} `))
}

const plain = (digits: string): Numeral => ({
  whole: digits,
  fraction: '',
  isGrouped: false,
  end: 0,
  value: Number(digits),
})

/** Any number, with its unit, or with the sign that makes it the beginning of a range. */
export const number: Rule = (reading, at) => {
  const { text, lexicon, language } = reading
  const numeral = readNumeral(text, at, lexicon)
  if (numeral === null) return null
  const unit = unitAt(reading, numeral.end)
  if (unit !== null) {
    const said = sayNumeral(numeral, lexicon, unit.noun.gender, true)
    const noun = counted(unit.noun, numeral.value, language)
    const edits = [
      { from: at, to: numeral.end, text: said },
      { from: unit.from, to: unit.end, text: noun },
    ]
    return ranged(reading, { end: unit.end, edits }, numeral) ?? { end: unit.end, edits }
  }
  if (text[numeral.end] === '½' && numeral.fraction === '')
    return wholly(at, numeral.end + 1, lexicon.andAHalf(numeral.value))
  const said = wholly(at, numeral.end, bare(reading, numeral, at))
  return followed(reading, said, numeral)
}

function unitAt({ text, language }: Reading, at: number): { noun: Noun; from: number; end: number } | null {
  const found = matchAt(UNIT, text, at)
  if (found === null) return null
  const written = found[2] ?? ''
  const noun = findUnit(language, UNIT_SPELLINGS[written] ?? written.replace(/\.$/, ''))
  if (noun === undefined) return null
  const end = at + found[0].length
  // "20 mi. from here": a full stop that ends no sentence belongs to the unit.
  return {
    noun,
    from: at + (found[1] ?? '').length,
    end: UNIT_STOP.test(text.slice(end, end + 3)) ? end + 1 : end,
  }
}

/** A number without a unit: perhaps a year. */
function bare({ text, lexicon }: Reading, numeral: Numeral, at: number): string {
  const isFour = numeral.whole.length === 4 && !numeral.isGrouped && numeral.fraction === ''
  const words = around(text, at, numeral.end)
  const isYear = isFour && !numeral.whole.startsWith('0') && !isWordAt(text, at - 1)
  if (!isYear || !lexicon.isYear(numeral.value, words)) {
    const gender = words.after === '' ? null : (lexicon.genderOf?.(words) ?? null)
    return gender === null ? sayNumeral(numeral, lexicon) : sayNumeral(numeral, lexicon, gender, true)
  }
  return lexicon.bareYear?.(numeral.value, words) ?? lexicon.numbers.year(numeral.value)
}

/** What may touch a number: a vulgar fraction, the rest of a range, a sign between it and the next. */
function followed(reading: Reading, found: Found, numeral: Numeral): Found {
  const { text, lexicon } = reading
  const { end, edits } = found
  const add = (to: number, words: string): Found => ({
    end: to,
    edits: [...edits, { from: end, to, text: words }],
  })
  if (VULGAR_PARTS[text[end] ?? ''] !== undefined) return add(end, ` ${lexicon.symbols['&']} `)
  if (matchAt(MIXED, text, end) !== null && fraction(reading, end + 1) !== null)
    return add(end + 1, ` ${lexicon.symbols['&']} `)
  const times = matchAt(TIMES, text, end)
  if (times !== null) return add(end + times[0].length, ` ${lexicon.symbols['×']} `)
  const range = ranged(reading, found, numeral)
  if (range !== null) return range
  const sign = text[end] ?? ''
  if (!/^\d$/.test(text[end + 1] ?? '')) return found
  if (sign === ',') return add(end + 1, ', ')
  if (sign === '.')
    return add(
      end + 1,
      ` ${lexicon.decimal.sign === '.' ? lexicon.decimal.name : lexicon.decimal.otherName} `,
    )
  if (sign === '/') return add(end + 1, text.slice(end - 2, end + 2) === '24/7' ? ' ' : ` ${lexicon.slash} `)
  if (sign === ':') return add(end + 1, lexicon.ratio === '' ? ', ' : ` ${lexicon.ratio} `)
  return found
}

/** What was found, and the dash of a range behind it. */
function ranged({ text, lexicon }: Reading, { end, edits }: Found, { value, whole }: Numeral): Found | null {
  const range = matchAt(RANGE, text, end)
  if (range === null) return null
  const to = end + range[0].length
  const next = readNumeral(text, to, lexicon)
  const isRange = next !== null && next.value > value && !whole.startsWith('0') && next.whole.length <= 9
  const words = isRange && lexicon.to !== '' ? ` ${lexicon.to} ` : ', '
  return { end: to, edits: [...edits, { from: end, to, text: words }] }
}

/** A decimal without its zero: .5 */
export const bareFraction: Rule = ({ text, lexicon }, at) => {
  const isFree = at === 0 || /[\s(]/.test(text[at - 1] ?? '')
  const digits = lexicon.decimal.sign === '.' && isFree ? matchAt(DIGITS, text, at + 1)?.[0] : undefined
  if (digits === undefined) return null
  const [, ...said] = sayNumeral({ ...plain('0'), fraction: digits }, lexicon).split(' ')
  return wholly(at, at + 1 + digits.length, said.join(' '))
}

/** A sign before a number. */
export const signed: Rule = ({ text, lexicon }, at) => {
  const sign = text[at] ?? ''
  if (!/^\d$/.test(text[at + 1] ?? '') && !/^[$€£]\d/.test(text.slice(at + 1, at + 3))) return null
  if (at > 0 && !/[\s(\u00a0=<>~±]/.test(text[at - 1] ?? '')) return null
  return wholly(at, at + 1, sign === '+' ? `${lexicon.plus} ` : `${lexicon.minus} `)
}
