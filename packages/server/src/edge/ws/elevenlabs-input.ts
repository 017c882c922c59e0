import { ElevenLabsInput, ElevenLabsInputQuery } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Cancel, Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { parseBy } from '../../parse.ts'
import { failureOf } from '../wire-failure.ts'
import { type ElevenLabsConfig, ElevenLabsTurn } from './elevenlabs-turn.ts'
import { CLOSE, type FrameSocket } from './frame-socket.ts'
import type { InputTurnParts } from './input-turn.ts'
import { readMessage } from './message.ts'
import type { Asked, OpenSession, Session } from './session.ts'

type Parts = InputTurnParts & { clock: Clock; log: Log }

/** `/11labs/…/stream-input`: one text in pieces, spoken while it is being written; its end closes the socket. */
export const createElevenLabsSession =
  (parts: Parts): OpenSession =>
  (socket, grant, asked) =>
    new ElevenLabsSession(parts, socket, grant).open(asked)

class ElevenLabsSession implements Session {
  readonly #parts: Parts
  readonly #socket: FrameSocket
  readonly #grant: Grant
  /** Null when what the socket was asked for makes no sense. */
  #config: ElevenLabsConfig | null = null
  /** Null until there is something to speak. */
  #turn: ElevenLabsTurn | null = null
  #isEnded = false
  #isDraining = false
  #stopTimer: Cancel = () => {}

  constructor(parts: Parts, socket: FrameSocket, grant: Grant) {
    this.#parts = parts
    this.#socket = socket
    this.#grant = grant
  }

  open({ params, query }: Asked): this {
    try {
      const choices = parseBy(ElevenLabsInputQuery, Object.fromEntries(query))
      this.#config = { ...choices, voiceId: params['voice_id'] ?? '' }
      this.#watchSilence()
    } catch (thrown) {
      this.#fail(thrown)
    }
    return this
  }

  receive(text: string | null): void {
    if (!this.#socket.open || this.#isEnded || this.#config === null) return
    try {
      this.#watchSilence()
      this.#act(parseBy(ElevenLabsInput, readMessage(text)), this.#config)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  closed(): void {
    this.#stopTimer()
    this.#turn?.cancel()
  }

  drain(): void {
    this.#isDraining = true
    if (this.#turn === null) this.#socket.close(CLOSE.restarting, 'restarting')
    else if (!this.#isEnded) this.#end()
  }

  #act({ text, flush, ...settings }: ElevenLabsInput, config: ElevenLabsConfig): void {
    // What a later message does not say again still holds.
    const said = Object.entries(settings).filter(([, value]) => value != null)
    this.#config = { ...config, ...Object.fromEntries(said) }
    if (text === '' && flush !== true) return this.#end()
    if (text) this.#push(text, this.#config)
    if (flush) this.#turn?.flush()
  }

  #push(text: string, config: ElevenLabsConfig): void {
    // Blanks before the text only keep the socket open.
    if (this.#turn === null && text.trim() === '') return
    const turn = this.#turn ?? new ElevenLabsTurn(this.#parts, this.#grant, config)
    turn.push(text)
    if (this.#turn !== null) return
    this.#turn = turn
    void this.#speak(turn)
  }

  #end(): void {
    this.#isEnded = true
    this.#stopTimer()
    if (this.#turn === null) return void this.#finish()
    try {
      this.#turn.end()
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  async #speak(turn: ElevenLabsTurn): Promise<void> {
    try {
      await turn.speak((frame) => this.#socket.send(frame))
      await this.#finish()
    } catch (thrown) {
      if (!turn.isCancelled) this.#fail(thrown)
    }
  }

  async #finish(): Promise<void> {
    if (this.#isDraining) return this.#socket.close(CLOSE.restarting, 'restarting')
    await this.#socket.send({ isFinal: true })
    this.#socket.close(CLOSE.normal, 'spoken')
  }

  /** The first failure ends the socket. */
  #fail(thrown: unknown): void {
    this.#isEnded = true
    this.closed()
    if (this.#grant.signal.aborted) return
    const failure = failureOf(thrown)
    if (failure.code === 'INTERNAL_ERROR')
      this.#parts.log.error({ request_id: this.#socket.requestId, err: failure.cause }, 'turn failed')
    this.#socket.fail(failure)
  }

  #watchSilence(): void {
    this.#stopTimer()
    const seconds = this.#config?.inactivity_timeout ?? 0
    this.#stopTimer = this.#parts.clock.after(seconds * 1_000, () => {
      // Whoever is still being spoken to may be silent.
      if (this.#turn?.isWaiting === false) this.#watchSilence()
      else this.#fail(new Failure('REQUEST_TIMEOUT', `No text came for ${seconds} seconds`))
    })
  }
}
