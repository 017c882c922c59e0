import { italian as numbers } from '../numbers/it.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months =
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' ')

/** Not nouns, and nouns that do not have the gender they look like. */
const NO_NOUNS = setOf(
  'e o a di del della in per che è con senza da al fino più meno si non né come tra fra ed',
)
const MASCULINE = setOf('problema programma tema sistema pianeta')

export const italianLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'virgola', otherName: 'punto', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'meno',
  plus: 'più',
  to: 'a',
  slash: 'barra',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(
    months,
    'gen=1 feb=2 mar=3 apr=4 mag=5 giu=6 lug=7 ago=8 set=9 sett=9 ott=10 nov=11 dic=12',
  ),
  date({ year, month, day }) {
    const head = `${day === 1 ? 'primo' : numbers.cardinal(day)} ${months[month - 1]}`
    return year === null ? head : `${head} ${numbers.year(year)}`
  },
  dayOfMonth: (day) => (day === 1 ? 'primo' : null),
  time({ hours, minutes, seconds }) {
    const hour = hours === 1 ? 'una' : numbers.cardinal(hours)
    const minute = minutes === 0 ? '' : ` e ${numbers.cardinal(minutes)}`
    const second =
      seconds === null
        ? ''
        : ` e ${numbers.cardinal(seconds, 'm', true)} ${seconds === 1 ? 'secondo' : 'secondi'}`
    return hour + minute + second
  },
  genderOf: ({ after }) =>
    NO_NOUNS.has(after) ? null : /a$/.test(after) && !MASCULINE.has(after) ? 'f' : 'm',
  isYear: () => false,
  ratio: 'a',
  andAHalf: (value) => `${numbers.cardinal(value)} e mezzo`,
  money: { joint: 'e ', named: false },
  multipliers: {
    mila: 'mila',
    milione: 'milione',
    milioni: 'milioni',
    miliardo: 'miliardo',
    miliardi: 'miliardi',
    mln: 'milioni',
    mld: 'miliardi',
  },
  multiplierJoint: 'di ',
  ordinal: /(\d{1,3})\.?(º|ª|°(?! ?[CF]))(?=[\s.,;:!?)]|$)/uy,
  sayOrdinal: (value, ending, { after }) =>
    value === 0 || (ending === '°' && after === '')
      ? null
      : numbers.ordinal(value, ending === 'ª' ? 'f' : 'm'),
  roman: {
    cardinalAfter: setOf('capitolo parte tomo volume libro atto scena fase tipo classe titolo articolo'),
    ordinalAfter: setOf(
      'secolo luigi enrico carlo giorgio elisabetta edoardo filippo vittorio emanuele umberto paolo benedetto pio leone napoleone federico papa giovanni pietro gregorio innocenzo clemente alessandro francesco ferdinando amedeo guglielmo nicola',
    ),
    ordinalBefore: setOf('secolo secoli'),
  },
  sayRoman: (value, kind, { before }) =>
    kind === 'cardinal'
      ? numbers.cardinal(value)
      : numbers.ordinal(value, before === 'elisabetta' ? 'f' : 'm'),
  fraction(numerator, denominator) {
    if (denominator === 2) return numerator === 1 ? 'un mezzo' : `${numbers.cardinal(numerator)} mezzi`
    const part = numbers.ordinal(denominator)
    return `${numbers.cardinal(numerator, 'm', true)} ${numerator === 1 ? part : part.replace(/o$/, 'i')}`
  },
  abbreviations: {
    'sig.': 'signor',
    'sig.ra': 'signora',
    'sigg.': 'signori',
    'dott.': 'dottor',
    'dott.ssa': 'dottoressa',
    'dr.': 'dottor',
    'prof.': 'professor',
    'prof.ssa': 'professoressa',
    'ing.': 'ingegner',
    'avv.': 'avvocato',
    'arch.': 'architetto',
    'ecc.': 'eccetera|',
    'etc.': 'eccetera|',
    'es.': 'esempio',
    'ad es.': 'ad esempio',
    'p.es.': 'per esempio',
    'p. es.': 'per esempio',
    'n.': 'numero#',
    nº: 'numero',
    'n°': 'numero',
    'nr.': 'numero',
    'pag.': 'pagina',
    'pagg.': 'pagine',
    'vol.': 'volume#',
    'cap.': 'capitolo#',
    'art.': 'articolo#',
    'fig.': 'figura#',
    'tel.': 'telefono',
    'ca.': 'circa',
    'max.': 'massimo|',
    'min.': 'minimo|',
    'sec.': 'secolo',
    'a.c.': 'avanti Cristo|',
    'd.c.': 'dopo Cristo|',
    's.p.a.': 'società per azioni|',
    's.r.l.': 'società a responsabilità limitata|',
    'c.a.': 'circa',
    'cfr.': 'confronta',
    'v.le': 'viale',
    'p.zza': 'piazza',
    'c.so': 'corso',
    'gent.': 'gentile',
  },
  symbols: {
    '&': 'e',
    '@': 'chiocciola',
    '+': 'più',
    '=': 'uguale',
    '<': 'minore di',
    '>': 'maggiore di',
    '×': 'per',
    '÷': 'diviso',
    '±': 'più o meno',
    '≈': 'circa',
    '≠': 'diverso da',
    '≤': 'minore o uguale a',
    '≥': 'maggiore o uguale a',
    '§': 'paragrafo',
    '§§': 'paragrafi',
    '#': 'numero',
    '%': 'percento',
    '°': 'gradi',
    '€': 'euro',
    $: 'dollari',
    '£': 'sterline',
    '.': 'punto',
    '-': 'trattino',
    _: 'trattino basso',
    '/': 'barra',
    ':': 'due punti',
    '~': 'tilde',
    '?': 'punto interrogativo',
    '→': 'a',
  },
}
