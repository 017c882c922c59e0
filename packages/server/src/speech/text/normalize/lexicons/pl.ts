import { polish as numbers, polishOrdinal } from '../numbers/pl.ts'
import { type Lexicon, monthSpellings, setOf } from './lexicon.ts'

/** In the genitive, as they stand in dates. */
const months =
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia'.split(
    ' ',
  )
const AT_TIME = setOf('o po przed od do około')
/** Nouns that are counted often, as they stand after 1 to 4, where their ending does not tell their gender. */
const FEMININE = setOf(
  'godzina godziny minuta minuty sekunda sekundy kobieta kobiety osoba osoby strona strony książka książki noc noce rzecz rzeczy szkoła szkoły droga drogi część części wersja wersje klasa klasy lekcja lekcje sztuka sztuki karta karty wiadomość wiadomości opcja opcje stacja stacje butelka butelki dziewczyna dziewczyny córka córki siostra siostry',
)
const NEUTER = setOf('miejsce piętro okrążenie wydanie pytanie dziecko miasto okno zdanie słowo')
/** Nouns that an ordinal with a full stop stands before, as in "1. miejsce". */
const ORDERED: Readonly<Record<'m' | 'f' | 'n', ReadonlySet<string>>> = {
  m: setOf('dzień rozdział etap tom krok punkt raz rok tydzień'),
  f: setOf('klasa runda część liga edycja rocznica wojna'),
  n: setOf('miejsce piętro okrążenie wydanie pytanie'),
}
const PARTS: Record<number, [string, string, string]> = {
  2: ['druga', 'drugie', 'drugich'],
  3: ['trzecia', 'trzecie', 'trzecich'],
}

