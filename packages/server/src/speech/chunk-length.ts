/** When text that comes in pieces is handed to the engine. */
export type Chunking = {
  /** Characters that each chunk waits for; the last entry holds for all further ones. */
  schedule: readonly number[]
  /** Whether a chunk ends with the first sentence, however short. */
  isBySentence: boolean
  /** Characters that are handed over whether a sentence ends or not. */
  bufferLengthMax: number
  /** ms without new text after which what there is is handed over. */
  flushTimeoutMs: number
}

/**
 * How much of a text is handed over as the chunk of this number; 0 when it has to wait. Chunks end where sentences do,
 * and never inside of markup (wire reference, section 5.2).
 */
export function chunkLength(text: string, chunk: number, chunking: Chunking): number {
  const { schedule, bufferLengthMax, isBySentence } = chunking
  const isFull = text.length >= bufferLengthMax
  const wanted = isBySentence ? 0 : (schedule[Math.min(chunk, schedule.length - 1)] ?? 0)
  if (text.length < wanted && !isFull) return 0
  const speakable = text.slice(0, openMarkupStart(text))
  const atSentence = sentenceEnds(speakable)
  // The same text makes the same chunks, in whatever pieces it comes.
  const end = atSentence.findLast((end) => end <= wanted) ?? atSentence[0]
  if (end !== undefined) return end
  return isFull ? forcedLength(speakable) : 0
}

/** Whether more text can have ended a sentence: most pieces cannot, and need not be looked at. */
export const mayEndSentence = (piece: string): boolean => /[\s。！？｡>]/u.test(piece)

/** Elements that are spoken as a whole. */
const ELEMENTS = ['spell', 'prosody']

/** Where markup begins that has not come to its end yet: text from there on has to wait. */
export function openMarkupStart(text: string): number {
  if (!text.includes('<')) return text.length
  const lower = text.toLowerCase()
  const tag = lower.lastIndexOf('<')
  const isTagOpen = /^<(?:[/a-z][^<>]{0,200})?$/.test(lower.slice(tag, tag + 210))
  const starts = ELEMENTS.map((name) => lower.lastIndexOf(`<${name}`)).filter(
    (start, at) => start > lower.lastIndexOf(`</${ELEMENTS[at]}`),
  )
  return Math.min(isTagOpen ? tag : text.length, ...starts)
}

const TAG = /<(\/?)([a-z]+)\b[^<>]*>/gi

type Stretch = { start: number; end: number }

/** Where chunks cannot end: tags, and what stands in elements that are spoken as a whole. */
function markupIn(text: string): Stretch[] {
  const found: Stretch[] = []
  let open: { name: string; stretch: Stretch } | null = null
  for (const { 0: tag, 1: slash, 2: written = '', index } of text.matchAll(TAG)) {
    const name = written.toLowerCase()
    const end = index + tag.length
    if (open !== null) {
      if (slash === '' || name !== open.name) continue
      open.stretch.end = end
      open = null
    } else {
      const stretch = { start: index, end }
      found.push(stretch)
      if (slash !== '' || !ELEMENTS.includes(name)) continue
      open = { name, stretch }
      stretch.end = Number.POSITIVE_INFINITY
    }
  }
  return found
}

/** A sentence is known to have ended when something comes after its mark: `3.` may become `3.5`. */
const SENTENCE_END = /(?:(?<![.!?…])[.!?…]+["'”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*|\n)\s*/gu
/** `Dr.`, `z.`, `3.`: more often in the middle of a sentence than at its end. */
const ENDS_IN_MIDST = /(?:^|[\s(])(?:\p{L}{1,3}|\p{N}+)\.\s*$/u

function sentenceEnds(text: string): number[] {
  const ends: number[] = []
  const markup = text.includes('<') ? markupIn(text) : []
  let passed = 0
  for (const { 0: mark, index } of text.matchAll(SENTENCE_END)) {
    const end = index + mark.length
    while ((markup[passed]?.end ?? end + 1) <= end) passed++
    if ((markup[passed]?.start ?? end) < end || text.slice(0, end).trim() === '') continue
    if (!ENDS_IN_MIDST.test(text.slice(Math.max(0, end - 16), end))) ends.push(end)
  }
  return ends
}

/** A text without the end of a sentence ends at a word, or wherever it has to. */
function forcedLength(text: string): number {
  const atSpace = text.search(/\s\S*$/u)
  if (atSpace > 0) return atSpace + 1
  // Never between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
}
