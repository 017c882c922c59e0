import type { Day } from '../lexicons/lexicon.ts'
import { around, type Found, matchAt, type Reading, type Rule, wholly } from './rule.ts'

const ISO = /(\d{4})-(\d{2})-(\d{2})(?:(T)(?=\d{2}:\d{2})|(?![\d-]))/y
const DIGITS = /(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)/y
/** "3.5." */
const SHORT = /(\d{1,2})\.(\d{1,2})\.(?![\p{L}\d])/uy
const DAY_AND_MONTH = /(\d{1,2})(\.?)[ \u00a0](?:(de|of) )?(\p{L}{3,12})/uy
const DAYS_AND_MONTH = /(\d{1,2})\.[ \u00a0]?[-–][ \u00a0]?(?=\d{1,2}\.[ \u00a0](\p{L}{3,12}))/uy
/** "5 V 2020". */
const ROMAN_MONTH = /(\d{1,2})[ \u00a0]([IVX]{1,4})[ \u00a0](\d{4})(?!\d)/y
const ROMAN_MONTHS = 'I II III IV V VI VII VIII IX X XI XII'.split(' ')
const MONTH_AND_DAY =
  /(\p{L}{3,9})\.?[ \u00a0](\d{1,2})(?=,? \d{4}(?!\d)|(?![\d:.,/-]*\d)(?!\p{L}| ?[%$€£]))/uy

/** Dates in digits: 1998-05-03, 3.5.1998, 05/03/1998. */
export const dateInDigits: Rule = (reading, at) =>
  isoDate(reading, at) ?? writtenDate(reading, at) ?? romanDate(reading, at) ?? shortDate(reading, at)

function isoDate({ text, lexicon }: Reading, at: number): Found | null {
  const found = matchAt(ISO, text, at)
  if (found === null) return null
  const day = dayOf(Number(found[1]), Number(found[2]), Number(found[3]))
  const end = at + found[0].length
  return (
    day && wholly(at, end, lexicon.date(day, around(text, at, end)) + (found[4] === undefined ? '' : ', '))
  )
}

function writtenDate({ text, lexicon, language }: Reading, at: number): Found | null {
  const found = matchAt(DIGITS, text, at)
  if (found === null) return null
  const [written, first = '', sign, second = '', year = ''] = found
  // Two digits of a year only where nothing else is meant by such numbers.
  if (year.length === 2 && !(sign === '.' && language !== 'en') && sign !== '/') return null
  const isMonthFirst = lexicon.dateOrder === 'mdy' && sign === '/'
  const [day, month] = isMonthFirst ? [second, first] : [first, second]
  const fullYear = year.length === 2 ? Number(year) + (Number(year) < 50 ? 2000 : 1900) : Number(year)
  const date = dayOf(fullYear, Number(month), Number(day)) ?? dayOf(fullYear, Number(day), Number(month))
  const end = at + written.length
  return date && wholly(at, end, lexicon.date(date, around(text, at, end)))
}

function romanDate({ text, lexicon, language }: Reading, at: number): Found | null {
  const found = language === 'pl' ? matchAt(ROMAN_MONTH, text, at) : null
  const month = ROMAN_MONTHS.indexOf(found?.[2] ?? '') + 1
  const date = found && dayOf(Number(found[3]), month, Number(found[1]))
  if (found === null || date === null) return null
  const end = at + found[0].length
  return wholly(at, end, lexicon.date(date, around(text, at, end)))
}

function shortDate({ text, lexicon, language }: Reading, at: number): Found | null {
  if (language !== 'de' && language !== 'pl') return null
  const found = matchAt(SHORT, text, at)
  const date = found && dayOf(null, Number(found[2]), Number(found[1]))
  if (found === null || date === null) return null
  const end = at + found[0].length
  const isEnd = /^\s*(?:$|\n)/.test(text.slice(end, end + 8))
  return wholly(at, end, lexicon.date(date, around(text, at, end)) + (isEnd ? '.' : ''))
}

/** "5.-7. Juni": the day that a range of days begins with. */
export const dayBeforeRange: Rule = ({ text, lexicon, language }, at) => {
  const found = language === 'de' ? matchAt(DAYS_AND_MONTH, text, at) : null
  if (found === null || !Object.hasOwn(lexicon.monthSpellings, (found[2] ?? '').toLowerCase())) return null
  const day = Number(found[1])
  if (day < 1 || day > 31) return null
  const end = at + found[0].length
  return wholly(at, end, `${lexicon.dayOfMonth(day, around(text, at, end))} ${lexicon.to} `)
}

/** The day before a month's name: "3. Mai", "1er mai", "3 May". */
export const dayBeforeMonth: Rule = ({ text, lexicon }, at) => {
  const found = matchAt(DAY_AND_MONTH, text, at)
  if (found === null || !Object.hasOwn(lexicon.monthSpellings, (found[4] ?? '').toLowerCase())) return null
  const day = Number(found[1])
  if (day < 1 || day > 31) return null
  const to = at + (found[1] ?? '').length + (found[2] ?? '').length
  const said = lexicon.dayOfMonth(day, around(text, at, to)) ?? lexicon.numbers.cardinal(day)
  return wholly(at, to, said)
}

/** The day after a month's name: "March 3, 1998". */
export const dayAfterMonth: Rule = ({ text, lexicon, language }, at) => {
  if (language !== 'en') return null
  const found = matchAt(MONTH_AND_DAY, text, at)
  const day = Number(found?.[2])
  const month = (found?.[1] ?? '').toLowerCase()
  if (found === null || day < 1 || day > 31 || !Object.hasOwn(lexicon.monthSpellings, month)) return null
  // "may 5" is hardly ever the month.
  if (!/^\p{Lu}/u.test(found[0])) return null
  const end = at + found[0].length
  const name = lexicon.months[(lexicon.monthSpellings[month] ?? 1) - 1] ?? ''
  const nameEnd = at + month.length + (text[at + month.length] === '.' ? 1 : 0)
  const dayFrom = end - (found[2] ?? '').length
  return {
    end,
    edits: [
      { from: at, to: nameEnd, text: name },
      { from: dayFrom, to: end, text: lexicon.numbers.ordinal(day) },
    ],
  }
}

const dayOf = (year: number | null, month: number, day: number): Day | null =>
  month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { year, month, day } : null
