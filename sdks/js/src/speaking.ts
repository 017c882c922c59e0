import { AudioChunk } from './audio.ts'
import { ChunkOrder } from './chunk-order.ts'
import type { Connection } from './connection.ts'
import { ConnectionError, KugelAudioError } from './errors.ts'
import { EventQueue, withResolvers } from './event-queue.ts'
import type { Frame, SessionUsage, WordTimestamp } from './frames.ts'
import { timedOut, unlessAborted, whenAborted } from './pause.ts'
import { type FrameSocket, openSocket } from './socket.ts'
import { waitToTryAgain } from './tries.ts'

/** What a finished turn came to. */
export type GenerationStats = {
  final: true
  chunks: number
  totalSamples: number
  durationMs: number
  generationMs: number
  rtf: number
  usage?: SessionUsage | undefined
}

/** What is heard of a turn, in its order; `final` is the last. `restart`: nothing was heard yet, and it is said anew. */
export type SpeechEvent =
  | { type: 'audio'; chunk: AudioChunk }
  | { type: 'words'; words: WordTimestamp[]; chunkId?: number | undefined }
  | { type: 'restart'; error: KugelAudioError }
  | { type: 'final'; stats: GenerationStats }

/** A turn that is cancelled has this long to be acknowledged; then its socket is given up. */
const CANCEL_MS_MAX = 5_000

/** What one turn is told and tells. */
type Turn = {
  message: object
  signal: AbortSignal
  tell: (event: SpeechEvent) => void
}

/**
 * The socket of one-shot turns, kept for many of them. One turn is under way at a time, so that a cancel never meets
 * another's; whoever comes meanwhile waits in line.
 */
export class Speaking {
  readonly #connection: Connection
  #socket: FrameSocket | null = null
  /** Resolves when everybody who came so far has been served. */
  #line: Promise<void> = Promise.resolve()
  #ended = new AbortController()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get isConnected(): boolean {
    return this.#socket?.isOpen === true
  }

  /** Opens the socket ahead of the first turn. */
  connect(): Promise<void> {
    return this.#inLine(this.#ended.signal, async () => void (await this.#opened(this.#ended.signal)))
  }

  /** Ends the socket and whatever is spoken or waits; afterwards it can be used again. */
  close(): void {
    this.#ended.abort(new ConnectionError('The client was closed', { statusCode: 503 }))
    this.#ended = new AbortController()
    this.#drop()
  }

  /** Speaks a text. Begins at once; leaving the iteration, or the signal, ends the speech. */
  speak(message: object, signal?: AbortSignal): EventQueue<SpeechEvent> {
    const own = new AbortController()
    const ended = this.#ended.signal
    const stop = (reason: unknown): void => {
      own.abort(reason)
      queue.fail(reason)
    }
    const queue = new EventQueue<SpeechEvent>(() => own.abort())
    if (signal?.aborted) {
      stop(signal.reason)
      return queue
    }
    const forget = [signal, ended].map((either) => whenAborted(either, () => stop(either?.reason)))
    const turn = { message, signal: own.signal, tell: (event: SpeechEvent) => queue.push(event) }
    void this.#inLine(own.signal, () => this.#spoken(turn))
      .then(
        () => queue.end(),
        (error: unknown) => queue.fail(error),
      )
      .finally(() => {
        for (const each of forget) each()
      })
    return queue
  }

  async #inLine<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const before = this.#line
    const { promise, resolve } = withResolvers<void>()
    this.#line = before.then(() => promise)
    try {
      await unlessAborted(before, signal)
      return await work()
    } finally {
      resolve()
    }
  }

  async #spoken(turn: Turn): Promise<void> {
    for (let retries = 0; ; retries++) {
      // Opening has tries of its own.
      const socket = await this.#opened(turn.signal)
      try {
        return await this.#once(socket, turn)
      } catch (error) {
        const trying = { surface: 'turn', retries, signal: turn.signal } as const
        await waitToTryAgain(error, trying, this.#connection, (known) =>
          turn.tell({ type: 'restart', error: known }),
        )
      }
    }
  }

  async #opened(signal: AbortSignal): Promise<FrameSocket> {
    if (this.#socket?.isOpen !== true) {
      this.#drop()
      this.#socket = await openSocket(this.#connection, '/ws/tts', signal)
    }
    return this.#socket
  }

  #drop(): void {
    this.#socket?.close()
    this.#socket = null
  }

  /** One try. Resolves or throws only when the socket is free for the next turn, or gone. */
  async #once(socket: FrameSocket, { message, signal, tell }: Turn): Promise<void> {
    const order = new ChunkOrder()
    const { promise, resolve, reject } = withResolvers<void>()
    const { timeoutMs } = this.#connection
    const silence = (ms: number): ReturnType<typeof setTimeout> =>
      setTimeout(() => socket.fail(timedOut('The server said nothing', ms)), ms)
    let timer = silence(timeoutMs)
    const heard = (frame: Frame): void => {
      // A cancel is always acknowledged, even when the turn had ended before it arrived: until then nothing is the next's.
      if (frame.kind === 'interrupted') return reject(new ConnectionError('The speech was interrupted'))
      if (signal.aborted) return
      if (frame.kind === 'error') return reject(frame.error)
      if (frame.kind === 'final') {
        order.checkTotal(frame.totalSamples)
        tell({ type: 'final', stats: statsOf(frame, order.count) })
        return resolve()
      }
      if (frame.kind !== 'audio' && frame.kind !== 'words') return
      clearTimeout(timer)
      timer = silence(timeoutMs)
      if (frame.kind === 'audio') {
        order.check(frame)
        tell({ type: 'audio', chunk: new AudioChunk(frame) })
      } else tell({ type: 'words', words: frame.words, chunkId: frame.chunkId })
    }
    const cancel = (): void => {
      clearTimeout(timer)
      timer = silence(CANCEL_MS_MAX)
      socket.send({ cancel: true })
    }
    socket.listen({ frame: heard, closed: reject })
    const forget = whenAborted(signal, cancel)
    socket.send(message)
    if (signal.aborted) cancel()
    try {
      await promise
    } catch (thrown) {
      signal.throwIfAborted()
      if (thrown instanceof KugelAudioError) thrown.deliveredChunks = order.count
      throw thrown
    } finally {
      clearTimeout(timer)
      forget()
      socket.listen(null)
    }
  }
}

function statsOf(frame: Extract<Frame, { kind: 'final' }>, chunks: number): GenerationStats {
  return {
    final: true,
    chunks: frame.chunks ?? chunks,
    totalSamples: frame.totalSamples ?? 0,
    durationMs: frame.durationMs ?? 0,
    generationMs: frame.generationMs ?? 0,
    rtf: frame.rtf ?? 0,
    usage: frame.usage,
  }
}
