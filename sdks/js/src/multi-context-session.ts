import { AudioChunk } from './audio.ts'
import { ChunkOrder } from './chunk-order.ts'
import type { Connection } from './connection.ts'
import { ConnectionError, type KugelAudioError, ValidationError } from './errors.ts'
import { withResolvers } from './event-queue.ts'
import { defined, type Frame, type SessionUsage, type WordTimestamp } from './frames.ts'
import { SessionLink } from './session-link.ts'
import { type SettingsUpdate, SettingsUpdates } from './settings-update.ts'
import { type SpeechOptions, wireSettings } from './speech-options.ts'

/** How the contexts of a session are spoken, unless they say otherwise. */
export type MultiContextConfig = Omit<SpeechOptions, 'voiceId'> & {
  defaultVoiceId?: number | string | undefined
  /** Seconds after which a context that nothing is sent for is gone. Default 20. */
  inactivityTimeout?: number | undefined
}

/** What one context has of its own. */
export type ContextOptions = {
  voiceId?: number | string | undefined
  /** Further members of the wire's `voice_settings`: `cfg_scale`, `max_new_tokens`, … */
  voiceSettings?: Record<string, unknown> | undefined
}

/** Called as things happen, each with the context it is about. */
export type MultiContextCallbacks = {
  /** The server has a name for the session. */
  onSessionStarted?: (sessionId: string) => void
  /** The server has made a context. */
  onContextCreated?: (contextId: string) => void
  /** A piece of audio of a context, in its order. */
  onChunk?: (chunk: AudioChunk, contextId: string) => void
  /** Times count from the start of their chunk of the text. */
  onWordTimestamps?: (words: WordTimestamp[], contextId: string, chunkId?: number) => void
  /** All audio of a chunk of the text has come. */
  onChunkComplete?: (chunkId: number, contextId: string) => void
  /** All audio up to a flush has come. */
  onFinal?: (contextId: string) => void
  /** A context has ended as it was asked to. */
  onContextClosed?: (contextId: string, usage?: SessionUsage) => void
  /** A context has ended because nothing was sent for it (`inactivityTimeout`). */
  onContextTimeout?: (contextId: string) => void
  /** The server has ended the session as it was asked to. */
  onSessionClosed?: () => void
  /** Without a context: the whole session has ended. */
  onError?: (error: KugelAudioError, contextId?: string) => void
  /** The server restarted, and what nobody had heard of is being said anew. */
  onServerRestart?: (error: KugelAudioError) => void
}

/** One voice of several on a socket. */
class Context {
  readonly order = new ChunkOrder()
  readonly creator: object
  /** What has been sent since all was heard for the last time. */
  unfinished: object[] = []
  /** Flushes and closes that are not answered yet. */
  due = 0
  /** Chunks that had come when all was heard for the last time. */
  heardBefore = 0

  constructor(creator: object) {
    this.creator = creator
  }

  get isHeard(): boolean {
    return this.order.count > this.heardBefore
  }
}

/** Several texts at a time on one socket (`/ws/tts/multi`), each in a context with a voice of its own. */
export class MultiContextSession {
  readonly #link: SessionLink
  readonly #config: MultiContextConfig
  readonly #updates = new SettingsUpdates()
  readonly #contexts = new Map<string, Context>()
  readonly #usage = new Map<string, SessionUsage>()
  #callbacks: MultiContextCallbacks = {}
  #sessionId: string | null = null
  #idle: ReturnType<typeof withResolvers<void>> | null = null

