import type { SpokenWord } from '@kugelaudio/engine-host'
import type { SpeechEvent } from './backends/backend.ts'
import type { Span } from './words-of.ts'

/**
 * When each word is heard. espeak-ng's events are its own idea of words: several for a number, one for `of the`, none
 * for a lone dash. So an event counts for the word it lies in, the first one is the word's start, and words without
 * one share the time of the word before them by their letters. Times never go back and stay within the audio.
 */
export function wordTimes(
  text: string,
  words: readonly Span[],
  events: readonly SpeechEvent[],
  audioMs: number,
): SpokenWord[] {
  const starts = startsOf(words, events)
  const clauseEnds = events.filter(({ kind }) => kind === 'end').map(({ ms }) => ms)
  const times: SpokenWord[] = []
  let at = 0
  while (at < words.length) {
    let next = at + 1
    while (next < words.length && starts[next] === undefined) next++
    const startMs = Math.min(starts[at] ?? 0, audioMs)
    const nextMs = Math.min(starts[next] ?? audioMs, audioMs)
    const clauseEndMs = clauseEnds.find((ms) => ms > startMs) ?? nextMs
    const endMs = Math.max(startMs, Math.min(nextMs, starts[at] === undefined ? nextMs : clauseEndMs))
    times.push(...share(text, words.slice(at, next), startMs, endMs))
    at = next
  }
  return times
}

/** Start of each word in ms, where an event tells it; never before that of an earlier word. */
function startsOf(words: readonly Span[], events: readonly SpeechEvent[]): (number | undefined)[] {
  const starts: (number | undefined)[] = words.map(() => undefined)
  for (const { kind, position, ms } of events) {
    if (kind !== 'word') continue
    const index = wordAt(words, position)
    if (index !== -1) starts[index] = Math.min(starts[index] ?? ms, ms)
  }
  let latest = 0
  return starts.map((ms) => {
    if (ms === undefined) return undefined
    latest = Math.max(latest, ms)
    return latest
  })
}

/** The word a position lies in, or the next one if it lies between two; -1 after the last. */
function wordAt(words: readonly Span[], position: number): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle]?.end ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return low < words.length ? low : -1
}

/** Divides a time among words by their letters; evenly where none has any. */
function share(text: string, words: readonly Span[], startMs: number, endMs: number): SpokenWord[] {
  const letters = words.map(({ start, end }) => lettersOf(text.slice(start, end)))
  const weights = letters.some((count) => count > 0) ? letters : letters.map(() => 1)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let said = 0
  return words.map(({ start, end }, index) => {
    const from = startMs + ((endMs - startMs) * said) / total
    said += weights[index] ?? 0
    return { start, end, startMs: from, endMs: startMs + ((endMs - startMs) * said) / total }
  })
}

const lettersOf = (word: string): number => word.match(/[\p{L}\p{N}]/gu)?.length ?? 0
