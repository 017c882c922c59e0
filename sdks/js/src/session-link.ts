import type { Connection } from './connection.ts'
import { ConnectionError, type KugelAudioError } from './errors.ts'
import type { Frame } from './frames.ts'
import { pause, timedOut } from './pause.ts'
import { decideRetry, failedWith } from './retry.ts'
import { type FrameSocket, openSocket, type SocketPath } from './socket.ts'

/** Frames that bring nobody further: a server that says no more than these and closes is not tried for ever. */
const GREETING = /error|Started|Created|warning/

/** What a session knows and its socket does not. */
export type LinkedSession = {
  /** A frame has come. May throw `ProtocolError`: then the socket is given up. */
  heard(frame: Frame): void
  /** Whether an answer is due: then silence has a limit. */
  isWaiting(): boolean
  /**
   * The socket is gone. Fails all that has been heard of, which is never said anew, and answers what must be said on
   * the next socket; null when there is nothing.
   */
  salvage(error: KugelAudioError): object[] | null
  /** Nothing can be said any more: fails everything. */
  lost(error: KugelAudioError): void
  /** What nobody had heard of is being said anew on another socket. */
  restarted(error: KugelAudioError): void
}

/**
 * The socket of a session of many turns: opened anew when the server restarts or the connection breaks, by the contract
 * for rolling deploys (wire protocol, section 9.6). An idle session whose socket has gone opens the next when it needs it.
 */
export class SessionLink {
  readonly #connection: Connection
  readonly #path: SocketPath
  readonly #session: LinkedSession
  readonly #ended = new AbortController()
  #socket: FrameSocket | null = null
  #state: 'new' | 'open' | 'opening' | 'dormant' | 'ended' = 'new'
  #silence: ReturnType<typeof setTimeout> | undefined
  #connecting: Promise<void> | null = null
  #retries = 0

  constructor(connection: Connection, path: SocketPath, session: LinkedSession) {
    this.#connection = connection
    this.#path = path
    this.#session = session
  }

  /** Whether messages can be sent: now, or as soon as the socket is open again. */
  get isConnected(): boolean {
    return this.#state !== 'new' && this.#state !== 'ended'
  }

  /** Opens the first socket. Throws what keeps it from opening; then it may be tried again. */
  async connect(): Promise<void> {
    if (this.isConnected) return
    if (this.#state === 'ended') throw ended()
    this.#connecting ??= openSocket(this.#connection, this.#path, this.#ended.signal)
      .then((socket) => this.#take(socket))
      .finally(() => {
        this.#connecting = null
      })
    await this.#connecting
  }

  /** Throws `ConnectionError` where nothing can be sent. */
  assertConnected(): void {
    if (!this.isConnected) throw ended()
  }

  /**
   * Sends a message. Where the socket is being opened anew it is not sent: the session keeps it as unfinished, and
   * it goes out with the rest. Throws `ConnectionError` where there is no connection.
   */
  send(message: object): void {
    this.assertConnected()
    if (this.#state === 'open') this.#socket?.send(message)
    if (this.#state === 'dormant') void this.#reopen(ended())
    this.#watch()
  }

  /** Ends the socket and every attempt at another. */
  end(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#stopWatching()
    this.#ended.abort(ended())
    this.#socket?.close()
  }

  /** Sees that an answer that is due comes; what is sent meanwhile gives it no more time. */
  #watch(): void {
    if (this.#silence !== undefined || this.#state !== 'open' || !this.#session.isWaiting()) return
    const { timeoutMs } = this.#connection
    this.#silence = setTimeout(
      () => this.#socket?.fail(timedOut('The server said nothing', timeoutMs)),
      timeoutMs,
    )
  }

  #stopWatching(): void {
    clearTimeout(this.#silence)
    this.#silence = undefined
  }

  #take(socket: FrameSocket): void {
    this.#socket = socket
    this.#state = 'open'
    socket.listen({
      frame: (frame) => {
        if (frame.kind === 'unknown') return
        if (!GREETING.test(frame.kind)) this.#retries = 0
        this.#session.heard(frame)
        this.#stopWatching()
        this.#watch()
      },
      closed: (error) => this.#closed(error),
    })
  }

  #closed(error: KugelAudioError): void {
    this.#stopWatching()
    if (this.#state === 'ended') return
    const failed = { surface: 'turn', ...failedWith(error), retries: this.#retries } as const
    const decision = decideRetry(failed, this.#connection.retriesMax)
    if (!decision.retry) return this.#lose(error)
    this.#state = 'opening'
    const unfinished = this.#session.salvage(error)
    // The session may have been ended by who was told.
    if ((this.#state as string) === 'ended') return
    if (unfinished === null) this.#state = 'dormant'
    else void this.#reopen(error, decision.delayMs)
  }

  async #reopen(error: KugelAudioError, delayMs: readonly [number, number] = [0, 0]): Promise<void> {
    this.#state = 'opening'
    this.#retries += 1
    try {
      await pause(delayMs, this.#ended.signal)
      const socket = await openSocket(this.#connection, this.#path, this.#ended.signal)
      const unfinished = this.#session.salvage(error) ?? []
      for (const message of unfinished) socket.send(message)
      if (error.closeCode !== undefined) this.#session.restarted(error)
      this.#take(socket)
      this.#watch()
    } catch (thrown) {
      this.#lose(thrown as KugelAudioError)
    }
  }

  #lose(error: KugelAudioError): void {
    if (this.#state === 'ended') return
    this.end()
    this.#session.lost(error)
  }
}

const ended = (): ConnectionError => new ConnectionError('The session is not connected: call connect() first')