  constructor(connection: Connection, config: MultiContextConfig) {
    this.#config = config
    this.#link = new SessionLink(connection, '/ws/tts/multi', {
      heard: (frame) => this.#heard(frame),
      isWaiting: () => this.#updates.isDue || [...this.#contexts.values()].some(({ due }) => due > 0),
      salvage: (error) => this.#salvage(error),
      lost: (error) => {
        this.#fail(error)
        this.#callbacks.onError?.(error)
      },
      restarted: (error) => this.#callbacks.onServerRestart?.(error),
    })
  }

  get isConnected(): boolean {
    return this.#link.isConnected
  }

  /** What the server calls the session; null where it has no name for it. */
  get sessionId(): string | null {
    return this.#sessionId
  }

  /** The ids of the contexts that are open. */
  get activeContexts(): string[] {
    return [...this.#contexts.keys()]
  }

  /** What each closed context has used. */
  get contextUsage(): ReadonlyMap<string, SessionUsage> {
    return this.#usage
  }

  /** What a context that is closed has used; null where the server has not said. */
  usageFor(contextId: string): SessionUsage | null {
    return this.#usage.get(contextId) ?? null
  }

  /** Opens the socket. Resolves with this session. */
  async connect(callbacks: MultiContextCallbacks = {}): Promise<this> {
    this.#callbacks = callbacks
    await this.#link.connect()
    return this
  }

  /** Makes a context before anything is said in it. */
  createContext(contextId: string, options: ContextOptions = {}): void {
    this.#link.assertConnected()
    if (typeof contextId !== 'string' || contextId === '')
      throw new ValidationError('contextId must be a text that is not empty')
    if (this.#contexts.has(contextId)) return
    const creator = this.#creator(contextId, options)
    this.#contexts.set(contextId, new Context(creator))
    this.#link.send(creator)
  }

  /** Adds text to a context, which is made if it is not there; `flush` has all of it spoken. */
  send(contextId: string, text: string, flush = false): void {
    if (typeof text !== 'string') throw new ValidationError('text must be a string')
    this.createContext(contextId)
    if (text !== '' || flush) this.#say(contextId, { text, flush, context_id: contextId }, flush)
  }

  /** Has all text of a context spoken that is there. */
  flush(contextId: string): void {
    this.send(contextId, '', true)
  }

  /** Ends a context when all is spoken, or at once (barge-in). */
  closeContext(contextId: string, immediate = false): void {
    const context = this.#contexts.get(contextId)
    if (context === undefined) return
    // What is ended at once is not said anew on another socket.
    if (immediate) context.unfinished = []
    this.#say(
      contextId,
      { close_context: true, context_id: contextId, ...(immediate ? { immediate } : {}) },
      true,
    )
  }

  /** Keeps a context from timing out. */
  keepAlive(contextId: string): void {
    if (this.#contexts.has(contextId)) this.#link.send({ text: '', context_id: contextId })
  }

  /** Changes settings for contexts made from then on; resolves with all that are in effect. */
  updateSettings(settings: SettingsUpdate): Promise<Record<string, unknown>> {
    return this.#updates.send(this.#link, settings)
  }

  /** Resolves when everything that was flushed or closed has been heard; throws when the session has ended. */
  async drained(): Promise<void> {
    if (this.#isDrained()) return
    this.#link.assertConnected()
    this.#idle ??= withResolvers<void>()
    await this.#idle.promise
  }

  /** Ends all contexts and the socket at once. */
  close(): void {
    if (this.isConnected) this.#link.send({ close_socket: true })
    this.#link.end()
    this.#fail(new ConnectionError('The session was closed'))
  }

  /** As `close`, at the end of a block that says `using`. */
  [Symbol.dispose](): void {
    this.close()
  }

  #creator(contextId: string, { voiceId, voiceSettings }: ContextOptions): object {
    const { defaultVoiceId, inactivityTimeout, ...config } = this.#config
    const settings = defined({ voice_id: voiceId ?? defaultVoiceId, ...voiceSettings })
    return {
      text: ' ',
      context_id: contextId,
      ...wireSettings(config),
      ...this.#updates.changed,
      ...defined({ inactivity_timeout: inactivityTimeout }),
      ...(Object.keys(settings).length === 0 ? {} : { voice_settings: settings }),
    }
  }

  #say(contextId: string, message: object, isDue: boolean): void {
    const context = this.#contexts.get(contextId)
    context?.unfinished.push(message)
    if (isDue && context !== undefined) context.due += 1
    this.#link.send(message)
  }

  #heard(frame: Frame): void {
    const { contextId } = frame
    const on = this.#callbacks
    if (frame.kind === 'settings') return this.#updates.settle(frame.settings)
    if (frame.kind === 'sessionStarted') {
      this.#sessionId = frame.sessionId
      return on.onSessionStarted?.(frame.sessionId)
    }
    if (frame.kind === 'sessionClosed') return on.onSessionClosed?.()
    if (frame.kind === 'error') return this.#error(frame.error, contextId)
    const context = contextId === undefined ? undefined : this.#contexts.get(contextId)
    // Late frames of a context that is closed concern nobody.
    if (contextId === undefined || context === undefined) return
    switch (frame.kind) {
      case 'contextCreated':
        return on.onContextCreated?.(contextId)
      case 'audio':
        context.order.check(frame)
        return on.onChunk?.(new AudioChunk(frame), contextId)
      case 'words':
        return on.onWordTimestamps?.(frame.words, contextId, frame.chunkId)
      case 'chunkComplete':
        return on.onChunkComplete?.(frame.chunkId ?? 0, contextId)
      case 'final':
        this.#answered(context)
        return on.onFinal?.(contextId)
      case 'contextClosed':
        if (frame.usage !== undefined) this.#usage.set(contextId, frame.usage)
        this.#forget(contextId)
        return on.onContextClosed?.(contextId, frame.usage)
      case 'contextTimeout':
        this.#forget(contextId)
        return on.onContextTimeout?.(contextId)
    }
  }

  #error(error: KugelAudioError, contextId: string | undefined): void {
    if (contextId === undefined) {
      if (this.#updates.refuse(error)) return
      return this.#callbacks.onError?.(error)
    }
    const context = this.#contexts.get(contextId)
    if (context !== undefined) {
      error.deliveredChunks = context.order.count - context.heardBefore
      context.due = 0
      context.unfinished = []
      context.heardBefore = context.order.count
    }
    // What could not be made is not there.
    if (error.errorCode === 'TOO_MANY_CONTEXTS') this.#contexts.delete(contextId)
    this.#settle()
    this.#callbacks.onError?.(error, contextId)
  }

  /** A flush has been answered: nothing of before is said anew. */
  #answered(context: Context): void {
    context.due = Math.max(0, context.due - 1)
    const { unfinished } = context
    const isEnd = (message: object | undefined): boolean =>
      message !== undefined && 'close_context' in message
    const at = unfinished.findIndex(
      (message) => isEnd(message) || ('flush' in message && message.flush === true),
    )
    // What ends a context has been heard, and is still to be acknowledged.
    context.unfinished = unfinished.slice(isEnd(unfinished[at]) ? at : at + 1)
    context.heardBefore = context.order.count
    this.#settle()
  }

  #forget(contextId: string): void {
    this.#contexts.delete(contextId)
    this.#settle()
  }

  #isDrained(): boolean {
    return [...this.#contexts.values()].every(({ due }) => due === 0)
  }

  #settle(): void {
    if (!this.#isDrained()) return
    this.#idle?.resolve()
    this.#idle = null
  }

  #salvage(error: KugelAudioError): object[] | null {
    for (const [contextId, context] of [...this.#contexts]) {
      if (!context.isHeard) continue
      error.deliveredChunks = context.order.count - context.heardBefore
      this.#forget(contextId)
      this.#callbacks.onError?.(error, contextId)
    }
    const anew: object[] = this.#updates.messages
    for (const [contextId, context] of [...this.#contexts]) {
      const { creator, unfinished, due } = context
      // The other socket counts its chunks from the start.
      const again = new Context(creator)
      again.unfinished = unfinished
      again.due = due
      this.#contexts.set(contextId, again)
      anew.push(creator, ...unfinished)
    }
    return anew.length === 0 ? null : anew
  }

  #fail(error: KugelAudioError): void {
    this.#contexts.clear()
    while (this.#updates.refuse(error));
    this.#idle?.reject(error)
    this.#idle = null
  }
}
