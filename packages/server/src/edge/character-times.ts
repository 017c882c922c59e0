import type { WordTimestamp } from '@kugelaudio/contract'

/** A character of a text and when it is heard, in ms. */
export type TimedCharacter = { character: string; startMs: number; endMs: number }

/**
 * When the characters of a stretch of text (UTF-16 offsets) are heard. Each takes an equal part of its word's time; what
 * stands between words fills the time between them.
 */
export function characterTimes(
  text: string,
  words: readonly WordTimestamp[],
  { start, end, startMs, endMs }: { start: number; end: number; startMs: number; endMs: number },
): TimedCharacter[] {
  const timed: TimedCharacter[] = []
  let at = start
  let clockMs = startMs
  const spread = (to: number, untilMs: number): void => {
    const characters = [...text.slice(at, to)]
    const eachMs = characters.length === 0 ? 0 : Math.max(0, untilMs - clockMs) / characters.length
    for (const [place, character] of characters.entries()) {
      timed.push({
        character,
        startMs: clockMs + place * eachMs,
        endMs: clockMs + (place + 1) * eachMs,
      })
    }
    at = Math.max(at, to)
    clockMs = Math.max(clockMs, untilMs)
  }
  for (const { char_start, char_end, start_ms, end_ms } of words) {
    spread(char_start, start_ms)
    spread(char_end, end_ms)
  }
  spread(end, endMs)
  return timed
}
