import { type SettingsUpdate, type SpeakFrame, SpeakMessage } from '@kugelaudio/contract'
import type { CountRequest } from '../../accounts/request-rate.ts'
import type { Grant } from '../../auth/grants.ts'
import { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { parseBy } from '../../parse.ts'
import type { DecideTurn, TurnWishes } from '../../speech/decide-turn.ts'
import type { OpenTurn, Turn, TurnEvent, TurnSettings, TurnTotals } from '../../speech/turn.ts'
import { failureOf } from '../wire-failure.ts'
import { CLOSE, type FrameSocket } from './frame-socket.ts'
import { isSettingsUpdate, readMessage, readSettings } from './message.ts'
import { Outbox } from './outbox.ts'
import type { OpenSession, Session } from './session.ts'
import {
  audioFrame,
  encodingOf,
  type FrameEncoding,
  rounded,
  settingsFrame,
  usageOf,
} from './speech-frames.ts'

type Parts = { countRequest: CountRequest; decideTurn: DecideTurn; openTurn: OpenTurn; log: Log }

/** What a message asks for. */
type Message =
  | { kind: 'speak'; request: SpeakMessage }
  | { kind: 'cancel' }
  | { kind: 'settings'; update: SettingsUpdate }

/** A request with the settings that held when it came. */
type Request = { text: string; wishes: TurnWishes }

/** A request being answered; its turn is null until its settings are decided. */
type Answering = { turn: Turn | null; isCancelled: boolean }

/** Why a turn stopped when its caller said `cancel`, or has gone. */
const INTERRUPTED = Symbol('interrupted')

/** `/ws/tts`: one request after the other, each answered in the order it came (wire reference, section 5.1). */
export const createSpeakSession =
  (parts: Parts): OpenSession =>
  (socket, grant) =>
    new SpeakSession(parts, socket, grant)

class SpeakSession implements Session {
  readonly #parts: Parts
  readonly #socket: FrameSocket
  readonly #grant: Grant
  /** Requests, and failures in the place of requests that cannot be understood: answers keep the order of messages. */
  readonly #waiting: (Request | Failure)[] = []
  readonly #outbox: Outbox
  #settings: SettingsUpdate = {}
  /** Null when there is nothing to cancel. */
  #current: Answering | null = null
  #running = false
  #draining = false

  constructor(parts: Parts, socket: FrameSocket, grant: Grant) {
    this.#parts = parts
    this.#socket = socket
    this.#grant = grant
    this.#outbox = new Outbox(socket, () => this.#waiting.length)
  }

  receive(text: string | null): void {
    if (!this.#socket.open) return
    try {
      this.#act(understand(text))
    } catch (thrown) {
      this.#enqueue(failureOf(thrown))
    }
    this.#outbox.readOn()
  }

  closed(): void {
    this.#waiting.length = 0
    this.#cancel()
  }

  drain(): void {
    this.#draining = true
    if (!this.#running) this.#socket.close(CLOSE.restarting, 'restarting')
  }

  #act(message: Message): void {
    switch (message.kind) {
      case 'speak':
        return this.#enqueue(requestOf(message.request, this.#settings))
      case 'settings':
        this.#settings = { ...this.#settings, ...message.update }
        return this.#outbox.answer(settingsFrame(this.#settings))
      case 'cancel':
        if (!this.#cancel()) this.#outbox.answer({ interrupted: true })
    }
  }

  /** Stops what is being answered; false when nothing is, or it has been stopped already. */
  #cancel(): boolean {
    if (this.#current === null || this.#current.isCancelled) return false
    this.#current.isCancelled = true
    this.#current.turn?.cancel(INTERRUPTED)
    return true
  }

  #enqueue(next: Request | Failure): void {
    this.#waiting.push(next)
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    for (
      let next = this.#waiting.shift();
      next !== undefined && this.#socket.open;
      next = this.#waiting.shift()
    ) {
      this.#outbox.readOn()
      await (next instanceof Failure ? this.#socket.sendFailure(next) : this.#speak(next))
      if (this.#draining) break
    }
    this.#running = false
    if (this.#draining) this.#socket.close(CLOSE.restarting, 'restarting')
  }

  async #speak({ text, wishes }: Request): Promise<void> {
    const current: Answering = { turn: null, isCancelled: false }
    this.#current = current
    try {
      const { refusal } = await this.#parts.countRequest(this.#grant.principal)
      if (refusal !== null) throw refusal
      const settings = await this.#parts.decideTurn(wishes, this.#grant.principal)
      const encoding = encodingOf(settings.format)
      if (current.isCancelled) throw INTERRUPTED
      const turn = this.#parts.openTurn(this.#grant, settings)
      current.turn = turn
      turn.push(text)
      turn.end()
      let idx = 0
      for await (const event of turn.events) {
        if (current.isCancelled) throw INTERRUPTED
        if (event.type === 'passage') continue
        // A cancel that crosses the final frame finds nothing to stop, and is answered by itself.
        if (event.type === 'done') this.#current = null
        await this.#socket.send(frameOf(event, settings, encoding, idx))
        if (event.type === 'audio') idx++
      }
    } catch (thrown) {
      this.#current = null
      if (this.#grant.signal.aborted) return
      await (current.isCancelled ? this.#socket.send({ interrupted: true }) : this.#fail(failureOf(thrown)))
    }
  }

  async #fail(failure: Failure): Promise<void> {
    if (failure.code === 'INTERNAL_ERROR')
      this.#parts.log.error({ request_id: this.#socket.requestId, err: failure.cause }, 'turn failed')
    await this.#socket.sendFailure(failure)
  }
}

function understand(text: string | null): Message {
  const message = readMessage(text)
  if (message['cancel']) return { kind: 'cancel' }
  if (isSettingsUpdate(message)) return { kind: 'settings', update: readSettings(message) }
  return { kind: 'speak', request: parseBy(SpeakMessage, message) }
}

/** What a request leaves open is decided by the socket's settings. */
const requestOf = (message: SpeakMessage, settings: SettingsUpdate): Request => ({
  text: message.text,
  wishes: {
    ...message,
    language: message.language ?? settings.language,
    speed: message.speed ?? settings.speed,
    normalize: message.normalize ?? settings.normalize,
    wordTimes: message.word_timestamps ?? false,
  },
})

function frameOf(
  event: Exclude<TurnEvent, { type: 'passage' }>,
  settings: TurnSettings,
  encoding: FrameEncoding,
  idx: number,
): SpeakFrame {
  switch (event.type) {
    case 'audio':
      return audioFrame(event, { ...encoding, idx, chunk_id: event.passage })
    case 'words':
      return { word_timestamps: event.words, chunk_id: event.passage }
    case 'done':
      return finalFrame(event.totals, settings)
  }
}

const finalFrame = (totals: TurnTotals, settings: TurnSettings): SpeakFrame => {
  const seconds = totals.samples / settings.format.sampleRate
  return {
    final: true,
    chunks: totals.chunks,
    total_samples: totals.samples,
    dur_ms: rounded(seconds * 1000, 1),
    gen_ms: rounded(totals.genMs, 3),
    rtf: rounded(totals.genMs / (seconds * 1000), 6),
    debug: { ttfa_ms: rounded(totals.firstAudioMs, 3), speed: settings.speed },
    usage: usageOf({ seconds, characters: totals.characters, modelId: settings.modelId }),
  }
}
