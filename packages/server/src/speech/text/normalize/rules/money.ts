import { CURRENCY_SIGNS, findCurrency, findHundredth } from '../currencies.ts'
import type { Lexicon } from '../lexicons/lexicon.ts'
import { counted, type Noun } from '../nouns.ts'
import { type Numeral, readNumeral, sayNumeral } from './numeral.ts'
import { type Found, matchAt, type Reading, type Rule, wholly } from './rule.ts'

const BEFORE = /(US\$|R\$|[€$£¥₹]|(?:EUR|USD|GBP|CHF|PLN|JPY|BRL|INR)(?!\p{L}))[ \u00a0\u202f]?(?=\d)/uy
const AFTER = /[ \u00a0\u202f]?(€|US\$|R\$|\$|£|¥|₹|zł|(?:EUR|USD|GBP|CHF|PLN|JPY|BRL|INR))(?![\p{L}\p{N}])/uy
const MULTIPLIER = /[ \u00a0\u202f]?(\p{L}{1,10}\.?)/uy

/** A sum with its currency before it: $42.50, € 5 million. */
export const currencyFirst: Rule = (reading, at) => {
  const sign = matchAt(BEFORE, reading.text, at)
  if (sign === null) return null
  const numeral = readNumeral(reading.text, at + sign[0].length, reading.lexicon)
  if (numeral === null) return null
  const multiplier = multiplierAt(reading, numeral.end)
  return sum(reading, {
    at,
    end: multiplier?.end ?? numeral.end,
    numeral,
    multiplier: multiplier?.word,
    sign: sign[1],
  })
}

/** A sum with its currency behind it: 42,50 €, 5 Mio. EUR. */
export const currencyLast: Rule = (reading, at) => {
  const numeral = readNumeral(reading.text, at, reading.lexicon)
  if (numeral === null) return null
  const multiplier = multiplierAt(reading, numeral.end)
  const sign = matchAt(AFTER, reading.text, multiplier?.end ?? numeral.end)
  if (sign === null) return null
  const end = (multiplier?.end ?? numeral.end) + sign[0].length
  return sum(reading, { at, end, numeral, multiplier: multiplier?.word, sign: sign[1] })
}

function multiplierAt({ text, lexicon }: Reading, at: number): { word: string; end: number } | null {
  const found = matchAt(MULTIPLIER, text, at)
  const written = found?.[1]?.toLowerCase() ?? ''
  for (const candidate of [written, written.replace(/\.$/, '')]) {
    if (found === null || !Object.hasOwn(lexicon.multipliers, candidate)) continue
    const end = at + found[0].length - (written.length - candidate.length)
    // A lone letter belongs to the number only when it touches it: "$5m".
    if (candidate.length === 1 && found[0].length > written.length) return null
    return { word: lexicon.multipliers[candidate] ?? '', end }
  }
  return null
}

type Sum = {
  at: number
  end: number
  numeral: Numeral
  multiplier: string | undefined
  sign: string | undefined
}

function sum({ language, lexicon }: Reading, { at, end, numeral, multiplier, sign = '' }: Sum): Found | null {
  const code = CURRENCY_SIGNS[sign] ?? ''
  const currency = findCurrency(language, code)
  if (currency === undefined) return null
  if (multiplier !== undefined) {
    const amount = sayNumeral(numeral, lexicon, 'm', true)
    const scale = counted({ gender: 'm', forms: multiplier.split('/') }, numeral.value, language)
    return wholly(at, end, `${amount} ${scale} ${joined(lexicon, scale, counted(currency, 5e6, language))}`)
  }
  const hundredths = findHundredth(language, code)
  if (hundredths === undefined || numeral.fraction.length !== 2) {
    const said = sayNumeral(numeral, lexicon, currency.gender, true)
    return wholly(at, end, `${said} ${counted(currency, numeral.value, language)}`)
  }
  const minor = Number(numeral.fraction)
  const count = (value: number, noun: Noun): string => counted(noun, value, language)
  const whole = { ...numeral, fraction: '', value: Number(numeral.whole) }
  const major = `${sayNumeral(whole, lexicon, currency.gender, true)} ${count(whole.value, currency)}`
  const cents = lexicon.numbers.cardinal(minor, hundredths.gender, true)
  if (minor === 0) return wholly(at, end, major)
  if (whole.value === 0) return wholly(at, end, `${cents} ${count(minor, hundredths)}`)
  const { joint, named } = lexicon.money
  const rest = named ? `${cents} ${count(minor, hundredths)}` : lexicon.numbers.cardinal(minor)
  return wholly(at, end, `${major} ${joint}${rest}`)
}

/** "millions d'euros", "millions de dollars", but "mille euros". */
function joined({ multiplierJoint }: Lexicon, multiplier: string, currency: string): string {
  if (multiplierJoint === '' || /^mil(?:le|a)?$/.test(multiplier)) return currency
  const [joint = '', beforeConsonant = joint] = multiplierJoint.split('|')
  return (/^[aeiouyh]/.test(currency) ? joint : beforeConsonant) + currency
}
