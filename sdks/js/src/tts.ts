import { type AudioChunk, joined } from './audio.ts'
import { AudioResponse } from './audio-response.ts'
import { type Connection, type KugelAudioOptions, readOptions } from './connection.ts'
import { KugelAudioError, ProtocolError } from './errors.ts'
import type { EventQueue } from './event-queue.ts'
import type { WordTimestamp } from './frames.ts'
import { requestStream } from './http.ts'
import { type MultiContextConfig, MultiContextSession } from './multi-context-session.ts'
import { type GenerationStats, Speaking, type SpeechEvent } from './speaking.ts'
import { type GenerateOptions, speakMessage } from './speech-options.ts'
import { type StreamCallbacks, type StreamConfig, StreamingSession } from './streaming-session.ts'

/** Called as speech comes. Every one may be left out. */
export type SpeechCallbacks = {
  onOpen?: () => void
  onChunk?: (chunk: AudioChunk) => void
  onWordTimestamps?: (words: WordTimestamp[]) => void
  onFinal?: (stats: GenerationStats) => void
  /** Called before the promise rejects with the same. */
  onError?: (error: KugelAudioError) => void
  onClose?: () => void
  /** Nothing had been heard yet, and the text is said anew. */
  onServerRestart?: (error: KugelAudioError) => void
}

/** What a file of speech is made with: any format of the server's, `mp3` and `wav` among them. */
export type DownloadOptions = GenerateOptions & { outputFormat?: string | undefined }

/** What a `Readable` of Node's can do, for those whose types know no Node. */
export type NodeReadable = AsyncIterable<Uint8Array> & {
  pipe<Destination>(destination: Destination): Destination
  // biome-ignore lint/suspicious/noExplicitAny: what is told depends on the event.
  on(event: string, listener: (...told: any[]) => void): NodeReadable
  destroy(error?: Error): NodeReadable
}

type NodeStreams = { Readable: { from(pieces: AsyncIterable<Uint8Array>, options: object): unknown } }
type WithBuiltins = { process?: { getBuiltinModule?: (name: string) => NodeStreams | undefined } }

/** `client.tts`: speech. */
export class TtsResource {
  readonly #connection: Connection
  readonly #speaking: Speaking

  constructor(connection: Connection) {
    this.#connection = connection
    this.#speaking = new Speaking(connection)
  }

  /** Opens the socket ahead of the first turn, which then begins sooner. */
  connect(): Promise<void> {
    return this.#speaking.connect()
  }

  isConnected(): boolean {
    return this.#speaking.isConnected
  }

  /** Ends the socket and whatever is spoken. */
  close(): void {
    this.#speaking.close()
  }

  /** Speaks a text; resolves with all of it. */
  async generate(options: GenerateOptions): Promise<AudioResponse> {
    const chunks: AudioChunk[] = []
    const words: WordTimestamp[] = []
    for await (const event of this.stream(options)) {
      if (event.type === 'audio') chunks.push(event.chunk)
      if (event.type === 'words') words.push(...event.words)
      if (event.type === 'final') return response(options, chunks, words, event.stats)
    }
    throw new ProtocolError('The speech ended without an end')
  }

  /**
   * Speaks a text as it is made. Read the events with `for await`, and leave the loop to stop; or pass callbacks, then the
   * promise resolves at the end. `reuseConnection: false` takes a socket of its own, beside all others.
   */
  stream(options: GenerateOptions): AsyncIterableIterator<SpeechEvent, undefined>
  stream(options: GenerateOptions, callbacks: SpeechCallbacks, reuseConnection?: boolean): Promise<void>
  stream(
    options: GenerateOptions,
    callbacks?: SpeechCallbacks,
    reuseConnection = true,
  ): AsyncIterableIterator<SpeechEvent, undefined> | Promise<void> {
    if (callbacks === undefined) return this.#events(options, this.#speaking)
    return this.#told(options, callbacks, reuseConnection)
  }

