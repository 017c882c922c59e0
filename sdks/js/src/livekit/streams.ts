import {
  type APIConnectOptions,
  APIError,
  DEFAULT_API_CONNECT_OPTIONS,
  shortuuid,
  tts,
} from '@livekit/agents'
import { within } from '../pause.ts'
import { asApiErrors } from './api-errors.ts'
import { FrameCutter } from './frame-cutter.ts'
import type { Utterances } from './utterances.ts'

/** What a stream needs of its plugin. */
export type Speaker = tts.TTS & {
  /** The socket of the settings in force. */
  utterances(): Promise<Utterances>
}

/** A whole text. */
export class ChunkedStream extends tts.ChunkedStream {
  label = 'kugelaudio.ChunkedStream'
  readonly #speaker: Speaker
  readonly #options: APIConnectOptions
  #tries = 0

  constructor(
    speaker: Speaker,
    text: string,
    options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    signal?: AbortSignal,
  ) {
    super(text, speaker, options, signal)
    this.#speaker = speaker
    this.#options = options
  }

  protected async run(): Promise<void> {
    this.#tries += 1
    try {
      await this.#spoken()
    } catch (error) {
      const isAgain = error instanceof APIError && error.retryable && this.#tries <= this.#options.maxRetry
      if (isAgain || !(error instanceof Error)) throw error
      // Nobody catches what a stream of the framework's throws at last: it would end the process.
      const { label } = this.#speaker
      const timestamp = Date.now()
      this.#speaker.emit('error', { type: 'tts_error', timestamp, label, error, recoverable: false })
    }
  }

  async #spoken(): Promise<void> {
    let isHeard = false
    // Nothing is said twice: what has been heard is not tried again.
    await asApiErrors(
      () => !isHeard,
      async () => {
        const utterances = () => opened(this.#speaker, this.#options)
        await say(utterances, whole(this.inputText), this.abortSignal, (audio) => {
          isHeard = true
          if (!this.queue.closed) this.queue.put(audio)
        })
      },
    )
  }
}

/** A text while it is being written; each flush ends a segment. */
export class SynthesizeStream extends tts.SynthesizeStream {
  label = 'kugelaudio.SynthesizeStream'
  readonly #speaker: Speaker

  constructor(speaker: Speaker, options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) {
    super(speaker, options)
    this.#speaker = speaker
  }

  protected async run(): Promise<void> {
    let isRead = false
    // What has been read of the text cannot be read again.
    await asApiErrors(
      () => !isRead,
      async () => {
        const utterances = () => opened(this.#speaker, this.connOptions)
        await utterances()
        for (;;) {
          const { done, value: first } = await this.input.next()
          if (done) return
          if (typeof first !== 'string') continue
          isRead = true
          await say(utterances, this.#segment(first), this.abortSignal, (audio) => this.#put(audio))
          this.#put(SynthesizeStream.END_OF_STREAM)
        }
      },
    )
  }

  async *#segment(first: string): AsyncGenerator<string, void> {
    this.markStarted()
    yield first
    for (;;) {
      const { done, value } = await this.input.next()
      if (done || typeof value !== 'string') return
      yield value
    }
  }

  #put(audio: tts.SynthesizedAudio | typeof SynthesizeStream.END_OF_STREAM): void {
    if (!this.queue.closed && !this.abortSignal.aborted) this.queue.put(audio)
  }
}

const opened = (speaker: Speaker, { timeoutMs }: APIConnectOptions): Promise<Utterances> =>
  within(timeoutMs, 'The connection was not open', speaker.utterances())

async function* whole(text: string): AsyncGenerator<string, void> {
  yield text
}

/** Says one utterance, unless the signal comes first: then it ends at once. */
async function say(
  opened: () => Promise<Utterances>,
  pieces: AsyncIterable<string>,
  signal: AbortSignal,
  emit: (audio: tts.SynthesizedAudio) => void,
): Promise<void> {
  let utterances = await opened()
  // Other settings may have come while it was waited for.
  while (!utterances.isOpen) utterances = await opened()
  if (signal.aborted) return
  const id = shortuuid()
  const heard = utterances.speak(id, pieces)
  const stop = (): void => void heard.return()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const frames = new FrameCutter(id, emit)
    for await (const event of heard)
      if (event.type === 'audio') frames.audio(event.chunk)
      else frames.words(event.words, event.chunkId)
    frames.end()
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
