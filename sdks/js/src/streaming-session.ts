import { AudioChunk } from './audio.ts'
import { ChunkOrder } from './chunk-order.ts'
import type { Connection } from './connection.ts'
import { ConnectionError, type KugelAudioError, ValidationError } from './errors.ts'
import { EventQueue, withResolvers } from './event-queue.ts'
import { defined, type Frame, type SessionUsage, type TurnTotals, type WordTimestamp } from './frames.ts'
import { SessionLink } from './session-link.ts'
import { type SettingsUpdate, SettingsUpdates } from './settings-update.ts'
import { type SpeechOptions, wireSettings } from './speech-options.ts'

/** How the text of a streaming session is spoken, and when a chunk of it is begun. */
export type StreamConfig = SpeechOptions & {
  /** ms without new text after which what there is is spoken. Default 500. */
  flushTimeoutMs?: number | undefined
  /** Characters that are spoken at the latest, whether a sentence ends or not. Default 1000. */
  maxBufferLength?: number | undefined
  /** Characters after which a chunk ends at the next sentence; the last entry repeats. */
  chunkLengthSchedule?: readonly number[] | undefined
  /** Whether every sentence is a chunk. Default false. */
  autoMode?: boolean | undefined
}

/** Called as things happen. Every one may be left out. */
export type StreamCallbacks = {
  /** A piece of audio, in order. */
  onChunk?: (chunk: AudioChunk) => void
  /** All audio of a chunk of the text has come: how long it is (s), how long it took (ms). */
  onChunkComplete?: (chunkId: number, audioSeconds: number, generationMs: number) => void
  /** All audio up to a flush has come. */
  onFinal?: (totalAudioSeconds: number, totalTextChunks: number, totalAudioChunks: number) => void
  /** The turn has ended; the next may have other settings. */
  onSessionClosed?: (totalAudioSeconds: number, totalTextChunks: number, totalAudioChunks: number) => void
  /** A chunk of the text is being spoken. */
  onGenerationStarted?: (chunkId: number, text: string) => void
  /** Times of words, from the start of their chunk. */
  onWordTimestamps?: (words: WordTimestamp[], chunkId?: number) => void
  /** What was spoken has been cancelled. */
  onInterrupted?: () => void
  /** A turn has failed, or the session with all of its turns. */
  onError?: (error: KugelAudioError) => void
  /** The server restarted, and what nobody had heard of is being said anew. */
  onServerRestart?: (error: KugelAudioError) => void
}

/** What is heard of one turn; `end` is the last. `restart`: no audio had come yet, and the turn is said anew. */
export type TurnEvent =
  | { type: 'audio'; chunk: AudioChunk }
  | { type: 'words'; words: WordTimestamp[]; chunkId?: number | undefined }
  | { type: 'chunkStarted'; chunkId: number; text: string }
  | { type: 'chunkComplete'; chunkId: number; audioSeconds: number; generationMs: number }
  | { type: 'restart'; error: KugelAudioError }
  | { type: 'end'; totals: TurnTotals }

/** A text from its first piece to the last of its audio. */
class Turn {
  readonly config: object
  readonly messages: object[] = []
  readonly order = new ChunkOrder()
  /** Who reads it; callbacks need none. */
  reader: EventQueue<TurnEvent> | null = null
  flushed = false

  constructor(config: object) {
    this.config = config
  }

  /** All of it, as it is said on a socket that knows nothing yet. */
  anew(): object[] {
    const [first, ...rest] = this.messages
    return first === undefined ? [] : [{ ...this.config, ...first }, ...rest]
  }
}

/** Speaks a text while it is being written, turn after turn on one socket (`/ws/tts/stream`). */
export class StreamingSession {
  readonly #link: SessionLink
  readonly #callbacks: StreamCallbacks
  readonly #updates = new SettingsUpdates()
  #config: StreamConfig
  #isConfigDue = true
  /** In their order; those that are flushed come first. */
  #turns: Turn[] = []
  /** Those that are not acknowledged yet, and what each of them ends. */
  #cancels: { turns: Turn[]; resolve(): void; reject(error: unknown): void }[] = []
  #idle: ReturnType<typeof withResolvers<void>> | null = null
  #usage: SessionUsage | null = null

