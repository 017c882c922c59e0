import { Failure } from '../../failure.ts'
import { failureOf } from '../wire-failure.ts'
import type { FrameCount, SpokenTurn, TurnFrame } from './spoken-turn.ts'

/** Whose turns they are. Marks stand in the line for answers that are no turns. */
export type LineOwner<Mark extends string> = {
  openTurn(): SpokenTurn
  /** The next turn begins to be spoken. Returns the numbers of its first frames. */
  begins(turn: SpokenTurn): FrameCount
  send(frame: TurnFrame): Promise<void>
  /** A turn has been spoken to its end. */
  finished(turn: SpokenTurn): Promise<void>
  /** A turn has failed, or a failure stood in the place of one. */
  failed(failure: Failure): Promise<void>
  reached(mark: Mark): Promise<void>
  /** Something has been answered, and what comes next has not begun. */
  moved(): void
}

type Place<Mark> = SpokenTurn | Failure | Mark

/** Turns of one stream of text, answered one after the other in the order they came. */
export class TurnLine<Mark extends string> {
  readonly #owner: LineOwner<Mark>
  readonly #waiting: Place<Mark>[] = []
  /** Null from the moment its last frames are being sent: what comes then is answered by itself. */
  #current: Place<Mark> | null = null
  /** The turn that takes text: the last in line. */
  #open: SpokenTurn | null = null
  #isRunning = false

  constructor(owner: LineOwner<Mark>) {
    this.#owner = owner
  }

  get open(): SpokenTurn | null {
    return this.#open
  }

  /** What is answered last, of all that is there now. */
  get last(): Place<Mark> | null {
    return this.#waiting.at(-1) ?? this.#current
  }

  get isIdle(): boolean {
    return !this.#isRunning
  }

  /** Answers that need nothing more of the client. */
  get owed(): number {
    return this.#waiting.length + (this.#current === null ? 0 : 1) - (this.#open === null ? 0 : 1)
  }

  /** Whether there is something that has not been heard yet, though it could be. */
  get isSpeaking(): boolean {
    if (this.#open === null) return this.#isRunning
    return this.last !== this.#current || !this.#open.isWaiting
  }

  /** More text: for the open turn, or for a new one. Throws `VALIDATION_ERROR`. */
  push(piece: string): void {
    const turn = this.#open ?? this.#owner.openTurn()
    if (this.#open === null) {
      this.#open = turn
      this.#waiting.push(turn)
    }
    turn.push(piece)
    this.#start()
  }

  /** The open turn gets no more text. Throws `VALIDATION_ERROR`. */
  end(): void {
    this.#open?.end()
    this.#open = null
  }

  /** Ends the open turn with a failure; without one, the failure is answered in its order. */
  fail(failure: Failure): void {
    if (this.#open === null) this.#waiting.push(failure)
    else this.#open.fail(failure)
    this.#open = null
    this.#start()
  }

  add(mark: Mark): void {
    this.#waiting.push(mark)
    this.#start()
  }

  /** Forgets everything; nothing more is sent for it. */
  cancel(): void {
    for (const place of [this.#current, ...this.#waiting]) if (place !== null && isTurn(place)) place.cancel()
    this.#waiting.length = 0
    this.#current = null
    this.#open = null
  }

  #start(): void {
    if (!this.#isRunning) void this.#run()
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#current = next
      await this.#answer(next)
      this.#current = null
      this.#owner.moved()
    }
    this.#isRunning = false
    this.#owner.moved()
  }

  async #answer(place: Place<Mark>): Promise<void> {
    if (place instanceof Failure) return await this.#owner.failed(place)
    if (!isTurn(place)) return await this.#owner.reached(place)
    try {
      await place.speak((frame) => this.#owner.send(frame), this.#owner.begins(place))
    } catch (thrown) {
      if (place.isCancelled) return
      this.#leave(place)
      return await this.#owner.failed(failureOf(thrown))
    }
    if (place.isCancelled) return
    this.#leave(place)
    await this.#owner.finished(place)
  }

  #leave(turn: SpokenTurn): void {
    this.#current = null
    if (this.#open === turn) this.#open = null
  }
}

const isTurn = <Mark extends string>(place: Place<Mark>): place is SpokenTurn =>
  typeof place !== 'string' && !(place instanceof Failure)
