import { at, type Gender, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito dezanove',
)
const TENS = list('_ _ vinte trinta quarenta cinquenta sessenta setenta oitenta noventa')
const HUNDREDS = list(
  '_ cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos',
)
const SCALES = [
  ['', ''],
  ['', ''],
  ['um milhão', 'milhões'],
  ['mil milhões', 'mil milhões'],
  ['um bilião', 'biliões'],
]

function below100(value: number): string {
  if (value < 20) return at(SMALL, value)
  const ones = value % 10
  return at(TENS, Math.floor(value / 10)) + (ones === 0 ? '' : ` e ${at(SMALL, ones)}`)
}

function below1000(value: number, gender: Gender): string {
  if (value === 100) return 'cem'
  const rest = value % 100
  const hundreds = at(HUNDREDS, Math.floor(value / 100))
  const head = value < 100 ? '' : gender === 'f' ? hundreds.replace(/os$/, 'as') : hundreds
  return [head, rest === 0 ? '' : below100(rest)].filter((word) => word !== '').join(' e ')
}

const agreeing = (words: string, gender: Gender): string =>
  gender === 'f' ? words.replace(/um$/, 'uma').replace(/dois$/, 'duas') : words

function cardinal(value: number, gender: Gender = 'm'): string {
  if (value === 0) return 'zero'
  const parts = thousands(value)
  const words = parts.map((part, power) => {
    if (part === 0) return ''
    if (power === 0) return agreeing(below1000(part, gender), gender)
    if (power === 1) return part === 1 ? 'mil' : `${agreeing(below1000(part, gender), gender)} mil`
    const [one = '', many = ''] = SCALES[power] ?? []
    return part === 1 ? one : `${below1000(part, 'm')} ${many}`
  })
  const [ones = 0] = parts
  // "e" before the last part when it is short or round: mil e cem, mil e vinte, but mil duzentos e um.
  const joint = ones > 0 && (ones < 100 || ones % 100 === 0) ? ' e ' : ' '
  const [last = '', ...higher] = words
  const head = higher
    .reverse()
    .filter((word) => word !== '')
    .join(' ')
  return head === '' ? last : last === '' ? head : head + joint + last
}

const ORDINALS = list('_ primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono')
const TENTHS = list(
  '_ décimo vigésimo trigésimo quadragésimo quinquagésimo sexagésimo septuagésimo octogésimo nonagésimo',
)

function ordinal(value: number, gender: Gender = 'm'): string {
  if (value > 100) return cardinal(value, gender)
  const tens = Math.floor(value / 10)
  const ones = value % 10
  const masculine =
    value === 100
      ? 'centésimo'
      : [tens === 0 ? '' : at(TENTHS, tens), ones === 0 ? '' : at(ORDINALS, ones)]
          .filter((word) => word !== '')
          .join(' ')
  return gender === 'f' ? masculine.replace(/o( |$)/g, 'a$1') : masculine
}

export const portuguese: NumberWords = { cardinal, ordinal, year: cardinal }
