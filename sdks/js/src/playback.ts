import { decodePCM16 } from './audio.ts'
import { ValidationError } from './errors.ts'
import type { AudioChunk } from './index.ts'

/** The parts of an `AudioContext` that are needed. */
export type PlaybackContext = {
  readonly currentTime: number
  readonly destination: unknown
  /** As an `AudioContext` has it. */
  createBuffer(channels: number, length: number, sampleRate: number): PlaybackBuffer
  /** As an `AudioContext` has it. */
  createBufferSource(): PlaybackSource
}
type PlaybackBuffer = {
  copyToChannel(samples: Float32Array<ArrayBuffer>, channel: number): void
  readonly duration: number
}
type PlaybackSource = {
  buffer: unknown
  onended: unknown
  connect(destination: never): unknown
  start(when: number): void
  stop(): void
}

/** Seconds between the first chunk and its sound, so that the next one is there in time. */
const LEAD_S = 0.05

/** Plays chunks without gaps in a page, one after the other as they come. Reads 16-bit audio. */
export class Player {
  readonly #context: PlaybackContext
  readonly #playing = new Set<PlaybackSource>()
  #endS = 0
  #idle: (() => void)[] = []

  /** `context` is an `AudioContext` that a click has started: pages must not make sound before one. */
  constructor(context: PlaybackContext) {
    this.#context = context
  }

  /** Seconds of sound that are still to come. */
  get remainingSeconds(): number {
    return Math.max(0, this.#endS - this.#context.currentTime)
  }

  /** Plays a chunk after those before it. Throws `ValidationError` for audio that is not 16-bit. */
  play(chunk: AudioChunk): void {
    if (chunk.encoding !== 'pcm_s16le')
      throw new ValidationError('A page plays 16-bit audio only: choose a pcm format')
    const samples = decodePCM16(chunk.bytes)
    const buffer = this.#context.createBuffer(1, samples.length, chunk.sampleRate)
    buffer.copyToChannel(samples, 0)
    const source = this.#context.createBufferSource()
    source.buffer = buffer
    source.connect(this.#context.destination as never)
    const startS = Math.max(this.#endS, this.#context.currentTime + LEAD_S)
    this.#endS = startS + buffer.duration
    this.#playing.add(source)
    source.onended = () => this.#ended(source)
    source.start(startS)
  }

  /** Silence, now: what was to come is dropped (barge-in). */
  stop(): void {
    for (const source of [...this.#playing]) {
      source.onended = null
      source.stop()
      this.#ended(source)
    }
    this.#endS = 0
  }

  /** Resolves when all that was given has been heard. */
  finished(): Promise<void> {
    if (this.#playing.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  #ended(source: PlaybackSource): void {
    this.#playing.delete(source)
    if (this.#playing.size > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
