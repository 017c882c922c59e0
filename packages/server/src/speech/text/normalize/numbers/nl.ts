import { at, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien',
)
const TENS = list('_ _ twintig dertig veertig vijftig zestig zeventig tachtig negentig')
const SCALES = ['', '', 'miljoen', 'miljard', 'biljoen']

function below100(value: number): string {
  if (value < 20) return at(SMALL, value)
  const ones = at(SMALL, value % 10)
  if (value % 10 === 0) return at(TENS, Math.floor(value / 10))
  return `${ones}${ones.endsWith('e') ? 'ën' : 'en'}${at(TENS, Math.floor(value / 10))}`
}

function below1000(value: number): string {
  const hundreds = Math.floor(value / 100)
  const rest = value % 100
  const head = hundreds === 0 ? '' : `${hundreds === 1 ? '' : at(SMALL, hundreds)}honderd`
  return head + (rest === 0 ? '' : below100(rest))
}

function cardinal(value: number): string {
  if (value === 0) return 'nul'
  if (value === 1) return 'één'
  const parts = thousands(value)
  const words = parts
    .slice(2)
    .map((part, index) =>
      part === 0 ? '' : `${part === 1 ? 'één' : below1000(part)} ${at(SCALES, index + 2)}`,
    )
  const [ones = 0, thousand = 0] = parts
  const head = thousand === 0 ? '' : `${thousand === 1 ? '' : below1000(thousand)}duizend`
  return [...words.reverse(), head, ones === 0 ? '' : below1000(ones)].filter((word) => word !== '').join(' ')
}

function ordinal(value: number): string {
  const rest = value % 100
  const head = value - rest === 0 ? '' : cardinal(value - rest)
  if (rest === 1) return `${head}eerste`
  if (rest === 3) return `${head}derde`
  if (rest === 0 || rest === 8 || rest >= 20) return `${cardinal(value)}ste`
  return `${cardinal(value)}de`
}

/** 1998 is "negentienachtennegentig". */
function year(value: number): string {
  const rest = value % 100
  if (value < 1100 || value > 1999) return cardinal(value)
  return `${below100(Math.floor(value / 100))}${rest < 10 ? 'honderd' : ''}${rest === 0 ? '' : below100(rest)}`
}

export const dutch: NumberWords = { cardinal, ordinal, year }
