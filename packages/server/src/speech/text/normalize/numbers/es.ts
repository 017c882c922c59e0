import { at, type Gender, list, type NumberWords } from './number-words.ts'

const SMALL = list(
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve',
)
const TENS = list('_ _ _ treinta cuarenta cincuenta sesenta setenta ochenta noventa')
const HUNDREDS = list(
  '_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos',
)

function below100(value: number): string {
  if (value < 30) return at(SMALL, value)
  const ones = value % 10
  return at(TENS, Math.floor(value / 10)) + (ones === 0 ? '' : ` y ${at(SMALL, ones)}`)
}

function below1000(value: number, gender: Gender): string {
  if (value === 100) return 'cien'
  const hundreds = at(HUNDREDS, Math.floor(value / 100))
  const rest = value % 100
  const head = value < 100 ? '' : gender === 'f' ? hundreds.replace(/os$/, 'as') : hundreds
  return [head, rest === 0 ? '' : below100(rest)].filter((word) => word !== '').join(' ')
}

/** "veintiuno" before a noun: "veintiún", in the feminine "veintiuna". */
function agreeing(words: string, gender: Gender, before: boolean): string {
  if (gender === 'f') return words.replace(/uno$/, 'una')
  return before ? words.replace(/veintiuno$/, 'veintiún').replace(/uno$/, 'un') : words
}

function belowMillion(value: number, gender: Gender): string {
  const head = Math.floor(value / 1000)
  const rest = value % 1000
  const thousand =
    head === 0 ? '' : head === 1 ? 'mil' : `${agreeing(below1000(head, gender), gender, true)} mil`
  return [thousand, rest === 0 ? '' : below1000(rest, gender)].filter((word) => word !== '').join(' ')
}

function cardinal(value: number, gender: Gender = 'm', before = false): string {
  if (value === 0) return 'cero'
  const billions = Math.floor(value / 1e12)
  const millions = Math.floor(value / 1e6) % 1e6
  const rest = value % 1e6
  const scaled = (count: number, one: string, many: string): string =>
    count === 0 ? '' : count === 1 ? `un ${one}` : `${agreeing(belowMillion(count, 'm'), 'm', true)} ${many}`
  return [
    scaled(billions, 'billón', 'billones'),
    scaled(millions, 'millón', 'millones'),
    agreeing(belowMillion(rest, gender), gender, before),
  ]
    .filter((word) => word !== '')
    .join(' ')
}

const ORDINALS = list('_ primero segundo tercero cuarto quinto sexto séptimo octavo noveno')
const TENTHS = list(
  '_ décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo',
)
const TEENS: Record<number, string> = { 11: 'undécimo', 12: 'duodécimo', 18: 'decimoctavo' }

function ordinal(value: number, gender: Gender = 'm'): string {
  const masculine = TEENS[value] ?? regular(value)
  return gender === 'f' ? masculine.replace(/o( |$)/g, 'a$1') : masculine
}

function regular(value: number): string {
  if (value > 99) return value === 100 ? 'centésimo' : cardinal(value)
  const tens = Math.floor(value / 10)
  const ones = value % 10
  if (tens === 0) return at(ORDINALS, ones)
  if (tens === 1 && ones > 0) return `decimo${at(ORDINALS, ones)}`
  return at(TENTHS, tens) + (ones === 0 ? '' : ` ${at(ORDINALS, ones)}`)
}

export const spanish: NumberWords = { cardinal, ordinal, year: cardinal }
