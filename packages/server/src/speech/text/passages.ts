/** A piece of a text that is spoken in one go, and where it stands in the text (UTF-16 offset). */
export type TextPassage = {
  text: string
  start: number
  /** Silence before it, in ms. */
  leadMs: number
}

/** About 17 s of speech and 40 ms of work: the longest that one speaker may hold up the others. */
const PASSAGE_LENGTH_MAX = 300
/** The pause between sentences, which an engine does not make at the edge of what it is given. */
const SENTENCE_PAUSE_MS = 300
/** The pause where a long sentence had to be cut. */
const CUT_PAUSE_MS = 60

/** A short word with a full stop is more often an abbreviation than the end of a sentence. */
const ENDS_LIKE_ABBREVIATION = /(?:^|[\s(])\p{L}{1,3}\.\s*$/u
const SPEAKABLE = /[\p{L}\p{N}\p{S}\p{Emoji_Presentation}&%@#]/u
/** Where a long sentence is best cut: after punctuation, else at a space. */
const CLAUSE_ENDS = /[,;:،、，；：)\]–—](?=\s|$)|[、，；：]/gu

/** Cuts a text into sentences, and long ones at a clause, a word, or wherever they have to be. Nothing is lost. */
export function textPassages(text: string, language: string): TextPassage[] {
  const passages: TextPassage[] = []
  for (const sentence of sentences(text, language)) {
    for (const [index, piece] of pieces(sentence).entries()) {
      if (!SPEAKABLE.test(piece.text)) continue
      const leadMs = passages.length === 0 ? 0 : index === 0 ? SENTENCE_PAUSE_MS : CUT_PAUSE_MS
      passages.push({ ...piece, leadMs })
    }
  }
  return passages
}

type Slice = { text: string; start: number }

function sentences(text: string, language: string): Slice[] {
  const merged: Slice[] = []
  for (const { segment, index } of segmenterOf(language).segment(text)) {
    const previous = merged.at(-1)
    if (previous !== undefined && (ENDS_LIKE_ABBREVIATION.test(previous.text) || !SPEAKABLE.test(segment))) {
      previous.text += segment
    } else {
      merged.push({ text: segment, start: index })
    }
  }
  return merged
}

/** Kept: making one costs six times as much as cutting a short text with it. There are as many as languages. */
const segmenters = new Map<string, Intl.Segmenter>()

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language)
  if (known !== undefined) return known
  const segmenter = new Intl.Segmenter(language, { granularity: 'sentence' })
  segmenters.set(language, segmenter)
  return segmenter
}

function pieces(sentence: Slice): Slice[] {
  const found: Slice[] = []
  let { text, start } = sentence
  while (text.length > PASSAGE_LENGTH_MAX) {
    const length = cutLength(text)
    found.push({ text: text.slice(0, length), start })
    text = text.slice(length)
    start += length
  }
  found.push({ text, start })
  return found
}

function cutLength(text: string): number {
  const window = text.slice(0, PASSAGE_LENGTH_MAX)
  const atClause = [...window.matchAll(CLAUSE_ENDS)].at(-1)
  if (atClause !== undefined && atClause.index > PASSAGE_LENGTH_MAX / 4)
    return atClause.index + atClause[0].length
  const atSpace = window.search(/\s\S*$/u)
  if (atSpace > 0) return atSpace + 1
  // Never between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(window) ? PASSAGE_LENGTH_MAX - 1 : PASSAGE_LENGTH_MAX
}
