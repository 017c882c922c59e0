import type { EngineEvent } from '../../speech/engine.ts'

/** Of audio the reader has not taken. Two passages spelled out letter by letter are about 30 MB of 48 kHz PCM. */
const BYTES_MAX = 64 * 1024 * 1024

/** How a stream ends: by itself, or with an error. */
export type Outcome = { isFailed: false } | { isFailed: true; error: unknown }
/** What a reader is answered. */
export type Result = IteratorResult<EngineEvent, undefined>

const END: Result = { done: true, value: undefined }
const ENDED: Outcome = { isFailed: false }

/** What has been said and not yet been heard: the reader takes it in order, then learns the outcome. */
export class EventQueue {
  #events: EngineEvent[] = []
  #bytes = 0
  #readers: PromiseWithResolvers<Result>[] = []
  #outcome: Outcome | null = null
  readonly #taken: (event: EngineEvent) => void

  /** `taken` is called with each event as a reader gets it. */
  constructor(taken: (event: EngineEvent) => void) {
    this.#taken = taken
  }

  /** Whether nothing more will be put in. */
  get isEnded(): boolean {
    return this.#outcome !== null
  }

  /** Whether it ended well and its last event has been taken: nothing is left to tell. */
  get isDrained(): boolean {
    return this.#outcome !== null && !this.#outcome.isFailed && this.#events.length === 0
  }

  /** Whether more is kept than any honest engine makes of two passages. */
  get isOverfull(): boolean {
    return this.#bytes > BYTES_MAX
  }

  /** The next event, or the outcome; an error is told once. */
  next(): Promise<Result> {
    const event = this.#events.shift()
    if (event !== undefined) {
      if (event.type === 'audio') this.#bytes -= event.bytes.length
      this.#taken(event)
      return Promise.resolve({ done: false, value: event })
    }
    const reader = Promise.withResolvers<Result>()
    this.#readers.push(reader)
    this.#answer()
    return reader.promise
  }

  /** Adds what was said. */
  push(event: EngineEvent): void {
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      this.#taken(event)
      reader.resolve({ done: false, value: event })
      return
    }
    if (event.type === 'audio') this.#bytes += event.bytes.length
    this.#events.push(event)
  }

  /** Ends it; what is kept can still be taken. */
  end(outcome: Outcome): void {
    this.#outcome ??= outcome
    this.#answer()
  }

  /** Ends it now: what is kept is forgotten. */
  cut(outcome: Outcome): void {
    const isTold = this.isDrained
    this.forget()
    if (!isTold) this.#outcome = outcome
    this.#answer()
  }

  /** Drops what is kept. */
  forget(): void {
    this.#events = []
    this.#bytes = 0
  }

  #answer(): void {
    if (this.#outcome === null || this.#events.length > 0) return
    for (const reader of this.#readers.splice(0)) {
      const outcome: Outcome = this.#outcome
      this.#outcome = ENDED
      if (outcome.isFailed) reader.reject(outcome.error)
      else reader.resolve(END)
    }
  }
}