  constructor(connection: Connection, config: StreamConfig, callbacks: StreamCallbacks) {
    this.#config = config
    this.#callbacks = callbacks
    this.#link = new SessionLink(connection, '/ws/tts/stream', {
      heard: (frame) => this.#heard(frame),
      isWaiting: () => this.#turns[0]?.flushed === true || this.#cancels.length > 0 || this.#updates.isDue,
      salvage: (error) => this.#salvage(error),
      lost: (error) => this.#lost(error),
      restarted: (error) => {
        for (const { reader } of this.#turns) reader?.push({ type: 'restart', error })
        this.#callbacks.onServerRestart?.(error)
      },
    })
  }

  get isConnected(): boolean {
    return this.#link.isConnected
  }

  /** What the last turn that was spoken has used. */
  get lastUsage(): SessionUsage | null {
    return this.#usage
  }

  /** Opens the socket. Resolves with this session. */
  async connect(): Promise<this> {
    await this.#link.connect()
    return this
  }

  /** Adds a piece of text to the turn; `flush` ends the turn. Throws `ConnectionError` when not connected. */
  send(text: string, flush = false): void {
    if (typeof text !== 'string') throw new ValidationError('text must be a string')
    this.#say({ text, flush }, flush)
  }

  /**
   * Speaks one turn: a text, or the pieces of one as they are written. Read its events with `for await`; leaving the loop
   * early cancels the turn (barge-in). Connects by itself.
   */
  speak(
    text: string | AsyncIterable<string> | Iterable<string>,
  ): AsyncIterableIterator<TurnEvent, undefined> {
    let turn: Turn | undefined
    let hasLeft = false
    const isUnderWay = (): boolean => turn !== undefined && this.#turns.includes(turn)
    const cancel = (): void => {
      hasLeft = true
      if (isUnderWay() && this.isConnected) this.cancelCurrent().catch(() => {})
    }
    const reader = new EventQueue<TurnEvent>(cancel)
    const run = async (): Promise<void> => {
      await this.#link.connect()
      for await (const piece of typeof text === 'string' ? [text] : text) {
        if (hasLeft || (turn !== undefined && !isUnderWay())) return
        if (piece === '') continue
        this.send(piece)
        turn ??= this.#turns.at(-1)
        if (turn !== undefined) turn.reader = reader
      }
      if (turn === undefined) reader.end()
      else if (isUnderWay() && !turn.flushed) this.send('', true)
    }
    run().catch((error: unknown) => {
      reader.fail(error)
      cancel()
    })
    return reader
  }

  /** Stops what is spoken and drops what is not yet (barge-in). Resolves when the server has stopped. */
  async cancelCurrent(): Promise<void> {
    this.#link.assertConnected()
    this.#isConfigDue = true
    const cancel = { turns: [...this.#turns], ...withResolvers<void>() }
    this.#cancels.push(cancel)
    this.#link.send({ cancel: true })
    await cancel.promise
  }

  /** Speaks what is there to its end; the next turn says its settings anew. Resolves when all is heard. */
  async endSession(): Promise<void> {
    this.#isConfigDue = true
    const last = this.#turns.at(-1)
    if (last === undefined) return
    if (!last.flushed) this.#say({ close: true }, true)
    this.#idle ??= withResolvers<void>()
    await this.#idle.promise
  }

  /** Other settings from the next turn on. */
  updateConfig(config: StreamConfig): void {
    this.#config = { ...this.#config, ...config }
    this.#isConfigDue = true
  }

  /** Changes settings between turns; resolves with all that are in effect. Throws what the server refuses. */
  updateSettings(settings: SettingsUpdate): Promise<Record<string, unknown>> {
    return this.#updates.send(this.#link, settings)
  }

  /** Speaks what is there to its end, then closes the socket. */
  async close(): Promise<void> {
    try {
      if (this.isConnected) await this.endSession()
    } finally {
      this.#link.end()
      this.#fail(new ConnectionError('The session was closed'))
    }
  }

  /** As `close`, at the end of a block that says `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #say(message: { text?: string; flush?: boolean; close?: boolean }, flush: boolean): void {
    this.#link.assertConnected()
    const last = this.#turns.at(-1)
    const isOver =
      last === undefined || last.flushed || this.#cancels.some(({ turns }) => turns.includes(last))
    if (isOver && message.text === '' && !flush) return
    const turn = isOver ? new Turn({ ...this.#wireConfig(), ...this.#updates.changed }) : last
    if (isOver) this.#turns.push(turn)
    const isFirst = turn.messages.length === 0 && this.#isConfigDue
    turn.messages.push(message)
    turn.flushed = flush
    if (isFirst) this.#isConfigDue = false
    this.#link.send(isFirst ? { ...turn.config, ...message } : message)
  }

  #wireConfig(): object {
    const { flushTimeoutMs, maxBufferLength, chunkLengthSchedule, autoMode } = this.#config
    return {
      ...wireSettings(this.#config),
      ...defined({
        flush_timeout_ms: flushTimeoutMs,
        max_buffer_length: maxBufferLength,
        chunk_length_schedule: chunkLengthSchedule,
        auto_mode: autoMode,
      }),
    }
  }

  #heard(frame: Frame): void {
    const { onChunk, onWordTimestamps, onGenerationStarted, onChunkComplete } = this.#callbacks
    if (frame.kind === 'interrupted') return this.#interrupted()
    if (frame.kind === 'settings') return this.#updates.settle(frame.settings)
    if (frame.kind === 'error' && this.#updates.refuse(frame.error)) return
    // Until a cancel is acknowledged, all that comes belongs to what it ends.
    if (this.#cancels.length > 0) return
    const turn = this.#turns[0]
    const { chunkId = 0 } = frame
    switch (frame.kind) {
      case 'audio': {
        turn?.order.check(frame)
        const chunk = new AudioChunk(frame)
        turn?.reader?.push({ type: 'audio', chunk })
        return onChunk?.(chunk)
      }
      case 'words':
        turn?.reader?.push({ type: 'words', words: frame.words, chunkId: frame.chunkId })
        return onWordTimestamps?.(frame.words, frame.chunkId)
      case 'generationStarted':
        turn?.reader?.push({ type: 'chunkStarted', chunkId, text: frame.text })
        return onGenerationStarted?.(chunkId, frame.text)
      case 'chunkComplete': {
        const { audioSeconds, generationMs } = frame
        turn?.reader?.push({ type: 'chunkComplete', chunkId, audioSeconds, generationMs })
        return onChunkComplete?.(chunkId, audioSeconds, generationMs)
      }
      case 'final':
        return this.#callbacks.onFinal?.(...totalsOf(frame))
      case 'sessionClosed':
        if (frame.usage !== undefined) this.#usage = frame.usage
        this.#turns.shift()
        turn?.reader?.push({ type: 'end', totals: onlyTotals(frame) })
        turn?.reader?.end()
        this.#settle()
        return this.#callbacks.onSessionClosed?.(...totalsOf(frame))
      case 'error':
        return this.#failFirst(frame.error)
    }
  }

  #interrupted(): void {
    const cancel = this.#cancels.shift()
    const ended = cancel?.turns ?? this.#turns.slice(0, 1)
    this.#turns = this.#turns.filter((turn) => !ended.includes(turn))
    for (const { reader } of ended) reader?.end()
    cancel?.resolve()
    this.#settle()
    this.#callbacks.onInterrupted?.()
  }

  /** The turn that is being spoken has failed; those behind it have not. */
  #failFirst(error: KugelAudioError): void {
    const turn = this.#turns.shift()
    error.deliveredChunks = turn?.order.count ?? 0
    this.#isConfigDue = true
    turn?.reader?.fail(error)
    this.#settle()
    this.#callbacks.onError?.(error)
  }

  #settle(): void {
    if (this.#turns.length > 0) return
    this.#idle?.resolve()
    this.#idle = null
  }

  #salvage(error: KugelAudioError): object[] | null {
    // What was to be cancelled has been, by the end of its socket.
    while (this.#cancels.length > 0) this.#interrupted()
    if ((this.#turns[0]?.order.count ?? 0) > 0) this.#failFirst(error)
    if (this.#turns.length === 0) this.#isConfigDue = true
    const anew = [...this.#updates.messages, ...this.#turns.flatMap((turn) => turn.anew())]
    return anew.length === 0 ? null : anew
  }

  #lost(error: KugelAudioError): void {
    this.#fail(error)
    this.#callbacks.onError?.(error)
  }

  #fail(error: KugelAudioError): void {
    const turns = this.#turns.splice(0)
    error.deliveredChunks = turns[0]?.order.count ?? 0
    for (const { reader } of turns) reader?.fail(error)
    while (this.#updates.refuse(error));
    for (const { resolve } of this.#cancels.splice(0)) resolve()
    this.#idle?.reject(error)
    this.#idle = null
  }
}

type Totals = [totalAudioSeconds: number, totalTextChunks: number, totalAudioChunks: number]

const totalsOf = (totals: TurnTotals): Totals => [
  totals.totalAudioSeconds ?? 0,
  totals.totalTextChunks ?? 0,
  totals.totalAudioChunks ?? 0,
]

function onlyTotals({ totalAudioSeconds, totalTextChunks, totalAudioChunks, usage }: TurnTotals): TurnTotals {
  return defined({ totalAudioSeconds, totalTextChunks, totalAudioChunks, usage })
}
