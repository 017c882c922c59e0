import { completeLength } from './text/markup.ts'
import { sentenceEnds } from './text/sentences.ts'

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
export function chunkLength(text: string, chunk: number, chunking: Chunking, language: string): number {
  const { schedule, bufferLengthMax, isBySentence } = chunking
  const isFull = text.length >= bufferLengthMax
  const wanted = isBySentence ? 0 : (schedule[Math.min(chunk, schedule.length - 1)] ?? 0)
  if (text.trim() === '') return isFull ? text.length : 0
  if (text.length < wanted && !isFull) return 0
  const complete = text.slice(0, Math.min(completeLength(text), bufferLengthMax))
  const atSentence = chunkEnds(complete, language)
  // The same text makes the same chunks, in whatever pieces it comes.
  const end = atSentence.findLast((end) => end <= wanted) ?? atSentence[0]
  if (end !== undefined) return end
  return isFull ? forcedLength(complete) : 0
}

/** Whether more text can have ended a sentence: most pieces cannot, and need not be looked at. */
export const mayEndSentence = (piece: string): boolean => /[\s。！？｡]/u.test(piece)

/** Elements that are heard as a whole; a chunk may end within others. */
const ELEMENTS = ['spell']
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

function chunkEnds(text: string, language: string): number[] {
  const markup = text.includes('<') ? markupIn(text) : []
  let passed = 0
  return sentenceEnds(text, language).filter((end) => {
    while ((markup[passed]?.end ?? end + 1) <= end) passed++
    return (markup[passed]?.start ?? end) >= end && text.slice(0, end).trim() !== ''
  })
}

/** A text without the end of a sentence ends at a word or a tag, but not inside of markup; or wherever it has to. */
function forcedLength(text: string): number {
  const markup = text.includes('<') ? markupIn(text) : []
  const ends = [...text.matchAll(/\s/gu)].map(({ index }) => index + 1).concat(markup.map(({ end }) => end))
  const atWord = ends
    .toSorted((a, b) => a - b)
    .findLast((end) => {
      while ((markup.at(-1)?.start ?? -1) >= end) markup.pop()
      return end > 1 && end <= text.length && (markup.at(-1)?.end ?? 0) <= end
    })
  if (atWord !== undefined) return atWord
  // Never between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
}
