/** Hz of the tone engine. */
export const TONE_RATE = 24_000
/** Length of a character at speed 1. */
export const CHARACTER_MS = 50

/** A word the tone engine hears, and the tone it becomes. */
export type ToneWord = { word: string; start: number; end: number; samples: number; frequencyHz: number }

/** The words of a text, each with its exact length in samples. `!empty` and `#empty` have none. */
export function toneWords(text: string, voice = 'tone-a', speed = 1): ToneWord[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index: start }) => {
    const ms = /^[!#]empty$/.test(word) ? 0 : word.length * CHARACTER_MS
    const samples = Math.round((ms * TONE_RATE) / 1_000 / speed)
    return { word, start, end: start + word.length, samples, frequencyHz: frequencyOf(word, voice) }
  })
}

/** How many samples a text becomes. */
export function toneSamples(text: string, speed = 1): number {
  return toneWords(text, 'tone-a', speed).reduce((sum, { samples }) => sum + samples, 0)
}

/** The tone of a word. */
export function toneOf({ samples, frequencyHz }: ToneWord): Int16Array {
  const step = (2 * Math.PI * frequencyHz) / TONE_RATE
  return Int16Array.from({ length: samples }, (_, at) => Math.round(AMPLITUDE * Math.sin(step * at)))
}

const AMPLITUDE = 8_000

/** Between 200 and 980 Hz, an octave higher for each further voice. */
function frequencyOf(word: string, voice: string): number {
  let sum = 0
  for (const character of word) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 40
  return (200 + 20 * sum) * 2 ** Math.max(0, ['tone-a', 'tone-b', 'tone-c'].indexOf(voice))
}
