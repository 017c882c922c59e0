import { Failure } from '../../failure.ts'
import type { EngineEvent, JobSettings, Passage } from '../../speech/engine.ts'
import { EventQueue, type Outcome, type Result } from './event-queue.ts'
import type { Seat } from './seat.ts'

/** Passages pulled beyond those whose audio the reader has begun to take. */
const PASSAGES_AHEAD_MAX = 1
/** Passages kept for saying them again. Only passages without sound add up here: an honest job keeps one. */
const PASSAGES_KEPT_MAX = 32

/** Where a job gets its places. */
export type Desk = {
  /** Throws when the engine takes no jobs now. */
  enters(job: Job): void
  /** The job has a passage to say. Throws when it is its first and too many jobs wait. */
  waits(job: Job): void
  /** The job's last passage has been given to the engine. */
  finishes(job: Job): void
  /** The job is over: whatever it holds is given back. */
  leaves(job: Job): void
}

/** One stream of speech: pulls passages, keeps what the engine answers until the reader takes it. */
export class Job implements AsyncIterableIterator<EngineEvent, undefined> {
  seat: Seat | null = null
  /** Whether it has passed the queue's bound. */
  isAdmitted = false
  /** Whether the engine has been given any of it; from then on it is never turned away. */
  isBegun = false
  /** Time the engine has spent on it. */
  genMs = 0
  readonly settings: JobSettings
  readonly accountId: string
  readonly caller: object
  readonly #desk: Desk
  readonly #passages: AsyncIterable<Passage>
  readonly #signal: AbortSignal
  readonly #events = new EventQueue((event) => this.#taken(event))
  #source: AsyncIterator<Passage> | null = null
  #isPulling = false
  #isSourceOver = false
  /** Pulled and not yet given to the engine. */
  #toSay: Passage[] = []
  /** Given to the engine while the reader has heard nothing: what a second try would say. */
  #kept: Passage[] = []
  #passagesPulled = 0
  /** Passages of which the reader has taken something. */
  #passagesReached = 0
  /** Passages the reader had been told the end of before a second try. */
  #passagesRepeated = 0
  /** What it ends with once it has said what the engine has been given of it. */
  #lastFailure: Failure | null = null
  #isHeard = false
  #isRepeated = false

  constructor(desk: Desk, passages: AsyncIterable<Passage>, settings: JobSettings, signal: AbortSignal) {
    this.#desk = desk
    this.#passages = passages
    this.#signal = signal
    this.settings = settings
    this.accountId = settings.accountId
    this.caller = settings.caller
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The next event. Nothing happens before the first call. */
  next(): Promise<Result> {
    if (this.#source === null && !this.#events.isEnded) this.#begin()
    const result = this.#events.next()
    if (this.#events.isDrained) this.#signal.removeEventListener('abort', this.#abort)
    return result
  }

  /** The reader leaves. */
  return(): Promise<Result> {
    this.#cut({ isFailed: false })
    return Promise.resolve({ done: true, value: undefined })
  }

  /** The next passage to give to the engine. */
  takePassage(): Passage {
    const passage = this.#toSay.shift()
    if (passage === undefined) throw new Error('The job has nothing to say')
    this.isBegun = true
    if (!this.#isHeard && this.#kept.length <= PASSAGES_KEPT_MAX) this.#kept.push(passage)
    return passage
  }

  /** Does whatever can be done next: say, finish or pull. */
  advance(): void {
    if (this.#events.isEnded || this.#lastFailure !== null) return
    const isHungry = this.#passagesPulled < this.#passagesReached + PASSAGES_AHEAD_MAX
    if (this.#toSay.length > 0) this.#desk.waits(this)
    else if (this.#isSourceOver) this.#desk.finishes(this)
    else if (isHungry && !this.#isPulling) void this.#pull()
  }

  /** The engine has answered. */
  deliver(event: EngineEvent): void {
    if (this.#events.isEnded) return
    if (event.type === 'passage') this.genMs += event.genMs
    if (event.type === 'passage' || event.type === 'words') {
      if (event.passage < this.#passagesRepeated) return
    }
    if (event.type === 'done' && this.#lastFailure !== null) return this.fail(this.#lastFailure)
    this.#events.push(event)
    if (event.type === 'done') this.#end({ isFailed: false })
    else if (this.#events.isOverfull)
      this.fail(new Failure('MODEL_UNAVAILABLE', undefined, { cause: 'overfull' }))
  }

  /** The job cannot go on. What the reader has not taken yet still reaches it, then the error. */
  fail(error: unknown): void {
    this.#end({ isFailed: true, error })
  }

  /** Says no more than the engine has been given; then the reader learns why. */
  finishWith(failure: Failure): void {
    if (this.#events.isEnded) return
    if (this.seat === null || this.seat.answered === this.seat.sent) return this.fail(failure)
    this.#lastFailure = failure
    this.#toSay = []
    this.#desk.finishes(this)
  }

  /** Its host is gone. Said again from the start, once, unless the reader has heard some of it. */
  lose(reason: string): void {
    if (this.#lastFailure !== null) return this.fail(this.#lastFailure)
    if (this.#isHeard || this.#isRepeated || this.#kept.length > PASSAGES_KEPT_MAX) {
      this.fail(new Failure('MODEL_UNAVAILABLE', undefined, { retryAfterS: 1, cause: reason }))
      return
    }
    this.#isRepeated = true
    this.#passagesRepeated = this.#passagesReached
    this.#events.forget()
    this.#toSay = [...this.#kept, ...this.#toSay]
    this.#kept = []
    this.advance()
  }

  readonly #abort = (): void => this.#cut({ isFailed: true, error: this.#signal.reason })

  #begin(): void {
    if (this.#signal.aborted) {
      this.#abort()
      return
    }
    try {
      this.#desk.enters(this)
      this.#source = this.#passages[Symbol.asyncIterator]()
      this.#signal.addEventListener('abort', this.#abort, { once: true })
      this.advance()
    } catch (error) {
      this.fail(error)
    }
  }

  async #pull(): Promise<void> {
    this.#isPulling = true
    try {
      const pulled = await this.#source?.next()
      this.#isPulling = false
      if (pulled === undefined || pulled.done) this.#isSourceOver = true
      else {
        this.#passagesPulled += 1
        this.#toSay.push(pulled.value)
      }
      this.advance()
    } catch (error) {
      this.fail(error)
    }
  }

  #taken(event: EngineEvent): void {
    if (event.type === 'done') return
    if (event.type === 'audio') {
      this.#isHeard = true
      this.#kept = []
    }
    this.#passagesReached = Math.max(this.#passagesReached, event.passage + 1)
    this.advance()
  }

  #cut(outcome: Outcome): void {
    const isOver = this.#events.isEnded
    this.#events.cut(outcome)
    this.#signal.removeEventListener('abort', this.#abort)
    if (!isOver) this.#leave()
  }

  #end(outcome: Outcome): void {
    if (this.#events.isEnded) return
    this.#events.end(outcome)
    if (this.#events.isDrained) this.#signal.removeEventListener('abort', this.#abort)
    this.#leave()
  }

  #leave(): void {
    this.#toSay = []
    this.#kept = []
    this.#desk.leaves(this)
    if (!this.#isSourceOver) void this.#leaveSource()
  }

  /** Not waited for: a source that waits for text may take as long as its speaker. */
  async #leaveSource(): Promise<void> {
    this.#isSourceOver = true
    try {
      await this.#source?.return?.()
    } catch {
      // The job is over; how its source ends is the source's own affair.
    }
  }
}
