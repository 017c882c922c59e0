import { at, type Gender, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn',
)
const TENS = list('_ _ zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig')
const SCALES = ['', '', 'Million', 'Milliarde', 'Billion']

function below100(value: number): string {
  if (value < 20) return at(SMALL, value)
  const ones = value % 10
  return (ones === 0 ? '' : `${at(SMALL, ones)}und`) + at(TENS, Math.floor(value / 10))
}

function below1000(value: number): string {
  const hundreds = Math.floor(value / 100)
  const rest = value % 100
  return (hundreds === 0 ? '' : `${at(SMALL, hundreds)}hundert`) + (rest === 0 ? '' : below100(rest))
}

function cardinal(value: number, gender: Gender = 'n', before = false): string {
  if (value === 0) return 'null'
  const parts = thousands(value)
  const words = parts.slice(2).map((part, index) => {
    const scale = at(SCALES, index + 2)
    const plural = scale.endsWith('e') ? `${scale}n` : `${scale}en`
    return part === 0 ? '' : part === 1 ? `eine ${scale}` : `${ending(below1000(part), part, 'f')} ${plural}`
  })
  const [ones = 0, thousand = 0] = parts
  const low = (thousand === 0 ? '' : `${below1000(thousand)}tausend`) + below1000(ones)
  const last = ones % 100 === 1 ? low + (before ? (gender === 'f' ? 'e' : '') : 's') : low
  return [...words.reverse(), last].filter((word) => word !== '').join(' ')
}

const ending = (words: string, value: number, gender: Gender): string =>
  value % 100 === 1 ? words + (gender === 'f' ? 'e' : 's') : words

const IRREGULAR: Record<number, string> = { 1: 'erste', 3: 'dritte', 7: 'siebte', 8: 'achte' }

/** In the form of the nominative after an article: "dritte". */
function ordinal(value: number): string {
  const rest = value % 100
  const irregular = IRREGULAR[rest]
  if (irregular !== undefined) return (value === rest ? '' : cardinal(value - rest)) + irregular
  return cardinal(value) + (rest > 0 && rest < 20 ? 'te' : 'ste')
}

/** 1998 is "neunzehnhundertachtundneunzig". */
function year(value: number): string {
  const rest = value % 100
  if (value < 1100 || value > 1999) return cardinal(value)
  return `${below100(Math.floor(value / 100))}hundert${rest === 0 ? '' : rest === 1 ? 'eins' : below100(rest)}`
}

export const german: NumberWords = { cardinal, ordinal, year }
