import type { FinalFrame, WordTimestamp } from '@kugelaudio/contract'
import { ApiError } from '../api/api-error.ts'
import { samplesOf } from './decode-audio.ts'
import { Playback } from './playback.ts'
import { isWithdrawn, type SpeechFailure, type SpeechRequest, speakOverSocket } from './speech-socket.ts'
import { wavOf } from './wav-file.ts'

/** Bars of the drawing in a second of sound. */
export const PEAKS_A_SECOND = 50

export type TakeState = 'asking' | 'speaking' | 'spoken' | 'stopped' | 'failed'

/** What is known of a take; another object whenever something of it has changed. */
export type TakeView = {
  state: TakeState
  failure: SpeechFailure | null
  isPlaying: boolean
  isMuted: boolean
  words: readonly WordTimestamp[]
  /** The loudest of each fiftieth of a second, 0 to 1. */
  peaks: readonly number[]
  lengthS: number
  /** From the press to the first sound. */
  firstSoundMs: number | null
  final: FinalFrame | null
}

let number = 0
let sounding: Take | null = null

/** One text as it was spoken, or is being spoken: what has come of it stays, however it ended. One sounds at a time. */
export class Take {
  readonly id = ++number
  readonly request: SpeechRequest
  readonly keyId: string | null
  readonly #pressedMs = performance.now()
  readonly #ending = new AbortController()
  readonly #listeners = new Set<() => void>()
  readonly #samples: Int16Array<ArrayBuffer>[] = []
  #rate = 0
  #playback: Playback | null = null
  #endTimer: ReturnType<typeof setTimeout> | undefined
  #view: TakeView = {
    state: 'asking',
    failure: null,
    isPlaying: false,
    isMuted: false,
    words: [],
    peaks: [],
    lengthS: 0,
    firstSoundMs: null,
    final: null,
  }

  constructor(request: SpeechRequest, keyId: string | null) {
    this.request = request
    this.keyId = keyId
    Playback.wake()
    this.#sound()
    void this.#speak()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  readonly view = (): TakeView => this.#view

  /** What is heard now, in seconds. */
  get placeS(): number {
    return this.#playback?.placeS ?? 0
  }

  get isUnderWay(): boolean {
    return this.#view.state === 'asking' || this.#view.state === 'speaking'
  }

  /** Ends it: nothing more is asked for, and nothing is heard. */
  stop(): void {
    this.#ending.abort()
    this.pause()
    if (this.isUnderWay) this.#set({ state: 'stopped' })
  }

  play(fromS?: number): void {
    if (this.#playback === null) return
    this.#sound()
    const placeS = fromS ?? (this.placeS >= this.#view.lengthS - 0.05 ? 0 : this.placeS)
    this.#playback.play(placeS)
    this.#set({ isPlaying: true })
    this.#pauseAtEnd()
  }

  pause(): void {
    clearTimeout(this.#endTimer)
    this.#playback?.pause()
    if (sounding === this) sounding = null
    this.#set({ isPlaying: false })
    this.#letGo()
  }

  /** What has come of it, as a file. */
  wav(): Blob {
    return wavOf(this.#samples, this.#rate)
  }

  async #speak(): Promise<void> {
    const { signal } = this.#ending
    const hearing = {
      audio: ({ audio, enc, sr }: Parameters<typeof samplesOf>[0] & { sr: number }) =>
        this.#hear(samplesOf({ audio, enc }), sr),
      words: (words: WordTimestamp[]) => this.#set({ words: [...this.#view.words, ...words] }),
      final: (final: FinalFrame) => this.#finish({ state: 'spoken', final }),
      failed: (failure: SpeechFailure) => this.#fail(failure),
    }
    try {
      await speakOverSocket(this.request, { keyId: this.keyId, hearing, signal })
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      this.#fail({ code: error.code, message: error.message, retryAfterS: error.retryAfterS })
    }
  }

  #hear(samples: Int16Array<ArrayBuffer>, rate: number): void {
    if (this.#playback === null) {
      this.#rate = rate
      this.#playback = new Playback(rate)
      this.#playback.play()
    }
    this.#samples.push(samples)
    this.#playback.add(samples)
    this.#set({
      state: 'speaking',
      isPlaying: this.#playback.isPlaying,
      isMuted: Playback.isMuted,
      peaks: [...this.#view.peaks, ...peaksOf(samples, rate)],
      lengthS: this.#playback.lengthS,
      firstSoundMs: this.#view.firstSoundMs ?? Math.round(performance.now() - this.#pressedMs),
    })
  }

  /** A key that was revoked is heard no longer; what was heard before stays. */
  #fail(failure: SpeechFailure): void {
    if (isWithdrawn(failure)) this.pause()
    this.#finish({ state: 'failed', failure })
  }

  #finish(end: Partial<TakeView>): void {
    this.#set(end)
    this.#letGo()
    this.#pauseAtEnd()
  }

  /** Nothing more comes, and nothing sounds: nobody needs to be told any more that it must not. */
  #letGo(): void {
    if (!this.isUnderWay && !this.#view.isPlaying) this.#ending.abort()
  }

  #pauseAtEnd(): void {
    clearTimeout(this.#endTimer)
    if (this.isUnderWay || !this.#view.isPlaying) return
    const leftS = this.#view.lengthS - this.placeS
    if (leftS <= 0.01) return this.pause()
    this.#endTimer = setTimeout(() => this.#pauseAtEnd(), leftS * 1000 + 20)
  }

  #sound(): void {
    if (sounding !== null && sounding !== this) {
      if (sounding.isUnderWay) sounding.stop()
      else sounding.pause()
    }
    sounding = this
  }

  #set(part: Partial<TakeView>): void {
    this.#view = { ...this.#view, ...part }
    for (const listener of this.#listeners) listener()
  }
}

function peaksOf(samples: Int16Array, rate: number): number[] {
  const each = Math.max(1, Math.round(rate / PEAKS_A_SECOND))
  return Array.from({ length: Math.ceil(samples.length / each) }, (_, bar) => {
    let peak = 0
    for (const sample of samples.subarray(bar * each, (bar + 1) * each))
      peak = Math.max(peak, Math.abs(sample))
    return peak / 32_768
  })
}
