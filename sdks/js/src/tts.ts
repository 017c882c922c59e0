import type { Connection } from './connection.ts'
import { KugelAudioError } from './errors.ts'
import { requestStream } from './http.ts'
import { type MultiContextConfig, MultiContextSession } from './multi-context-session.ts'
import { Speaking } from './speaking.ts'
import { bytesOf, Speech } from './speech.ts'
import { type GenerateOptions, speakMessage } from './speech-options.ts'

/** What a `Readable` of Node's can do, for those whose types know no Node. */
export type NodeReadable = AsyncIterable<Uint8Array> & {
  /** As a `Readable` of Node's has it. */
  pipe<Destination>(destination: Destination): Destination
  /** As a `Readable` of Node's has it. */
  // biome-ignore lint/suspicious/noExplicitAny: what is told depends on the event.
  on(event: string, listener: (...told: any[]) => void): NodeReadable
  /** As a `Readable` of Node's has it: ends the speech. */
  destroy(error?: Error): NodeReadable
}

type NodeStreams = { Readable: { from(pieces: AsyncIterable<Uint8Array>, options: object): unknown } }
type WithBuiltins = { process?: { getBuiltinModule?: (name: string) => NodeStreams | undefined } }

/** `client.tts`: every kind of speech. */
export class TtsResource extends Speech {
  readonly #connection: Connection

  constructor(connection: Connection) {
    super(connection)
    this.#connection = connection
  }

  /** The bytes of a text as a `Readable` of Node's; destroying it stops the speech. Needs Node 20.16, Bun or Deno. */
  toReadable(options: GenerateOptions, reuseConnection = true): NodeReadable {
    const streams = (globalThis as WithBuiltins).process?.getBuiltinModule?.('node:stream')
    if (streams === undefined)
      throw new KugelAudioError('This runtime has no Node streams: use toWebStream()')
    const speaking = reuseConnection ? this.speaking : new Speaking(this.#connection)
    const pieces = bytesOf(speaking.speak(speakMessage(options), options.signal))
    const end = reuseConnection ? pieces : closing(pieces, speaking)
    return streams.Readable.from(end, { objectMode: false }) as NodeReadable
  }

  /**
   * Speaks a text over HTTP, in any format of the server's (`outputFormat: 'mp3'`); resolves with the response when its
   * first audio has come. Its body breaks off when something goes wrong later.
   */
  download({ signal, ...options }: GenerateOptions): Promise<Response> {
    const { word_timestamps: _, ...json } = speakMessage(options)
    const request = { method: 'POST', path: '/v1/tts/generate', json, accept: '*/*', signal } as const
    return requestStream(this.#connection, request)
  }

  /** Speaks several texts at a time on one socket. Call `connect(callbacks)` on it. */
  createMultiContextSession(config: MultiContextConfig = {}): MultiContextSession {
    return new MultiContextSession(this.#connection, config)
  }

  /** The same, by the name that the Python package has for it. */
  multiContextSession(config: MultiContextConfig = {}): MultiContextSession {
    return this.createMultiContextSession(config)
  }
}

async function* closing(pieces: AsyncIterable<Uint8Array>, speaking: Speaking): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces
  } finally {
    speaking.close()
  }
}
