import { french as numbers } from '../numbers/fr.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

const months = 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(
  ' ',
)
const FEMININE =
  /^(?:(?:heure|minute|seconde|personne|année|semaine|journée|page|femme|fille|voiture|maison|ligne|chambre|place|réponse|lettre|pièce|étape|tonne|livre sterling)s?|fois|\p{L}+(?:tion|sion|ité|ette|ence|ance|euse|ée)s?)$/u
const PARTS: Record<number, [string, string]> = {
  2: ['demi', 'demis'],
  3: ['tiers', 'tiers'],
  4: ['quart', 'quarts'],
}

export const frenchLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'virgule', otherName: 'point', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'moins',
  plus: 'plus',
  to: 'à',
  slash: 'sur',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(
    months,
    'janv=1 févr=2 avr=4 juil=7 sept=9 oct=10 nov=11 déc=12 fevrier=2 aout=8 decembre=12',
  ),
  date({ year, month, day }) {
    const head = `${day === 1 ? 'premier' : numbers.cardinal(day)} ${months[month - 1]}`
    return year === null ? head : `${head} ${numbers.year(year)}`
  },
  dayOfMonth: (day) => (day === 1 ? 'premier' : null),
  time({ hours, minutes, seconds }) {
    const minute = minutes === 0 ? '' : ` ${numbers.cardinal(minutes, 'f')}`
    const second =
      seconds === null ? '' : ` et ${numbers.cardinal(seconds, 'f')} ${seconds < 2 ? 'seconde' : 'secondes'}`
    return `${numbers.cardinal(hours, 'f')} ${hours < 2 ? 'heure' : 'heures'}${minute}${second}`
  },
  genderOf: ({ after }) => (FEMININE.test(after) ? 'f' : null),
  isYear: () => false,
  ratio: 'à',
  andAHalf: (value) => `${numbers.cardinal(value)} et demi`,
  money: { joint: '', named: false },
  multipliers: {
    mille: 'mille',
    million: 'million',
    millions: 'millions',
    milliard: 'milliard',
    milliards: 'milliards',
    mds: 'milliards',
    md: 'milliards',
  },
  multiplierJoint: "d'|de ",
  ordinal: /(\d{1,4})(ers?|res?|nde?s?|es?|èmes?|emes?|ièmes?|ᵉ|ᵉʳ|ère)(?![\p{L}\p{N}])/uy,
  sayOrdinal(value, ending) {
    if (ending.startsWith('nd')) return value === 2 ? (ending.startsWith('nde') ? 'seconde' : 'second') : null
    const isFirst = /^(?:ers?|res?|ère|ᵉʳ)$/.test(ending)
    if (isFirst !== (value === 1)) return null
    const said = numbers.ordinal(value, isFirst && /^(?:r|è)/.test(ending) ? 'f' : 'm')
    return ending.endsWith('s') ? `${said}s` : said
  },
  roman: {
    cardinalAfter: setOf(
      'chapitre partie tome volume livre acte scène phase type classe titre article niveau louis henri charles georges édouard philippe napoléon benoît paul françois guerre',
    ),
    ordinalAfter: setOf(''),
    ordinalBefore: setOf('siècle siècles'),
  },
  sayRoman: (value, kind, { before }) => {
    if (kind === 'ordinal') return numbers.ordinal(value)
    const isKing = /^(?:louis|henri|charles|georges|édouard|philippe|napoléon|benoît|paul|françois)$/.test(
      before,
    )
    return isKing && value === 1 ? 'premier' : numbers.cardinal(value)
  },
  fraction(numerator, denominator) {
    const [one, many] = PARTS[denominator] ?? [
      numbers.ordinal(denominator),
      `${numbers.ordinal(denominator)}s`,
    ]
    return `${numbers.cardinal(numerator)} ${numerator === 1 ? one : many}`
  },
  abbreviations: {
    'st-': 'Saint-',
    'ste-': 'Sainte-',
    'm.': 'Monsieur^',
    'mm.': 'Messieurs^',
    'm. et': 'Monsieur et',
    mme: 'Madame',
    mmes: 'Mesdames',
    mlle: 'Mademoiselle',
    dr: 'Docteur^',
    'dr.': 'Docteur',
    pr: 'Professeur^',
    'etc.': 'et cetera|',
    'p. ex.': 'par exemple',
    'p.ex.': 'par exemple',
    'c.-à-d.': "c'est-à-dire",
    'cf.': 'confer',
    'env.': 'environ',
    'av.': 'avenue',
    bd: 'boulevard',
    'bd.': 'boulevard',
    st: 'Saint^',
    ste: 'Sainte^',
    'p.': 'page#',
    'pp.': 'pages#',
    'vol.': 'volume#',
    'chap.': 'chapitre#',
    'art.': 'article#',
    'fig.': 'figure#',
    'tél.': 'téléphone',
    'max.': 'maximum|',
    'min.': 'minimum|',
    'nb.': 'nombre',
    'n°': 'numéro',
    nᵒ: 'numéro',
    nº: 'numéro',
    'éd.': 'édition',
    'ex.': 'exemple',
    'av. j.-c.': 'avant Jésus-Christ|',
    'apr. j.-c.': 'après Jésus-Christ|',
    'janv.': 'janvier',
    'févr.': 'février',
    'juil.': 'juillet',
    'sept.': 'septembre',
    'oct.': 'octobre',
    'nov.': 'novembre',
    'déc.': 'décembre',
  },
  symbols: {
    '&': 'et',
    '@': 'arobase',
    '+': 'plus',
    '=': 'égale',
    '<': 'inférieur à',
    '>': 'supérieur à',
    '×': 'fois',
    '÷': 'divisé par',
    '±': 'plus ou moins',
    '≈': 'environ',
    '≠': 'différent de',
    '≤': 'inférieur ou égal à',
    '≥': 'supérieur ou égal à',
    '§': 'paragraphe',
    '§§': 'paragraphes',
    '#': 'numéro',
    '%': 'pour cent',
    '°': 'degrés',
    '€': 'euros',
    $: 'dollars',
    '£': 'livres',
    '.': 'point',
    '-': 'tiret',
    _: 'tiret bas',
    '/': 'slash',
    ':': 'deux-points',
    '~': 'tilde',
    '?': "point d'interrogation",
    '→': 'vers',
  },
}
