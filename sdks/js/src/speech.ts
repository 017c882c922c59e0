import { type AudioChunk, joined } from './audio.ts'
import { AudioResponse } from './audio-response.ts'
import { type Connection, type KugelAudioOptions, readOptions } from './connection.ts'
import { KugelAudioError, ProtocolError } from './errors.ts'
import type { WordTimestamp } from './frames.ts'
import { type GenerationStats, Speaking, type SpeechEvent } from './speaking.ts'
import { type GenerateOptions, speakMessage } from './speech-options.ts'
import { type StreamCallbacks, type StreamConfig, StreamingSession } from './streaming-session.ts'

/** Called as speech comes. Every one may be left out. */
export type SpeechCallbacks = {
  /** The text is under way. */
  onOpen?: () => void
  /** A piece of audio, in order. */
  onChunk?: (chunk: AudioChunk) => void
  /** Times of words; asked for with `wordTimestamps`. */
  onWordTimestamps?: (words: WordTimestamp[]) => void
  /** All has come. */
  onFinal?: (stats: GenerationStats) => void
  /** Called before the promise rejects with the same. */
  onError?: (error: KugelAudioError) => void
  /** The last call, whatever came before. */
  onClose?: () => void
  /** Nothing had been heard yet, and the text is said anew. */
  onServerRestart?: (error: KugelAudioError) => void
}

/** One-shot and streamed speech: what a page needs. */
export class Speech {
  protected readonly speaking: Speaking
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    this.speaking = new Speaking(connection)
  }

  /** Opens the socket ahead of the first turn, which then begins sooner. */
  connect(): Promise<void> {
    return this.speaking.connect()
  }

  /** Whether the socket is open. */
  isConnected(): boolean {
    return this.speaking.isConnected
  }

  /** Ends the socket and whatever is spoken. */
  close(): void {
    this.speaking.close()
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
    if (callbacks === undefined) return this.speaking.speak(speakMessage(options), options.signal)
    return this.#told(options, callbacks, reuseConnection)
  }

  /** The bytes of a text as a web stream; cancelling it stops the speech. */
  toWebStream(options: GenerateOptions): ReadableStream<Uint8Array> {
    const pieces = bytesOf(this.speaking.speak(speakMessage(options), options.signal))
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

  /** Speaks text while it is written, turn after turn. Call `connect()` on it, or `speak()`. */
  streamingSession(config: StreamConfig = {}, callbacks: StreamCallbacks = {}): StreamingSession {
    return new StreamingSession(this.#connection, config, callbacks)
  }

  async #told(options: GenerateOptions, callbacks: SpeechCallbacks, reuseConnection: boolean): Promise<void> {
    const speaking = reuseConnection ? this.speaking : new Speaking(this.#connection)
    try {
      const events = speaking.speak(speakMessage(options), options.signal)
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
export const createTts = (options: KugelAudioOptions = {}): Speech => new Speech(readOptions(options))

/** The bytes of what is heard. */
export async function* bytesOf(
  events: AsyncIterable<SpeechEvent>,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  for await (const event of events) if (event.type === 'audio') yield event.chunk.bytes
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
