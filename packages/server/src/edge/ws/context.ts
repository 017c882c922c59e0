import type { ContextClosedFrame, ContextConfig, ContextFrame } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Cancel, Clock } from '../../clock.ts'
import type { Failure } from '../../failure.ts'
import { failureOf } from '../wire-failure.ts'
import type { InputTurnParts } from './input-turn.ts'
import { usageOf } from './speech-frames.ts'
import { type FrameCount, SpokenTurn, type TurnFrame } from './spoken-turn.ts'
import { type LineOwner, TurnLine } from './turn-line.ts'

/** A context that nothing is sent for is gone after this (wire reference, section 5.3). */
const INACTIVITY_S = 20

/** Answers that are no turns: to a flush where there is nothing to speak, and to a close. */
type Mark = 'nothing' | 'closed'

/** What a context asks of its socket. */
export type ContextSocket = {
  send(frame: ContextFrame): Promise<void>
  fail(failure: Failure, contextId: string): Promise<void>
  /** The context is no more. */
  gone(context: Context): void
  /** Something has been answered. */
  moved(): void
}

type Parts = InputTurnParts & { clock: Clock }
type About = { id: string; grant: Grant; config: ContextConfig; socket: ContextSocket }

/** One of several texts on a socket. A flush ends a turn of it, and the next text begins another. */
export class Context implements LineOwner<Mark> {
  readonly id: string
  isClosing = false
  readonly #line = new TurnLine<Mark>(this)
  readonly #parts: Parts
  readonly #grant: Grant
  readonly #config: ContextConfig
  readonly #socket: ContextSocket
  readonly #count: FrameCount = { idx: 0, chunk: 0 }
  /** The turn that is being spoken, or was the last. */
  #turn: SpokenTurn | null = null
  /** What was sent of the turns before. */
  readonly #before = { seconds: 0, characters: 0 }
  #stopTimer: Cancel = () => {}

  constructor(parts: Parts, { id, grant, config, socket }: About) {
    this.id = id
    this.#parts = parts
    this.#grant = grant
    this.#config = config
    this.#socket = socket
  }

  /** Answers that need nothing more of the client. */
  get owed(): number {
    return this.#line.owed
  }

  get isIdle(): boolean {
    return this.#line.isIdle
  }

  /** Something has come for it: it goes on living. */
  touch(): void {
    this.#stopTimer()
    const afterMs = (this.#config.inactivity_timeout ?? INACTIVITY_S) * 1_000
    this.#stopTimer = this.#parts.clock.after(afterMs, () => this.#expire())
  }

  /** Throws `VALIDATION_ERROR`. */
  push(text: string): void {
    this.#line.push(text)
  }

  /** Throws `VALIDATION_ERROR`. */
  flush(): void {
    if (this.#line.open === null) this.#line.add('nothing')
    else this.#line.end()
  }

  /** What is wrong with a message for it. */
  fail(failure: Failure): void {
    this.#line.fail(failure)
  }

  /** Speaks what has been sent, then closes. */
  close(): void {
    if (this.isClosing) return
    try {
      this.flush()
    } catch (thrown) {
      this.fail(failureOf(thrown))
    }
    this.isClosing = true
    this.#line.add('closed')
  }

  /** Ends it now, without a word. */
  cancel(): void {
    this.#stopTimer()
    this.#line.cancel()
    this.#socket.gone(this)
  }

  /** The frame that ends it, with what was sent of it. */
  get closedFrame(): ContextClosedFrame {
    const closed = { context_closed: true, context_id: this.id } as const
    if (this.#turn === null || this.#turn.modelId === '') return closed
    const { spoken, modelId } = this.#turn
    const seconds = this.#before.seconds + spoken.seconds
    const characters = this.#before.characters + spoken.characters
    return { ...closed, usage: usageOf({ seconds, characters, modelId }) }
  }

  openTurn(): SpokenTurn {
    return new SpokenTurn(this.#parts, this.#grant, this.#config)
  }

  begins(turn: SpokenTurn): FrameCount {
    this.#before.seconds += this.#turn?.spoken.seconds ?? 0
    this.#before.characters += this.#turn?.spoken.characters ?? 0
    this.#turn = turn
    return this.#count
  }

  send(frame: TurnFrame): Promise<void> {
    return this.#socket.send({ ...frame, context_id: this.id })
  }

  async finished(): Promise<void> {
    await this.#socket.send({ final: true, context_id: this.id })
  }

  failed(failure: Failure): Promise<void> {
    return this.#socket.fail(failure, this.id)
  }

  async reached(mark: Mark): Promise<void> {
    if (mark === 'nothing') return await this.finished()
    this.cancel()
    await this.#socket.send(this.closedFrame)
  }

  moved(): void {
    this.#socket.moved()
  }

  #expire(): void {
    // A context that is heard, or whose reader is slow, has not been forgotten.
    if (this.#line.isSpeaking) return this.touch()
    this.cancel()
    void this.#socket.send({ context_timeout: true, context_id: this.id })
  }
}
