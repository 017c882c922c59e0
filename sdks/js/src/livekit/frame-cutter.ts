import { type tts, voice } from '@livekit/agents'
import { AudioFrame } from '@livekit/rtc-node'
import type { AudioChunk } from '../audio.ts'
import type { WordTimestamp } from '../frames.ts'

type SynthesizedAudio = tts.SynthesizedAudio

/** Frames a second: the last one is held back until it is known whether it is the last, so they are short. */
const FRAMES_PER_SECOND = 10

/** Cuts what is heard of an utterance into the framework's frames; the last of them is marked as such. */
export class FrameCutter {
  readonly #id: string
  readonly #emit: (audio: SynthesizedAudio) => void
  #held: SynthesizedAudio | null = null
  #seconds = 0
  /** Where each chunk of the text begins, in seconds. */
  readonly #starts = new Map<number, number>()
  #words: ReturnType<typeof voice.createTimedString>[] = []

  constructor(id: string, emit: (audio: SynthesizedAudio) => void) {
    this.#id = id
    this.#emit = emit
  }

  audio({ bytes, sampleRate, samples, chunkId = 0, durationSeconds }: AudioChunk): void {
    this.#startOf(chunkId)
    this.#seconds += durationSeconds
    const all = new Int16Array(bytes.buffer, bytes.byteOffset, samples)
    const length = Math.floor(sampleRate / FRAMES_PER_SECOND)
    for (let at = 0; at < samples; at += length) {
      const part = all.slice(at, at + length)
      this.#hold(new AudioFrame(part, sampleRate, 1, part.length))
    }
  }

  /** Times of words count from the start of their chunk; the framework's from the start of all. */
  words(words: readonly WordTimestamp[], chunkId: number): void {
    const start = this.#startOf(chunkId)
    for (const { word, startMs, endMs } of words)
      this.#words.push(
        voice.createTimedString({
          text: `${word} `,
          startTime: start + startMs / 1000,
          endTime: start + endMs / 1000,
        }),
      )
  }

  end(): void {
    this.#release(true)
  }

  #startOf(chunkId: number): number {
    const known = this.#starts.get(chunkId) ?? this.#seconds
    this.#starts.set(chunkId, known)
    return known
  }

  #hold(frame: AudioFrame): void {
    this.#release(false)
    this.#held = { requestId: this.#id, segmentId: this.#id, frame, final: false }
  }

  #release(final: boolean): void {
    if (this.#held === null) return
    const words = this.#words.splice(0)
    this.#emit({ ...this.#held, final, ...(words.length === 0 ? {} : { timedTranscripts: words }) })
    this.#held = null
  }
}
