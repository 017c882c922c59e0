/** UTF-16 offsets of a part of a text. */
export type Span = { start: number; end: number }

/** The words of a text: what whitespace separates, divided further in scripts that are written without spaces. */
export function wordsOf(text: string, language: string): Span[] {
  const words: Span[] = []
  for (const { index, 0: token } of text.matchAll(/\S+/g)) {
    if (UNSPACED.test(token)) words.push(...segments(token, index, language))
    else words.push({ start: index, end: index + token.length })
  }
  return words
}

/** Chinese, Japanese, Thai, Lao, Khmer, Burmese. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** Segments of a token; what is no word (punctuation) belongs to the one before it. */
function segments(token: string, offset: number, language: string): Span[] {
  const spans: Span[] = []
  for (const { index, segment, isWordLike } of segmenterOf(language).segment(token)) {
    const span = { start: offset + index, end: offset + index + segment.length }
    const last = spans.at(-1)
    if (last !== undefined && isWordLike !== true) last.end = span.end
    else spans.push(span)
  }
  return spans
}

const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language)
  if (known !== undefined) return known
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
  segmenters.set(language, segmenter)
  return segmenter
}
