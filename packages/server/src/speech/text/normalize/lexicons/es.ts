import { spanish as numbers } from '../numbers/es.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months =
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(' ')
/** Not nouns, and nouns that do not have the gender they look like. */
const NO_NOUNS = setOf(
  'y o u a de del en por que es al con sin para hasta más menos se no ni como entre desde',
)
const MASCULINE = setOf(
  'día días problema problemas programa programas tema temas sistema sistemas mapa mapas idioma idiomas planeta planetas',
)
const FEMININE = /(?:as?|ci[oó]n(?:es)?|dad(?:es)?|ve(?:z|ces)|noches?|partes?|mujer(?:es)?|tardes?|clases?)$/
const PARTS: Record<number, [string, string]> = { 2: ['medio', 'medios'], 3: ['tercio', 'tercios'] }

export const spanishLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'coma', otherName: 'punto', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'menos',
  plus: 'más',
  to: 'a',
  slash: 'barra',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(months, 'setiembre=9 ene=1 abr=4 ago=8 sept=9 oct=10 dic=12'),
  date({ year, month, day }) {
    const head = `${day === 1 ? 'primero' : numbers.cardinal(day)} de ${months[month - 1]}`
    return year === null ? head : `${head} de ${numbers.year(year)}`
  },
  dayOfMonth: (day) => (day === 1 ? 'primero' : null),
  time({ hours, minutes, seconds }) {
    const hour = numbers.cardinal(hours, 'f')
    const minute = minutes === 0 ? ' en punto' : ` ${minutes < 10 ? 'cero ' : ''}${numbers.cardinal(minutes)}`
    const second =
      seconds === null
        ? ''
        : ` y ${numbers.cardinal(seconds, 'm', true)} ${seconds === 1 ? 'segundo' : 'segundos'}`
    return hour + minute + second
  },
  genderOf: ({ after }) =>
    NO_NOUNS.has(after) ? null : FEMININE.test(after) && !MASCULINE.has(after) ? 'f' : 'm',
  isYear: () => false,
  ratio: 'a',
  andAHalf: (value) => `${numbers.cardinal(value)} y medio`,
  money: { joint: 'con ', named: true },
  multipliers: { mil: 'mil', millón: 'millón', millones: 'millones', billón: 'billón', billones: 'billones' },
  multiplierJoint: 'de ',
  ordinal: /(\d{1,3})\.?(º|ª|ᵉʳ|er)(?![\p{L}\p{N}])/uy,
  sayOrdinal(value, ending) {
    if (value > 100 || value === 0) return null
    if (ending === 'ª') return numbers.ordinal(value, 'f')
    if (ending === 'º') return numbers.ordinal(value)
    return /[13]$/.test(String(value)) ? numbers.ordinal(value).replace(/o$/, '') : null
  },
  roman: {
    cardinalAfter: setOf(
      'siglo siglos capítulo parte tomo volumen libro acto fase tipo clase título artículo',
    ),
    ordinalAfter: setOf(
      'felipe carlos alfonso fernando isabel enrique juan luis pablo benedicto pío napoleón jorge jaime',
    ),
    ordinalBefore: setOf(''),
  },
  sayRoman: (value, kind, { before }) =>
    kind === 'cardinal' || value > 10
      ? numbers.cardinal(value)
      : numbers.ordinal(value, before === 'isabel' ? 'f' : 'm'),
  fraction(numerator, denominator) {
    const [one, many] = PARTS[denominator] ?? [
      numbers.ordinal(denominator),
      `${numbers.ordinal(denominator)}s`,
    ]
    return denominator > 10
      ? null
      : `${numbers.cardinal(numerator, 'm', true)} ${numerator === 1 ? one : many}`
  },
  abbreviations: {
    'sr.': 'señor',
    'sra.': 'señora',
    'srta.': 'señorita',
    'sres.': 'señores',
    'dr.': 'doctor',
    'dra.': 'doctora',
    'd.': 'don^',
    'dña.': 'doña',
    'prof.': 'profesor',
    'ud.': 'usted|',
    'uds.': 'ustedes|',
    'vd.': 'usted|',
    'p. ej.': 'por ejemplo',
    'p.ej.': 'por ejemplo',
    'etc.': 'etcétera|',
    'núm.': 'número',
    nº: 'número',
    'n.º': 'número',
    'n°': 'número',
    'pág.': 'página',
    'págs.': 'páginas',
    'vol.': 'volumen#',
    'cap.': 'capítulo#',
    'art.': 'artículo#',
    'fig.': 'figura#',
    'tel.': 'teléfono',
    'av.': 'avenida',
    'avda.': 'avenida',
    'c/': 'calle',
    'aprox.': 'aproximadamente',
    'máx.': 'máximo|',
    'mín.': 'mínimo|',
    'admón.': 'administración',
    'ee. uu.': 'Estados Unidos|',
    'ee.uu.': 'Estados Unidos|',
    'a. c.': 'antes de Cristo|',
    'd. c.': 'después de Cristo|',
    'a.c.': 'antes de Cristo|',
    'd.c.': 'después de Cristo|',
    's.a.': 'sociedad anónima|',
    'gral.': 'general',
    'sto.': 'santo',
    'sta.': 'santa',
  },
  symbols: {
    '&': 'y',
    '@': 'arroba',
    '+': 'más',
    '=': 'igual a',
    '<': 'menor que',
    '>': 'mayor que',
    '×': 'por',
    '÷': 'dividido entre',
    '±': 'más menos',
    '≈': 'aproximadamente',
    '≠': 'distinto de',
    '≤': 'menor o igual que',
    '≥': 'mayor o igual que',
    '§': 'sección',
    '§§': 'secciones',
    '#': 'número',
    '%': 'por ciento',
    '°': 'grados',
    '€': 'euros',
    $: 'dólares',
    '£': 'libras',
    '.': 'punto',
    '-': 'guion',
    _: 'guion bajo',
    '/': 'barra',
    ':': 'dos puntos',
    '~': 'tilde',
    '?': 'interrogación',
    '→': 'a',
  },
}