  /** The bytes of a text as a web stream; cancelling it stops the speech. */
  toWebStream(options: GenerateOptions): ReadableStream<Uint8Array> {
    const pieces = bytesOf(this.#events(options, this.#speaking))
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await pieces.return(undefined)
      },
    })
  }

  /** The bytes of a text as a `Readable` of Node's; destroying it stops the speech. Needs Node 20.16, Bun or Deno. */
  toReadable(options: GenerateOptions, reuseConnection = true): NodeReadable {
    const streams = (globalThis as WithBuiltins).process?.getBuiltinModule?.('node:stream')
    if (streams === undefined)
      throw new KugelAudioError('This runtime has no Node streams: use toWebStream()')
    const speaking = reuseConnection ? this.#speaking : new Speaking(this.#connection)
    const pieces = bytesOf(this.#events(options, speaking))
    const end = reuseConnection ? pieces : closing(pieces, speaking)
    return streams.Readable.from(end, { objectMode: false }) as NodeReadable
  }

  /**
   * Speaks a text over HTTP, in any format of the server's (`outputFormat: 'mp3'`); resolves with the response when its
   * first audio has come. Its body breaks off when something goes wrong later.
   */
  download({ signal, ...options }: DownloadOptions): Promise<Response> {
    const { word_timestamps: _, ...json } = speakMessage(options)
    const request = { method: 'POST', path: '/v1/tts/generate', json, accept: '*/*', signal } as const
    return requestStream(this.#connection, request)
  }

  /** Speaks text while it is written, turn after turn. Call `connect()` on it, or `speak()`. */
  streamingSession(config: StreamConfig = {}, callbacks: StreamCallbacks = {}): StreamingSession {
    return new StreamingSession(this.#connection, config, callbacks)
  }

  /** Speaks several texts at a time on one socket. Call `connect(callbacks)` on it. */
  createMultiContextSession(config: MultiContextConfig = {}): MultiContextSession {
    return new MultiContextSession(this.#connection, config)
  }

  /** The same, by the name that the Python package has for it. */
  multiContextSession(config: MultiContextConfig = {}): MultiContextSession {
    return this.createMultiContextSession(config)
  }

  #events(options: GenerateOptions, speaking: Speaking): EventQueue<SpeechEvent> {
    return speaking.speak(speakMessage(options), options.signal)
  }

  async #told(options: GenerateOptions, callbacks: SpeechCallbacks, reuseConnection: boolean): Promise<void> {
    const speaking = reuseConnection ? this.#speaking : new Speaking(this.#connection)
    try {
      const events = this.#events(options, speaking)
      callbacks.onOpen?.()
      for await (const event of events) {
        if (event.type === 'audio') callbacks.onChunk?.(event.chunk)
        else if (event.type === 'words') callbacks.onWordTimestamps?.(event.words)
        else if (event.type === 'final') callbacks.onFinal?.(event.stats)
        else callbacks.onServerRestart?.(event.error)
      }
    } catch (error) {
      if (error instanceof KugelAudioError) callbacks.onError?.(error)
      throw error
    } finally {
      if (!reuseConnection) speaking.close()
      callbacks.onClose?.()
    }
  }
}

/** Speech and nothing else: what a page needs, with a token of its server's as `apiKey`. */
export const createTts = (options: KugelAudioOptions = {}): TtsResource =>
  new TtsResource(readOptions(options))

async function* bytesOf(
  events: AsyncIterable<SpeechEvent>,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  for await (const event of events) if (event.type === 'audio') yield event.chunk.bytes
}

async function* closing(pieces: AsyncIterable<Uint8Array>, speaking: Speaking): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } finally {
    speaking.close()
  }
}

const SAMPLE_RATE = 24_000

function response(
  options: GenerateOptions,
  chunks: readonly AudioChunk[],
  wordTimestamps: WordTimestamp[],
  stats: GenerationStats,
): AudioResponse {
  const rate = Number(/_(\d+)$/.exec(options.outputFormat ?? '')?.[1] ?? options.sampleRate ?? SAMPLE_RATE)
  return new AudioResponse({
    audio: joined(chunks.map(({ bytes }) => bytes)).buffer,
    encoding: chunks[0]?.encoding ?? 'pcm_s16le',
    sampleRate: chunks[0]?.sampleRate ?? rate,
    samples: chunks.reduce((sum, { samples }) => sum + samples, 0),
    durationMs: stats.durationMs,
    generationMs: stats.generationMs,
    rtf: stats.rtf,
    wordTimestamps,
    usage: stats.usage,
  })
}
