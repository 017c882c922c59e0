import type { CharacterTimes, ElevenLabsTimedSpeech, WordTimestamp } from '@kugelaudio/contract'
import type { TurnEvent } from '../../../speech/turn.ts'
import { characterTimes, type TimedCharacter } from '../../character-times.ts'
import type { Wrap } from '../reply.ts'

/** `…/with-timestamps`: one JSON object, whose audio leaves as it is made; the times of all characters follow it. */
export const timedSpeech = (text: string): Wrap =>
  async function* (events) {
    const heard = new HeardText(text)
    const timed: TimedCharacter[] = []
    let isBegun = false
    // Base64 takes three bytes at a time.
    let rest = Buffer.alloc(0)
    for await (const event of events) {
      timed.push(...heard.take(event))
      if (event.type !== 'audio') continue
      const bytes = Buffer.concat([rest, event.bytes])
      const whole = bytes.length - (bytes.length % 3)
      rest = bytes.subarray(whole)
      yield Buffer.from(`${isBegun ? '' : '{"audio_base64":"'}${bytes.toString('base64', 0, whole)}`)
      isBegun = true
    }
    const alignment = JSON.stringify(alignmentOf(timed))
    yield Buffer.from(
      `${rest.toString('base64')}","alignment":${alignment},"normalized_alignment":${alignment}}`,
    )
  }

/** `…/stream/with-timestamps`: a JSON object a line. Times follow the audio that they are about. */
export const timedLines = (text: string): Wrap =>
  async function* (events) {
    const heard = new HeardText(text)
    for await (const event of events) {
      const timed = heard.take(event)
      if (event.type === 'audio') {
        const audio = Buffer.from(event.bytes.buffer, event.bytes.byteOffset, event.bytes.byteLength)
        yield line({ audio_base64: audio.toString('base64'), alignment: null, normalized_alignment: null })
      } else if (timed.length > 0) {
        const alignment = alignmentOf(timed)
        yield line({ audio_base64: '', alignment, normalized_alignment: alignment })
      }
    }
  }

/** How far a text has been heard. Every character of it is timed once, in order. */
class HeardText {
  readonly #text: string
  #at = 0
  #atMs = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The characters that an event says the times of. */
  take(event: TurnEvent): TimedCharacter[] {
    if (event.type === 'done') return this.#until([], this.#text.length, event.totals.audioMs)
    const last = event.type === 'words' ? event.words.at(-1) : undefined
    if (event.type !== 'words' || last === undefined) return []
    return this.#until(event.words, last.char_end, last.end_ms)
  }

  #until(words: readonly WordTimestamp[], end: number, endMs: number): TimedCharacter[] {
    const timed = characterTimes(this.#text, words, { start: this.#at, end, startMs: this.#atMs, endMs })
    this.#at = Math.max(this.#at, end)
    this.#atMs = Math.max(this.#atMs, endMs)
    return timed
  }
}

const alignmentOf = (timed: readonly TimedCharacter[]): CharacterTimes => ({
  characters: timed.map(({ character }) => character),
  character_start_times_seconds: timed.map(({ startMs }) => seconds(startMs)),
  character_end_times_seconds: timed.map(({ endMs }) => seconds(endMs)),
})

const seconds = (ms: number): number => Math.round(ms) / 1_000

const line = (speech: ElevenLabsTimedSpeech): Uint8Array => Buffer.from(`${JSON.stringify(speech)}\n`)
