import { at, type Gender, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf',
)
const TENS = list('_ _ vingt trente quarante cinquante soixante')
const SCALES = ['', '', 'million', 'milliard', 'billion']

/** `isLast`: nothing follows, so that 80 takes its s. */
function below100(value: number, isLast: boolean): string {
  if (value < 20) return at(SMALL, value)
  if (value === 80) return isLast ? 'quatre-vingts' : 'quatre-vingt'
  if (value > 80) return `quatre-vingt-${at(SMALL, value - 80)}`
  if (value === 71) return 'soixante et onze'
  if (value > 60) return value === 61 ? 'soixante et un' : `soixante-${at(SMALL, value - 60)}`
  const ones = value % 10
  const tens = at(TENS, Math.floor(value / 10))
  return ones === 0 ? tens : ones === 1 ? `${tens} et un` : `${tens}-${at(SMALL, ones)}`
}

function below1000(value: number, isLast: boolean): string {
  const hundreds = Math.floor(value / 100)
  const rest = value % 100
  if (hundreds === 0) return below100(rest, isLast)
  const head = hundreds === 1 ? 'cent' : `${at(SMALL, hundreds)} cent${rest === 0 && isLast ? 's' : ''}`
  return rest === 0 ? head : `${head} ${below100(rest, isLast)}`
}

function cardinal(value: number, gender: Gender = 'm'): string {
  if (value === 0) return 'zéro'
  const words = thousands(value)
    .map((part, power) => {
      if (part === 0) return ''
      if (power === 0) return below1000(part, true)
      if (power === 1) return part === 1 ? 'mille' : `${below1000(part, false)} mille`
      return `${below1000(part, true)} ${at(SCALES, power)}${part > 1 ? 's' : ''}`
    })
    .reverse()
    .filter((word) => word !== '')
    .join(' ')
  return gender === 'f' && value % 10 === 1 && !/onze$/.test(words) ? words.replace(/un$/, 'une') : words
}

function ordinal(value: number, gender: Gender = 'm'): string {
  if (value === 1) return gender === 'f' ? 'première' : 'premier'
  return cardinal(value)
    .replace(/cinq$/, 'cinqu')
    .replace(/neuf$/, 'neuv')
    .replace(/(vingt|cent|million)s$/, '$1')
    .replace(/e$/, '')
    .concat('ième')
}

export const french: NumberWords = { cardinal, ordinal, year: cardinal }
