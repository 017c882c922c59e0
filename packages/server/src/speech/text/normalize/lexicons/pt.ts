import { portuguese as numbers } from '../numbers/pt.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months =
  'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro'.split(' ')
/** Not nouns, and nouns that do not have the gender they look like. */
const NO_NOUNS = setOf(
  'e ou a o as os de do da em no na por que com sem para até mais menos se não nem como entre desde à às',
)
const MASCULINE = setOf(
  'dia dias problema problemas programa programas tema temas sistema sistemas mapa mapas idioma idiomas planeta planetas',
)
const FEMININE = /(?:as?|ç(?:ão|ões)|dades?|agens|mulher(?:es)?|vez(?:es)?|noites?|partes?|mães?)$/
const PARTS: Record<number, [string, string]> = { 2: ['meio', 'meios'], 3: ['terço', 'terços'] }

export const portugueseLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'vírgula', otherName: 'ponto', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'menos',
  plus: 'mais',
  to: 'a',
  slash: 'barra',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(months, 'jan=1 fev=2 abr=4 ago=8 out=10 nov=11 dez=12'),
  date({ year, month, day }) {
    const head = `${day === 1 ? 'primeiro' : numbers.cardinal(day)} de ${months[month - 1]}`
    return year === null ? head : `${head} de ${numbers.year(year)}`
  },
  dayOfMonth: (day) => (day === 1 ? 'primeiro' : null),
  time({ hours, minutes, seconds }) {
    const whole = hours === 1 ? ' hora' : ' horas'
    const named = minutes === 0 ? whole : `${whole} e ${numbers.cardinal(minutes)}`
    const hour = numbers.cardinal(hours, 'f')
    const minute = minutes < 10 ? named : ` e ${numbers.cardinal(minutes)}`
    const second =
      seconds === null ? '' : ` e ${numbers.cardinal(seconds)} ${seconds === 1 ? 'segundo' : 'segundos'}`
    return hour + minute + second
  },
  genderOf: ({ after }) =>
    NO_NOUNS.has(after) ? null : FEMININE.test(after) && !MASCULINE.has(after) ? 'f' : 'm',
  isYear: () => false,
  ratio: 'a',
  andAHalf: (value) => `${numbers.cardinal(value)} e meio`,
  money: { joint: 'e ', named: true },
  multipliers: { mil: 'mil', milhão: 'milhão', milhões: 'milhões', bilhões: 'bilhões', biliões: 'biliões' },
  multiplierJoint: 'de ',
  ordinal: /(\d{1,3})\.?(º|ª|o|a)(?![\p{L}\p{N}])/uy,
  sayOrdinal: (value, ending) => {
    if (value === 0 || value > 100) return null
    return numbers.ordinal(value, ending === 'ª' || ending === 'a' ? 'f' : 'm')
  },
  roman: {
    cardinalAfter: setOf(
      'século séculos capítulo parte tomo volume livro ato fase tipo classe título artigo guerra',
    ),
    ordinalAfter: setOf(
      'pedro joão carlos afonso manuel filipe luís henrique isabel paulo bento pio napoleão jorge sebastião maria',
    ),
    ordinalBefore: setOf(''),
  },
  sayRoman: (value, kind, { before }) =>
    kind === 'cardinal' || value > 10
      ? numbers.cardinal(value)
      : numbers.ordinal(value, before === 'isabel' || before === 'maria' ? 'f' : 'm'),
  fraction(numerator, denominator) {
    const [one, many] = PARTS[denominator] ?? [
      numbers.ordinal(denominator),
      `${numbers.ordinal(denominator)}s`,
    ]
    return denominator > 10 ? null : `${numbers.cardinal(numerator)} ${numerator === 1 ? one : many}`
  },
  abbreviations: {
    'sr.': 'senhor',
    'sra.': 'senhora',
    'srs.': 'senhores',
    'dr.': 'doutor',
    'dra.': 'doutora',
    'd.': 'dom^',
    'prof.': 'professor',
    profª: 'professora',
    'eng.': 'engenheiro',
    'exmo.': 'excelentíssimo',
    'etc.': 'et cetera|',
    'p. ex.': 'por exemplo',
    'p.ex.': 'por exemplo',
    'ex.': 'exemplo',
    nº: 'número',
    'n.º': 'número',
    'n°': 'número',
    'núm.': 'número',
    'pág.': 'página',
    'págs.': 'páginas',
    'vol.': 'volume#',
    'cap.': 'capítulo#',
    'art.': 'artigo#',
    'fig.': 'figura#',
    'tel.': 'telefone',
    'av.': 'avenida',
    'r.': 'rua^',
    'aprox.': 'aproximadamente',
    'máx.': 'máximo|',
    'mín.': 'mínimo|',
    'a.c.': 'antes de Cristo|',
    'd.c.': 'depois de Cristo|',
    'a. c.': 'antes de Cristo|',
    'd. c.': 'depois de Cristo|',
    'lda.': 'limitada|',
    'ltda.': 'limitada|',
    's.a.': 'sociedade anónima|',
    'séc.': 'século',
    'v. exa.': 'vossa excelência',
    'gov.': 'governo',
    'st.': 'santo',
    'sto.': 'santo',
    'sta.': 'santa',
    'cf.': 'confira',
    'obs.': 'observação',
  },
  symbols: {
    '&': 'e',
    '@': 'arroba',
    '+': 'mais',
    '=': 'igual a',
    '<': 'menor que',
    '>': 'maior que',
    '×': 'vezes',
    '÷': 'dividido por',
    '±': 'mais ou menos',
    '≈': 'aproximadamente',
    '≠': 'diferente de',
    '≤': 'menor ou igual a',
    '≥': 'maior ou igual a',
    '§': 'parágrafo',
    '§§': 'parágrafos',
    '#': 'número',
    '%': 'por cento',
    '°': 'graus',
    '€': 'euros',
    $: 'dólares',
    '£': 'libras',
    '.': 'ponto',
    '-': 'hífen',
    _: 'sublinhado',
    '/': 'barra',
    ':': 'dois pontos',
    '~': 'til',
    '?': 'interrogação',
    '→': 'para',
  },
}
