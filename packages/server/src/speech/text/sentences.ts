/**
 * Where a text's sentences end, after the blanks that follow them: at stops, question and exclamation marks, ellipses
 * (with the quotes and brackets that close after them), the full-width ones of Chinese and Japanese, and line ends. Not
 * after abbreviations, initials, and numbers that may be ordinals.
 */
export function sentenceEnds(text: string, language: string): number[] {
  const ends: number[] = []
  let start = 0
  for (const { 0: mark, index } of text.matchAll(ENDINGS)) {
    const end = index + mark.length
    if (!isEnd(text, start, index, mark, end, language)) continue
    ends.push(end)
    start = end
  }
  return ends
}

const ENDINGS =
  /(?:(?<![.!?…؟۔।॥])[.!?…؟۔।॥]{1,20}(?:["'”’)\]」』]|[ \u00a0\u202f]?»){0,5}(?=\s)|[。！？｡][。！？｡]{0,20}["'”’»)\]」』）]{0,5}|(?<!\n)\n)\s{0,100}/gu

function isEnd(
  text: string,
  start: number,
  at: number,
  mark: string,
  end: number,
  language: string,
): boolean {
  if (mark.startsWith('\n')) return text.slice(start, at).trim() !== ''
  const next = text.slice(end, end + 3)
  if (/["'”’»)\]]/.test(mark) && /^\p{Ll}/u.test(next)) return false
  if (!/^\.(?!\.)/.test(mark)) return true
  if (mark.includes('\n')) return true
  const word = /[^\s("'„“«¿¡[]{1,24}$/u.exec(text.slice(Math.max(start, at - 24), at))?.[0] ?? ''
  if (word === '') return false
  // "3. Mai", "1. platz": a number before a stop is an ordinal in many languages.
  if (/^\d{1,3}$/.test(word)) return !ORDINAL_STOPS.has(language)
  // U.S., z.B., initials.
  if (/^\p{L}$/u.test(word) || /^(?:\p{L}{1,3}\.)+\p{L}{1,3}$/u.test(word)) return false
  if (ABBREVIATIONS.has(word.toLowerCase())) return false
  const isShort = /^\p{L}{1,3}$/u.test(word)
  return !(isShort && /^\p{Ll}/u.test(next))
}

const ORDINAL_STOPS = new Set('de pl da no fi cs hu sk sl hr sr tr'.split(' '))

/** Abbreviations that something follows, of all languages together: none of them ends a sentence elsewhere. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof st jr sr vs approx dept gen sgt capt rev hon fig vol ' +
    'bzw ca nr nrn hr hrn fr bspw ggf evtl inkl exkl mind vgl sog geb gest mio mrd zzgl tel dipl ing kap abb abs ' +
    'mme mlle cf env chap tél sra srta dña núm pág págs cap aprox avda sig sigg dott avv pag pagg ecc ' +
    'dhr mevr mw drs bijv bv blz incl excl evt hfst srs exmo exma np tzn tzw ok ul al św str rozdz zob godz inż'
  ).split(' '),
)
