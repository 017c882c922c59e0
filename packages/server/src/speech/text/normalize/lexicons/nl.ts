import { dutch as numbers } from '../numbers/nl.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months =
  'januari februari maart april mei juni juli augustus september oktober november december'.split(' ')
const PARTS: Record<number, [string, string]> = { 2: ['half', 'halven'], 4: ['kwart', 'kwart'] }

export const dutchLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'komma', otherName: 'punt', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'min',
  plus: 'plus',
  to: 'tot',
  slash: 'schuine streep',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(
    months,
    'jan=1 feb=2 mrt=3 apr=4 jun=6 jul=7 aug=8 sep=9 sept=9 okt=10 nov=11 dec=12',
  ),
  date({ year, month, day }) {
    const head = `${numbers.cardinal(day)} ${months[month - 1]}`
    return year === null ? head : `${head} ${numbers.year(year)}`
  },
  dayOfMonth: () => null,
  time({ hours, minutes, seconds }) {
    const minute = minutes === 0 ? '' : ` ${numbers.cardinal(minutes)}`
    const second =
      seconds === null ? '' : ` en ${numbers.cardinal(seconds)} ${seconds === 1 ? 'seconde' : 'seconden'}`
    return `${numbers.cardinal(hours)} uur${minute}${second}`
  },
  isYear: (value) => value >= 1100 && value <= 1999,
  ratio: '',
  andAHalf: (value) => (value === 1 ? 'anderhalf' : `${numbers.cardinal(value)} en een half`),
  money: { joint: '', named: false },
  multipliers: {
    duizend: 'duizend',
    miljoen: 'miljoen',
    miljard: 'miljard',
    mln: 'miljoen',
    'mln.': 'miljoen',
    mld: 'miljard',
    'mld.': 'miljard',
  },
  multiplierJoint: '',
  ordinal: /(\d{1,4})(e|de|ste)(?![\p{L}\p{N}])/uy,
  sayOrdinal: (value) => (value === 0 ? null : numbers.ordinal(value)),
  roman: {
    cardinalAfter: setOf('hoofdstuk deel band akte fase type klasse titel artikel boek'),
    ordinalAfter: setOf(
      'willem lodewijk hendrik karel frederik george elizabeth filips napoleon paulus benedictus pius leopold boudewijn',
    ),
    ordinalBefore: setOf('eeuw'),
  },
  sayRoman: (value, kind, { after }) =>
    kind === 'cardinal'
      ? numbers.cardinal(value)
      : `${after === 'eeuw' ? '' : 'de '}${numbers.ordinal(value)}`,
  fraction(numerator, denominator) {
    const [one, many] = PARTS[denominator] ?? [numbers.ordinal(denominator), numbers.ordinal(denominator)]
    return numerator === 1 ? `een ${one}` : `${numbers.cardinal(numerator)} ${many}`
  },
  abbreviations: {
    'dhr.': 'de heer',
    'mevr.': 'mevrouw',
    'mw.': 'mevrouw',
    'dr.': 'dokter',
    'drs.': 'doctorandus',
    'prof.': 'professor',
    'ir.': 'ingenieur',
    'ing.': 'ingenieur',
    'mr.': 'meester^',
    'bijv.': 'bijvoorbeeld',
    'bv.': 'bijvoorbeeld',
    'd.w.z.': 'dat wil zeggen',
    'dwz.': 'dat wil zeggen',
    'enz.': 'enzovoort|',
    'etc.': 'et cetera|',
    'o.a.': 'onder andere',
    'm.b.t.': 'met betrekking tot',
    't.o.v.': 'ten opzichte van',
    'i.p.v.': 'in plaats van',
    'a.u.b.': 'alstublieft|',
    'ca.': 'circa',
    'nr.': 'nummer',
    'nrs.': 'nummers',
    'blz.': 'bladzijde',
    'p.': 'pagina#',
    'tel.': 'telefoon',
    'max.': 'maximaal_',
    'min.': 'minimaal',
    'incl.': 'inclusief',
    'excl.': 'exclusief',
    'str.': 'straat|',
    'art.': 'artikel#',
    'hfst.': 'hoofdstuk#',
    'vgl.': 'vergelijk',
    'evt.': 'eventueel',
    'm.a.w.': 'met andere woorden',
    'n.a.v.': 'naar aanleiding van',
    'z.s.m.': 'zo spoedig mogelijk|',
    'v.chr.': 'voor Christus|',
    'n.chr.': 'na Christus|',
    'jan.': 'januari#',
    'feb.': 'februari',
    'aug.': 'augustus',
    'sept.': 'september',
    'okt.': 'oktober',
    'nov.': 'november',
    'dec.': 'december',
    't.a.v.': 'ter attentie van',
  },
  symbols: {
    '&': 'en',
    '@': 'apenstaartje',
    '+': 'plus',
    '=': 'is gelijk aan',
    '<': 'kleiner dan',
    '>': 'groter dan',
    '×': 'keer',
    '÷': 'gedeeld door',
    '±': 'plus min',
    '≈': 'ongeveer',
    '≠': 'is niet gelijk aan',
    '≤': 'kleiner dan of gelijk aan',
    '≥': 'groter dan of gelijk aan',
    '§': 'paragraaf',
    '§§': 'paragrafen',
    '#': 'nummer',
    '%': 'procent',
    '°': 'graden',
    '€': 'euro',
    $: 'dollar',
    '£': 'pond',
    '.': 'punt',
    '-': 'streepje',
    _: 'liggend streepje',
    '/': 'slash',
    ':': 'dubbele punt',
    '~': 'tilde',
    '?': 'vraagteken',
    '→': 'naar',
  },
}
