import {
  type SessionClosedFrame,
  type StreamConfig,
  type StreamFrame,
  StreamMessage,
  type TurnFinalFrame,
} from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Cancel, Clock } from '../../clock.ts'
import type { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { parseBy } from '../../parse.ts'
import { failureOf } from '../wire-failure.ts'
import { CLOSE, type FrameSocket } from './frame-socket.ts'
import type { InputTurnParts } from './input-turn.ts'
import { isSettingsUpdate, type Members, readMessage } from './message.ts'
import { Outbox } from './outbox.ts'
import type { OpenSession, Session } from './session.ts'
import { rounded, usageOf } from './speech-frames.ts'
import { type FrameCount, type Spoken, SpokenTurn } from './spoken-turn.ts'
import { type LineOwner, TurnLine } from './turn-line.ts'

/** A turn that nothing comes for is spoken to its end. */
const TURN_IDLE_MS = 5_000

type Parts = InputTurnParts & { clock: Clock; log: Log }

/** Answers that are no turns: to a flush and to a close where there is nothing to end, and to the end of all. */
type Mark = 'nothing' | 'closed' | 'leave'

/** `/ws/tts/stream`: text in pieces, spoken while it is being written, turn after turn (wire reference, section 5.2). */
export const createStreamSession =
  (parts: Parts): OpenSession =>
  (socket, grant) =>
    new StreamSession(parts, socket, grant)

class StreamSession implements Session, LineOwner<Mark> {
  readonly #parts: Parts
  readonly #socket: FrameSocket
  readonly #grant: Grant
  readonly #line = new TurnLine<Mark>(this)
  readonly #outbox: Outbox
  /** Turns that ended because nothing came for them. */
  readonly #idleTurns = new WeakSet<SpokenTurn>()
  #config: StreamConfig = {}
  #stopTimer: Cancel = () => {}
  #isClosedTold = false
  #isLeaving = false
  #isDraining = false

  constructor(parts: Parts, socket: FrameSocket, grant: Grant) {
    this.#parts = parts
    this.#socket = socket
    this.#grant = grant
    this.#outbox = new Outbox(socket, () => this.#line.owed)
  }

  receive(text: string | null): void {
    if (!this.#socket.open || this.#isLeaving) return
    try {
      this.#act(readMessage(text))
    } catch (thrown) {
      this.#line.fail(failureOf(thrown))
    }
    this.#outbox.readOn()
  }

  closed(): void {
    this.#stopTimer()
    this.#line.cancel()
  }

  drain(): void {
    this.#isDraining = true
    if (this.#line.isIdle) this.#restart()
  }

  openTurn(): SpokenTurn {
    return new SpokenTurn(this.#parts, this.#grant, this.#config)
  }

  begins(): FrameCount {
    return { idx: 0, chunk: 0 }
  }

  send(frame: StreamFrame): Promise<void> {
    return this.#socket.send(frame)
  }

  async finished(turn: SpokenTurn): Promise<void> {
    const { spoken, modelId } = turn
    if (this.#idleTurns.has(turn))
      void this.send({ warning: 'The turn was ended: no text came for 5 seconds' })
    void this.send(finalFrame(spoken))
    const { final: _, ...totals } = finalFrame(spoken)
    await this.#tellClosed({ ...totals, usage: usageOf({ ...spoken, modelId }) })
  }

  async failed(failure: Failure): Promise<void> {
    this.#isClosedTold = false
    if (this.#grant.signal.aborted) return
    if (failure.code === 'INTERNAL_ERROR')
      this.#parts.log.error({ request_id: this.#socket.requestId, err: failure.cause }, 'turn failed')
    await this.#socket.sendFailure(failure)
  }

  async reached(mark: Mark): Promise<void> {
    if (mark === 'nothing') void this.send(finalFrame(NOTHING))
    if (mark !== 'leave' || !this.#isClosedTold) await this.#tellClosed({})
    if (mark === 'leave') this.#socket.close(CLOSE.normal, 'closed')
  }

  moved(): void {
    this.#outbox.readOn()
    if (this.#isDraining) this.#restart()
  }

  #act(message: Members): void {
    if (message['cancel']) return this.#cancel()
    if (isSettingsUpdate(message)) {
      this.#config = this.#outbox.updated(this.#config, message)
      return
    }
    const { text, flush, close, end_session, close_socket, ...config } = parseBy(StreamMessage, message)
    this.#config = { ...this.#config, ...config }
    if (text) {
      this.#line.push(text)
      this.#watchIdle()
    }
    if (flush) this.#flush()
    if (close || end_session || close_socket) this.#close()
    if (close_socket) this.#leave()
  }

  #cancel(): void {
    this.#stopTimer()
    this.#line.cancel()
    this.#outbox.answer({ interrupted: true })
  }

  #flush(): void {
    if (this.#line.open === null) this.#line.add('nothing')
    else this.#end()
  }

  /** What is being spoken, or waits to be, ends with a `session_closed` that answers this one too. */
  #close(): void {
    const { open, last } = this.#line
    if (open !== null) this.#end()
    else if (last === null || last instanceof Error) this.#line.add('closed')
  }

  #leave(): void {
    this.#isLeaving = true
    this.#line.add('leave')
  }

  #end(): void {
    this.#stopTimer()
    this.#line.end()
  }

  #watchIdle(): void {
    this.#stopTimer()
    this.#stopTimer = this.#parts.clock.after(TURN_IDLE_MS, () => {
      const { open } = this.#line
      if (open === null) return
      // Of a client that has to wait, nothing is read.
      if (this.#outbox.isFull) return this.#watchIdle()
      this.#idleTurns.add(open)
      this.#endIdle()
    })
  }

  #endIdle(): void {
    try {
      this.#end()
    } catch (thrown) {
      this.#line.fail(failureOf(thrown))
    }
  }

  async #tellClosed(totals: Partial<SessionClosedFrame>): Promise<void> {
    this.#isClosedTold = true
    await this.send({ session_closed: true, ...totals })
  }

  #restart(): void {
    this.closed()
    this.#socket.close(CLOSE.restarting, 'restarting')
  }
}

const NOTHING: Spoken = { seconds: 0, textChunks: 0, audioChunks: 0, characters: 0 }

const finalFrame = ({ seconds, textChunks, audioChunks }: Spoken): TurnFinalFrame => ({
  final: true,
  total_audio_seconds: rounded(seconds, 6),
  total_text_chunks: textChunks,
  total_audio_chunks: audioChunks,
})
