import { english as numbers } from '../numbers/en.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)
const YEAR_AFTER = setOf(
  'in since of by until till year from during before after around circa early late mid spring summer autumn fall winter and to january february march april may june july august september october november december',
)
const NO_PLURAL = setOf('is was has as its this us thus plus versus perhaps always')
const PARTS: Record<number, [string, string]> = {
  2: ['half', 'halves'],
  3: ['third', 'thirds'],
  4: ['quarter', 'quarters'],
}

export const englishLexicon: Lexicon = {
  numbers,
  decimal: { sign: '.', name: 'point', otherName: 'comma', saidAs: 'digits' },
  grouping: { spaced: false },
  minus: 'minus',
  plus: 'plus',
  to: 'to',
  slash: 'slash',
  dateOrder: 'mdy',
  months,
  monthSpellings: monthSpellings(
    months,
    'jan=1 feb=2 mar=3 apr=4 jun=6 jul=7 aug=8 sep=9 sept=9 oct=10 nov=11 dec=12',
  ),
  date({ year, month, day }) {
    const head = `${months[month - 1]} ${numbers.ordinal(day)}`
    return year === null ? head : `${head}, ${numbers.year(year)}`
  },
  dayOfMonth: (day, { before, after }) =>
    after === 'of' ? numbers.ordinal(day) : `${before === 'the' ? '' : 'the '}${numbers.ordinal(day)} of`,
  time({ hours, minutes, seconds, half }) {
    const tail = half === null ? '' : half === 'am' ? ' a m' : ' p m'
    const hour = numbers.cardinal(hours)
    const second = seconds === null ? '' : ` and ${numbers.cardinal(seconds)} seconds`
    if (minutes > 0) {
      const minute = minutes < 10 ? `oh ${numbers.cardinal(minutes)}` : numbers.cardinal(minutes)
      return `${hour} ${minute}${second}${tail}`
    }
    if (half !== null) return `${hour}${second}${tail}`
    return `${hour} ${hours > 12 || hours === 0 ? 'hundred' : "o'clock"}${second}`
  },
  isYear(value, { before, after, isAfterCapital }) {
    if (value < 1100 || value > 2099) return false
    return YEAR_AFTER.has(before) || isAfterCapital || !/^[a-z]{2,}s$/.test(after) || NO_PLURAL.has(after)
  },
  ratio: 'to',
  andAHalf: (value) => `${numbers.cardinal(value)} and a half`,
  money: { joint: 'and ', named: true },
  multipliers: {
    thousand: 'thousand',
    million: 'million',
    billion: 'billion',
    trillion: 'trillion',
    k: 'thousand',
    m: 'million',
    bn: 'billion',
  },
  multiplierJoint: '',
  ordinal: /(\d{1,6}|\d{1,3},\d{3})(st|nd|rd|th)(?![\p{L}\p{N}])/iuy,
  sayOrdinal: (value) => numbers.ordinal(value),
  roman: {
    cardinalAfter: setOf(
      'chapter part volume vol book act scene phase section type class war title article appendix level stage tier',
    ),
    ordinalAfter: setOf(
      'louis henry charles george elizabeth edward richard william philip paul john benedict pius leo napoleon catherine frederick james alexander nicholas gregory innocent ivan peter',
    ),
    ordinalBefore: setOf('century'),
  },
  sayRoman: (value, kind, { after }) =>
    kind === 'cardinal'
      ? numbers.cardinal(value)
      : `${after === 'century' ? '' : 'the '}${numbers.ordinal(value)}`,
  fraction(numerator, denominator) {
    const [one, many] = PARTS[denominator] ?? [
      numbers.ordinal(denominator),
      `${numbers.ordinal(denominator)}s`,
    ]
    return `${numbers.cardinal(numerator)} ${numerator === 1 ? one : many}`
  },
  abbreviations: {
    'mr.': 'Mister',
    'mrs.': 'Missus',
    'ms.': 'Miz',
    'dr.': 'Doctor',
    'prof.': 'Professor',
    'st.': 'Saint^/Street|',
    'jr.': 'Junior|',
    'sr.': 'Senior|',
    'e.g.': 'for example',
    'i.e.': 'that is',
    'etc.': 'et cetera|',
    'vs.': 'versus',
    'no.': 'number#',
    'nos.': 'numbers#',
    'approx.': 'approximately',
    'inc.': 'Incorporated|',
    'ltd.': 'Limited|',
    'co.': 'Company|',
    'corp.': 'Corporation|',
    'dept.': 'department',
    'est.': 'established',
    'gov.': 'Governor',
    'gen.': 'General',
    'sgt.': 'Sergeant',
    'capt.': 'Captain',
    'lt.': 'Lieutenant',
    'rev.': 'Reverend',
    'hon.': 'Honorable',
    'p.': 'page#',
    'pp.': 'pages#',
    'vol.': 'volume#',
    'ch.': 'chapter#',
    'chap.': 'chapter#',
    'apt.': 'apartment#',
    'tbsp.': 'tablespoons&',
    'tsp.': 'teaspoons&',
    'fig.': 'figure#',
    'a.m.': 'a m|',
    'p.m.': 'p m|',
    'ph.d.': 'P H D|',
    'ave.': 'Avenue|',
    'blvd.': 'Boulevard|',
    'mt.': 'Mount',
    'jan.': 'January',
    'feb.': 'February',
    'aug.': 'August',
    'sept.': 'September',
    'oct.': 'October',
    'nov.': 'November',
    'dec.': 'December',
    'w/o': 'without',
  },
  symbols: {
    '&': 'and',
    '@': 'at',
    '+': 'plus',
    '=': 'equals',
    '<': 'less than',
    '>': 'greater than',
    '×': 'times',
    '÷': 'divided by',
    '±': 'plus or minus',
    '≈': 'approximately',
    '≠': 'is not equal to',
    '≤': 'less than or equal to',
    '≥': 'greater than or equal to',
    '§': 'section',
    '§§': 'sections',
    '#': 'number',
    '%': 'percent',
    '°': 'degrees',
    '€': 'euros',
    $: 'dollars',
    '£': 'pounds',
    '.': 'dot',
    '-': 'dash',
    _: 'underscore',
    '/': 'slash',
    ':': 'colon',
    '~': 'tilde',
    '?': 'question mark',
    '→': 'to',
  },
}