export const polishLexicon: Lexicon = {
  numbers,
  decimal: { sign: ',', name: 'przecinek', otherName: 'kropka', saidAs: 'number' },
  grouping: { spaced: true },
  minus: 'minus',
  plus: 'plus',
  to: '',
  slash: 'przez',
  dateOrder: 'dmy',
  months,
  monthSpellings: monthSpellings(
    months,
    'sty=1 lut=2 mar=3 kwi=4 cze=6 lip=7 sie=8 wrz=9 paź=10 lis=11 gru=12',
  ),
  date({ year, month, day }) {
    const head = `${polishOrdinal(day, 'm', 'genitive')} ${months[month - 1]}`
    return year === null ? head : `${head} ${yearOf(year)} roku`
  },
  dayOfMonth: (day) => polishOrdinal(day, 'm', 'genitive'),
  time({ hours, minutes, seconds }, { before }) {
    const hour = polishOrdinal(hours, 'f', AT_TIME.has(before) ? 'locative' : 'nominative')
    const minute = minutes === 0 ? '' : ` ${minutes < 10 ? 'zero ' : ''}${numbers.cardinal(minutes)}`
    const second = seconds === null ? '' : ` i ${numbers.cardinal(seconds, 'f')} sekund`
    return hour + minute + second
  },
  genderOf: ({ after }) => (FEMININE.has(after) ? 'f' : NEUTER.has(after) ? 'n' : null),
  isYear: (_, { before, after }) => months.includes(before) || /^(?:r|rok|roku|rokiem)$/.test(after),
  bareYear: (value, { before, after }) =>
    after === 'rok'
      ? polishOrdinal(value)
      : after === 'rokiem'
        ? polishOrdinal(value, 'm', 'locative')
        : polishOrdinal(value, 'm', after === 'roku' && before === 'w' ? 'locative' : 'genitive'),
  ratio: 'do',
  andAHalf: (value) => (value === 1 ? 'półtora' : `${numbers.cardinal(value)} i pół`),
  money: { joint: '', named: true },
  multipliers: {
    tys: 'tysiąc/tysiące/tysięcy/tysiąca',
    'tys.': 'tysiąc/tysiące/tysięcy/tysiąca',
    tysięcy: 'tysięcy',
    tysiące: 'tysiące',
    mln: 'milion/miliony/milionów/miliona',
    milion: 'milion',
    miliony: 'miliony',
    milionów: 'milionów',
    mld: 'miliard/miliardy/miliardów/miliarda',
    miliard: 'miliard',
    miliardy: 'miliardy',
    miliardów: 'miliardów',
  },
  multiplierJoint: '',
  ordinal: /(\d{1,3})(\.(?= \p{Ll})|-?(?:szy|gi|ci|ty|my|ego|ej|go|sza|ga|cia|ta|ma))(?![\p{L}\p{N}])/uy,
  sayOrdinal(value, ending, { after }) {
    if (value === 0) return null
    if (ending === '.') {
      const gender = (['m', 'f', 'n'] as const).find((one) => ORDERED[one].has(after))
      return gender === undefined ? null : polishOrdinal(value, gender)
    }
    if (/ego$|^-?go$/.test(ending)) return polishOrdinal(value, 'm', 'genitive')
    if (/ej$/.test(ending)) return polishOrdinal(value, 'f', 'genitive')
    return polishOrdinal(value, /a$/.test(ending) ? 'f' : 'm')
  },
  roman: {
    cardinalAfter: setOf(''),
    ordinalAfter: setOf(
      'jan zygmunt kazimierz henryk ludwik karol jerzy paweł benedykt pius napoleon august elżbieta fryderyk bolesław władysław tom rozdział akt wojna',
    ),
    ordinalBefore: setOf('wiek wieku wiekiem wojna wojny tom rozdział'),
  },
  sayRoman(value, _, { before, after }) {
    const isFeminine = before === 'elżbieta' || before === 'wojna' || after === 'wojna' || after === 'wojny'
    return polishOrdinal(
      value,
      isFeminine ? 'f' : 'm',
      after === 'wieku'
        ? before === 'w' || before === 'we'
          ? 'locative'
          : 'genitive'
        : after === 'wojny'
          ? 'genitive'
          : after === 'wiekiem'
            ? 'locative'
            : 'nominative',
    )
  },
  fraction(numerator, denominator) {
    if (numerator === 1 && denominator === 2) return 'jedna druga'
    const feminine = polishOrdinal(denominator, 'f')
    const [one, few, many] = PARTS[denominator] ?? [
      feminine,
      feminine.replace(/a$/, 'e'),
      feminine.replace(/a$/, 'ych'),
    ]
    const form = numerator === 1 ? one : numerator < 5 ? few : many
    return `${numbers.cardinal(numerator, 'f')} ${form}`
  },
  abbreviations: {
    'np.': 'na przykład',
    'itd.': 'i tak dalej|',
    'itp.': 'i tym podobne|',
    'tzn.': 'to znaczy',
    'tzw.': 'tak zwany',
    'm.in.': 'między innymi',
    'm. in.': 'między innymi',
    'ok.': 'około',
    'ul.': 'ulica',
    'al.': 'aleja',
    'pl.': 'plac^',
    nr: 'numer',
    'nr.': 'numer',
    'tel.': 'telefon',
    dr: 'doktor^',
    'prof.': 'profesor',
    mgr: 'magister',
    'inż.': 'inżynier',
    'p.': 'pan^',
    'św.': 'święty',
    'str.': 'strona#',
    's.': 'strona#',
    'art.': 'artykuł#',
    'ust.': 'ustęp#',
    pkt: 'punkt#',
    'rozdz.': 'rozdział#',
    'zob.': 'zobacz',
    'por.': 'porównaj',
    'godz.': 'godzina',
    'r.': 'roku|&',
    'w.': 'wiek|&',
    wg: 'według',
    'tj.': 'to jest',
    'min.': 'minimum',
    'maks.': 'maksimum',
    'ww.': 'wyżej wymieniony',
    'zł.': 'złotych|',
    'p.n.e.': 'przed naszą erą|',
    'n.e.': 'naszej ery|',
    'sp. z o.o.': 'spółka z ograniczoną odpowiedzialnością|',
    'gen.': 'generał',
    'im.': 'imienia^',
    'woj.': 'województwo',
  },
  symbols: {
    '&': 'i',
    '@': 'małpa',
    '+': 'plus',
    '=': 'równa się',
    '<': 'mniejsze niż',
    '>': 'większe niż',
    '×': 'razy',
    '÷': 'podzielone przez',
    '±': 'plus minus',
    '≈': 'około',
    '≠': 'nie równa się',
    '≤': 'mniejsze lub równe',
    '≥': 'większe lub równe',
    '§': 'paragraf',
    '§§': 'paragrafy',
    '#': 'numer',
    '%': 'procent',
    '°': 'stopni',
    '€': 'euro',
    $: 'dolarów',
    '£': 'funtów',
    '.': 'kropka',
    '-': 'myślnik',
    _: 'podkreślenie',
    '/': 'ukośnik',
    ':': 'dwukropek',
    '~': 'tylda',
    '?': 'znak zapytania',
    '→': 'do',
  },
}

/** A year in a date: "tysiąc dziewięćset dziewięćdziesiątego ósmego". */
const yearOf = (year: number): string => polishOrdinal(year, 'm', 'genitive')
