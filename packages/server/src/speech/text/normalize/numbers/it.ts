import { at, type Gender, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove',
)
const TENS = list('_ _ venti trenta quaranta cinquanta sessanta settanta ottanta novanta')
const SCALES = [
  ['', ''],
  ['', ''],
  ['un milione', 'milioni'],
  ['un miliardo', 'miliardi'],
  ['un bilione', 'bilioni'],
]

function below100(value: number): string {
  if (value < 20) return at(SMALL, value)
  const tens = at(TENS, Math.floor(value / 10))
  const ones = value % 10
  if (ones === 0) return tens
  return (ones === 1 || ones === 8 ? tens.slice(0, -1) : tens) + (ones === 3 ? 'tré' : at(SMALL, ones))
}

function below1000(value: number): string {
  const hundreds = Math.floor(value / 100)
  const rest = value % 100
  const head = hundreds === 0 ? '' : `${hundreds === 1 ? '' : at(SMALL, hundreds)}cento`
  if (rest === 0) return head
  return head + (head !== '' && rest === 3 ? 'tré' : below100(rest))
}

function cardinal(value: number, gender: Gender = 'm', before = false): string {
  if (value === 0) return 'zero'
  if (value === 1 && gender === 'f') return 'una'
  if (value === 1 && before) return 'un'
  const parts = thousands(value)
  const words = parts.slice(2).map((part, index) => {
    const [one = '', many = ''] = SCALES[index + 2] ?? []
    return part === 0 ? '' : part === 1 ? one : `${below1000(part)} ${many}`
  })
  const [ones = 0, thousand = 0] = parts
  const head =
    thousand === 0 ? '' : thousand === 1 ? 'mille' : `${below1000(thousand).replace(/tré$/, 'tre')}mila`
  const last = ones === 0 ? head : head + (head !== '' && ones === 3 ? 'tré' : below1000(ones))
  return [...words.reverse(), last].filter((word) => word !== '').join(' ')
}

const ORDINALS = list('_ primo secondo terzo quarto quinto sesto settimo ottavo nono decimo')

function ordinal(value: number, gender: Gender = 'm'): string {
  const masculine =
    value <= 10
      ? at(ORDINALS, value)
      : `${cardinal(value)
          .replace(/tré$/, 'tree')
          .replace(/sei$/, 'seii')
          .replace(/mila$/, 'mill_')
          .replace(/[aeiou_]$/, '')}esimo`
  return gender === 'f' ? masculine.replace(/o$/, 'a') : masculine
}

export const italian: NumberWords = { cardinal, ordinal, year: (value) => cardinal(value) }
