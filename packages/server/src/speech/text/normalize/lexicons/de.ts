import { german as numbers } from '../numbers/de.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months = 'Januar Februar März April Mai Juni Juli August September Oktober November Dezember'.split(' ')
/** After these an ordinal ends in -n. */
const OBLIQUE = setOf(
  'am dem den des vom zum beim im bis ab seit zur ihrem seinem diesem jedem einem jeden einen nach vor mit',
)
const ARTICLES = setOf('der die das')
const FEMININE_LOOKALIKES = setOf(
  'ende name termin kilo auge interesse gebäude buchstabe gedanke käse kunde junge kollege neffe mal',
)
const PARTS: Record<number, string> = { 2: 'halb', 3: 'Drittel', 4: 'Viertel' }

const inflected = (value: number, before: string): string => {
  const ordinal = numbers.ordinal(value)
  return OBLIQUE.has(before) ? `${ordinal}n` : ARTICLES.has(before) ? ordinal : `${ordinal}r`
}

export const germanLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'Komma', otherName: 'Punkt', saidAs: 'digits' },
  grouping: { spaced: true },
  minus: 'minus',
  plus: 'plus',
  to: 'bis',
  slash: 'Schrägstrich',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(
    months,
    'jänner=1 jan=1 feb=2 febr=2 mär=3 apr=4 jun=6 jul=7 aug=8 sep=9 sept=9 okt=10 nov=11 dez=12',
  ),
  date({ year, month, day }, { before }) {
    const head = `${inflected(day, before)} ${months[month - 1]}`
    return year === null ? head : `${head} ${numbers.year(year)}`
  },
  dayOfMonth: (day, { before }) => inflected(day, before),
  time({ hours, minutes, seconds }) {
    const minute = minutes === 0 ? '' : ` ${numbers.cardinal(minutes)}`
    const second =
      seconds === null
        ? ''
        : ` und ${numbers.cardinal(seconds, 'f', true)} ${seconds === 1 ? 'Sekunde' : 'Sekunden'}`
    return `${numbers.cardinal(hours, 'n', true)} Uhr${minute}${second}`
  },
  genderOf: ({ after, isAfterCapital }) =>
    !isAfterCapital
      ? null
      : /(?:e|ung|heit|keit|schaft|ion|tät|ik|ur|in|frau|nacht|stadt)$/.test(after) &&
          !FEMININE_LOOKALIKES.has(after)
        ? 'f'
        : 'n',
  isYear: (value) => value >= 1100 && value <= 1999,
  ratio: 'zu',
  andAHalf: (value) => `${numbers.cardinal(value, 'n', true)}einhalb`,
  money: { joint: '', named: false },
  multipliers: {
    tausend: 'tausend',
    'mio.': 'Millionen',
    mio: 'Millionen',
    million: 'Million',
    millionen: 'Millionen',
    'mrd.': 'Milliarden',
    mrd: 'Milliarden',
    milliarde: 'Milliarde',
    milliarden: 'Milliarden',
    billionen: 'Billionen',
  },
  multiplierJoint: '',
  // Only after an article or the like: "am 3. Tag", but "Ich habe 3. Dann …".
  ordinal: /(\d{1,3})(\.)(?= ?[\p{L}-]|, ?\d{1,2}\.)/uy,
  sayOrdinal: (value, _, { before }) =>
    ARTICLES.has(before) || OBLIQUE.has(before) ? inflected(value, before) : null,
  roman: {
    cardinalAfter: setOf('kapitel teil band akt abschnitt phase typ klasse stufe artikel buch'),
    ordinalAfter: setOf(
      'ludwig heinrich karl friedrich wilhelm otto elisabeth georg napoleon paul johannes benedikt pius leo katharina philipp franz alexander nikolaus gregor innozenz iwan peter maximilian rudolf leopold joseph',
    ),
    ordinalBefore: setOf('jahrhundert jahrhunderts'),
  },
  sayRoman: (value, kind, { before, after }) => {
    if (kind === 'cardinal') return numbers.cardinal(value)
    if (after.startsWith('jahrhundert')) return inflected(value, before)
    const article = before === 'elisabeth' || before === 'katharina' ? 'die' : 'der'
    const ordinal = numbers.ordinal(value)
    return `${article} ${ordinal.charAt(0).toUpperCase()}${ordinal.slice(1)}`
  },
  fraction(numerator, denominator) {
    if (denominator === 2) return numerator === 1 ? 'ein halb' : `${numbers.cardinal(numerator)} Halbe`
    const part =
      PARTS[denominator] ??
      `${numbers.ordinal(denominator).charAt(0).toUpperCase()}${numbers.ordinal(denominator).slice(1)}l`
    return `${numbers.cardinal(numerator, 'n', true)} ${part}`
  },
  abbreviations: {
    'z. b.': 'zum Beispiel',
    'z.b.': 'zum Beispiel',
    'd. h.': 'das heißt',
    'd.h.': 'das heißt',
    'u. a.': 'unter anderem',
    'u.a.': 'unter anderem',
    'z. t.': 'zum Teil',
    'z.t.': 'zum Teil',
    'i. d. r.': 'in der Regel',
    'i.d.r.': 'in der Regel',
    'o. ä.': 'oder Ähnliches|',
    'o.ä.': 'oder Ähnliches|',
    'v. a.': 'vor allem',
    'v.a.': 'vor allem',
    's. o.': 'siehe oben|',
    's. u.': 'siehe unten|',
    'u. u.': 'unter Umständen',
    'v. chr.': 'vor Christus|',
    'v.chr.': 'vor Christus|',
    'n. chr.': 'nach Christus|',
    'n.chr.': 'nach Christus|',
    'bzw.': 'beziehungsweise',
    'usw.': 'und so weiter|',
    'etc.': 'et cetera|',
    'ca.': 'circa',
    'nr.': 'Nummer',
    'nrn.': 'Nummern',
    'str.': 'Straße|',
    'tel.': 'Telefon',
    'dr.': 'Doktor',
    'prof.': 'Professor',
    'hr.': 'Herr',
    'hrn.': 'Herrn',
    'fr.': 'Frau^',
    'dipl.': 'Diplom',
    'ing.': 'Ingenieur',
    'st.': 'Sankt^',
    'bspw.': 'beispielsweise',
    'ggf.': 'gegebenenfalls',
    'evtl.': 'eventuell',
    'inkl.': 'inklusive',
    'exkl.': 'exklusive',
    'max.': 'maximal_',
    'min.': 'minimal_',
    'mind.': 'mindestens',
    'abs.': 'Absatz#',
    'art.': 'Artikel#',
    'bd.': 'Band#',
    's.': 'Seite#',
    'vgl.': 'vergleiche',
    'sog.': 'sogenannt',
    'jh.': 'Jahrhundert|',
    'geb.': 'geboren',
    'gest.': 'gestorben',
    'mio.': 'Millionen',
    'mrd.': 'Milliarden',
    'zzgl.': 'zuzüglich',
    'jan.': 'Januar#',
    'feb.': 'Februar',
    'aug.': 'August',
    'sept.': 'September',
    'okt.': 'Oktober',
    'nov.': 'November',
    'dez.': 'Dezember',
    'kap.': 'Kapitel#',
    'abb.': 'Abbildung#',
    'mwst.': 'Mehrwertsteuer|',
    'allg.': 'allgemein',
    'std.': 'Stunden|',
  },
  symbols: {
    '&': 'und',
    '@': 'ät',
    '+': 'plus',
    '=': 'gleich',
    '<': 'kleiner als',
    '>': 'größer als',
    '×': 'mal',
    '÷': 'geteilt durch',
    '±': 'plus minus',
    '≈': 'ungefähr',
    '≠': 'ungleich',
    '≤': 'kleiner gleich',
    '≥': 'größer gleich',
    '§': 'Paragraf',
    '§§': 'Paragrafen',
    '#': 'Nummer',
    '%': 'Prozent',
    '°': 'Grad',
    '€': 'Euro',
    $: 'Dollar',
    '£': 'Pfund',
    '.': 'Punkt',
    '-': 'Minus',
    _: 'Unterstrich',
    '/': 'Schrägstrich',
    ':': 'Doppelpunkt',
    '~': 'Tilde',
    '?': 'Fragezeichen',
    '→': 'zu',
  },
}
