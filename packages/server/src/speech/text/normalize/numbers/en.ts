import { at, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
)
const TENS = list('_ _ twenty thirty forty fifty sixty seventy eighty ninety')
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion']
const IRREGULAR: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
}

function below100(value: number): string {
  if (value < 20) return at(SMALL, value)
  const ones = value % 10
  return at(TENS, Math.floor(value / 10)) + (ones === 0 ? '' : `-${at(SMALL, ones)}`)
}

function below1000(value: number): string {
  if (value < 100) return below100(value)
  const rest = value % 100
  return `${at(SMALL, Math.floor(value / 100))} hundred${rest === 0 ? '' : ` ${below100(rest)}`}`
}

function cardinal(value: number): string {
  if (value === 0) return 'zero'
  return thousands(value)
    .map((part, power) => (part === 0 ? '' : below1000(part) + at(SCALES, power)))
    .reverse()
    .filter((words) => words !== '')
    .join(' ')
}

function ordinal(value: number): string {
  return cardinal(value).replace(/[a-z]+$/, (last) =>
    Object.hasOwn(IRREGULAR, last)
      ? (IRREGULAR[last] ?? '')
      : last.endsWith('y')
        ? `${last.slice(0, -1)}ieth`
        : `${last}th`,
  )
}

/** 1998 is "nineteen ninety-eight", 1905 "nineteen oh five", 2005 "two thousand five". */
function year(value: number): string {
  const rest = value % 100
  if (value < 1000 || value > 9999 || value % 1000 < 10) return cardinal(value)
  if (rest === 0) return `${below100(value / 100)} hundred`
  return `${below100(Math.floor(value / 100))} ${rest < 10 ? `oh ${below100(rest)}` : below100(rest)}`
}

export const english: NumberWords = { cardinal, ordinal, year }
