import { at, type Gender, list, type NumberWords, thousands } from './number-words.ts'

const SMALL = list(
  'zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście',
)
const TENS = list(
  '_ _ dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt',
)
const HUNDREDS = list('_ sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset')
/** One, a few, many. */
const SCALES = [
  ['', '', ''],
  ['tysiąc', 'tysiące', 'tysięcy'],
  ['milion', 'miliony', 'milionów'],
  ['miliard', 'miliardy', 'miliardów'],
  ['bilion', 'biliony', 'bilionów'],
]

const words = (parts: string[]): string => parts.filter((part) => part !== '').join(' ')

function below100(value: number): string {
  if (value < 20) return value === 0 ? '' : at(SMALL, value)
  return words([at(TENS, Math.floor(value / 10)), value % 10 === 0 ? '' : at(SMALL, value % 10)])
}

const below1000 = (value: number): string =>
  words([value < 100 ? '' : at(HUNDREDS, Math.floor(value / 100)), below100(value % 100)])

const isFew = (value: number): boolean =>
  value % 10 >= 2 && value % 10 <= 4 && (value % 100 < 12 || value % 100 > 14)

function cardinal(value: number, gender: Gender = 'm'): string {
  if (value === 0) return 'zero'
  const said = words(
    thousands(value)
      .map((part, power) => {
        const [one = '', few = '', many = ''] = SCALES[power] ?? []
        if (part === 0 || power === 0) return below1000(part)
        return part === 1 ? one : `${below1000(part)} ${isFew(part) ? few : many}`
      })
      .reverse(),
  )
  if (value === 1) return gender === 'f' ? 'jedna' : gender === 'n' ? 'jedno' : said
  return gender === 'f' ? said.replace(/(^| )dwa$/, '$1dwie') : said
}

// Stems of ordinals; their endings follow.
const STEMS = list(
  '_ pierwsz drug trzec czwart piąt szóst siódm ósm dziewiąt dziesiąt jedenast dwunast trzynast czternast piętnast szesnast siedemnast osiemnast dziewiętnast',
)
const TENTHS = list(
  '_ _ dwudziest trzydziest czterdziest pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt',
)
const HUNDREDTHS = list(
  '_ setn dwusetn trzechsetn czterechsetn pięćsetn sześćsetn siedemsetn osiemsetn dziewięćsetn',
)

/** Cases of an ordinal that dates and times need. */
export type PolishCase = 'nominative' | 'genitive' | 'locative'

const ENDINGS: Record<PolishCase, Record<Gender, string>> = {
  nominative: { m: 'y', f: 'a', n: 'e' },
  genitive: { m: 'ego', f: 'ej', n: 'ego' },
  locative: { m: 'ym', f: 'ej', n: 'ym' },
}

const inflected = (stem: string, gender: Gender, form: PolishCase): string => {
  const ending = ENDINGS[form][gender]
  if (stem === 'drug')
    return stem + (ending === 'a' ? 'a' : ending === 'y' ? 'i' : `i${ending.replace(/^y/, '')}`)
  if (stem === 'trzec') return stem + (ending === 'y' ? 'i' : `i${ending.replace(/^y/, '')}`)
  return stem + ending
}

/** An ordinal in one of its forms. */
export function polishOrdinal(value: number, gender: Gender = 'm', form: PolishCase = 'nominative'): string {
  if (value === 0) return inflected('zerow', gender, form)
  const rest = value % 100
  if (rest > 0) {
    const low =
      rest < 20
        ? inflected(at(STEMS, rest), gender, form)
        : words([
            inflected(at(TENTHS, Math.floor(rest / 10)), gender, form),
            rest % 10 === 0 ? '' : inflected(at(STEMS, rest % 10), gender, form),
          ])
    return words([value - rest === 0 ? '' : cardinal(value - rest), low])
  }
  if (value % 1000 !== 0) {
    const hundreds = inflected(at(HUNDREDTHS, Math.floor(value / 100) % 10), gender, form)
    return words([value < 1000 ? '' : cardinal(value - (value % 1000)), hundreds])
  }
  const head = ['', '', 'dwu', 'trzy', 'cztero', 'pięcio', 'sześcio', 'siedmio', 'ośmio', 'dziewięcio'][
    value / 1000
  ]
  return head === undefined ? cardinal(value) : inflected(`${head}tysięczn`, gender, form)
}

export const polish: NumberWords = {
  cardinal,
  ordinal: (value, gender) => polishOrdinal(value, gender),
  year: cardinal,
}
