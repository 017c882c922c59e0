import { type APIConnectOptions, tts } from '@livekit/agents'
import type { Connection } from '../connection.ts'
import { ConnectionError, ValidationError } from '../errors.ts'
import { DEFAULT_MODEL, DEFAULT_SAMPLE_RATE } from './limits.ts'
import { ChunkedStream, SynthesizeStream } from './streams.ts'
import { checked, connectionOf, contextsOf, type TTSChange, type TTSOptions } from './tts-options.ts'
import { Utterances } from './utterances.ts'

/** The speech of an agent: one socket (`/ws/tts/multi`) for all that it says, one context an utterance. */
export class TTS extends tts.TTS {
  label = 'kugelaudio.TTS'
  readonly #connection: Connection
  #options: TTSOptions
  #opening: Promise<Utterances> | null = null
  #isClosed = false

  /** Throws `ValidationError` for options that no server takes, before anything is sent. */
  constructor(options: TTSOptions = {}) {
    super(options.sampleRate ?? DEFAULT_SAMPLE_RATE, 1, {
      streaming: true,
      alignedTranscript: options.wordTimestamps ?? false,
    })
    this.#connection = connectionOf(options)
    this.#options = checked(options)
  }

  override get model(): string {
    return this.#options.model ?? DEFAULT_MODEL
  }

  override get provider(): string {
    return 'KugelAudio'
  }

  /** Opens the socket ahead of the first utterance, which tries again and says why where this fails. */
  prewarm(): void {
    this.utterances().catch(() => {})
  }

  /**
   * Other settings for what is spoken from now on; what is left out stays, and what is being spoken is spoken to its end.
   * Throws `ValidationError` for what no server takes; then nothing changes.
   */
  updateOptions(change: TTSChange): void {
    if (Object.keys(change).length === 0) throw new ValidationError('updateOptions must change something')
    this.#options = checked({ ...this.#options, ...change })
    this.#retire()
  }

  /** Speaks a whole text. */
  synthesize(text: string, options?: APIConnectOptions, signal?: AbortSignal): ChunkedStream {
    return new ChunkedStream(this, text, options, signal)
  }

  /** Speaks a text while it is being written; each flush ends a segment. */
  stream({ connOptions }: { connOptions?: APIConnectOptions } = {}): SynthesizeStream {
    return new SynthesizeStream(this, connOptions)
  }

  /** Ends the socket and whatever is spoken on it. */
  override async close(): Promise<void> {
    this.#isClosed = true
    const open = await this.#opening?.catch(() => null)
    open?.close()
  }

  /** The socket of the settings in force. Throws what keeps it from opening; then the next call tries again. */
  async utterances(): Promise<Utterances> {
    if (this.#isClosed) throw new ConnectionError('The client was closed')
    this.#opening ??= Utterances.open(this.#connection, contextsOf(this.#options))
    const opening = this.#opening
    const open = await opening.catch((error) => {
      if (this.#opening === opening) this.#opening = null
      throw error
    })
    if (open.isOpen) return open
    if (this.#opening === opening) this.#opening = null
    return this.utterances()
  }

  /** Settings hold for a whole socket: the next utterance opens another. */
  #retire(): void {
    void this.#opening?.then(
      (open) => open.retire(),
      () => {},
    )
    this.#opening = null
  }
}
