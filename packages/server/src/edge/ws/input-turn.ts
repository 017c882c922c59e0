import type { CountRequest } from '../../accounts/request-rate.ts'
import type { Grant } from '../../auth/grants.ts'
import type { Chunking } from '../../speech/chunk-length.ts'
import type { DecideTurn, TurnWishes } from '../../speech/decide-turn.ts'
import type { ChunkEvent, OpenStreamedTurn, StreamedTurn } from '../../speech/streamed-turn.ts'
import type { TurnSettings } from '../../speech/turn.ts'
import { PiecewiseText } from './piecewise-text.ts'

export type InputTurnParts = {
  countRequest: CountRequest
  decideTurn: DecideTurn
  openStreamedTurn: OpenStreamedTurn
}

/** How a turn is to be spoken, and when what of its text. */
export type InputSettings = { wishes: TurnWishes; chunking: Chunking }

/** Why a turn stopped that its caller wants no more of. */
const CANCELLED = Symbol('cancelled')

/** A turn on a socket that takes text in pieces, from before its settings are decided to its end. */
export class InputTurn {
  isCancelled = false
  readonly #parts: InputTurnParts
  readonly #grant: Grant
  readonly #settings: InputSettings
  readonly #text = new PiecewiseText()
  /** Null until its settings are decided; what was pushed before waits in `#early`. */
  #turn: StreamedTurn | null = null
  #early = ''
  #isFlushedEarly = false
  #isEnded = false
  #stopped: { reason: unknown } | null = null

  constructor(parts: InputTurnParts, grant: Grant, settings: InputSettings) {
    this.#parts = parts
    this.#grant = grant
    this.#settings = settings
  }

  /** Whether all that was handed over has been spoken: nothing is heard before more text comes. */
  get isWaiting(): boolean {
    return this.#turn?.isWaiting ?? this.#early === ''
  }

  /** Throws `VALIDATION_ERROR`. */
  push(piece: string): void {
    const text = this.#text.add(piece)
    if (this.#turn === null) this.#early += text
    else this.#turn.push(text)
  }

  /** Speaks what there is, whether a chunk ends there or not. */
  flush(): void {
    this.#isFlushedEarly = true
    this.#turn?.flush()
  }

  /** No more text. Throws `VALIDATION_ERROR`. */
  end(): void {
    this.#text.end()
    this.#isEnded = true
    this.#turn?.end()
  }

  /** Ends it with a failure in the place of what has not been said yet. */
  fail(reason: unknown): void {
    this.#stopped ??= { reason }
    this.#turn?.cancel(reason)
  }

  /** Ends it without a word: nothing is sent for it from now on. */
  cancel(): void {
    this.isCancelled = true
    this.fail(CANCELLED)
  }

  /** Counts the request and decides how it is spoken. Throws what is wrong with it, or what ended it. */
  protected async decide(): Promise<TurnSettings> {
    const { principal } = this.#grant
    const { refusal } = await this.#parts.countRequest(principal)
    if (refusal !== null) throw refusal
    const settings = await this.#parts.decideTurn(this.#settings.wishes, principal)
    this.#throwIfStopped()
    return settings
  }

  /** What is heard of it. Throws what ended it early. */
  protected async *heard(settings: TurnSettings): AsyncGenerator<ChunkEvent, void, undefined> {
    const turn = this.#parts.openStreamedTurn(this.#grant, settings, this.#settings.chunking)
    this.#turn = turn
    turn.push(this.#early)
    if (this.#isFlushedEarly) turn.flush()
    if (this.#isEnded) turn.end()
    for await (const event of turn.events) {
      this.#throwIfStopped()
      yield event
    }
    this.#throwIfStopped()
  }

  #throwIfStopped(): void {
    if (this.#stopped !== null) throw this.#stopped.reason
  }
}
