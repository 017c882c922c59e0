import { type Connection, type KugelAudioOptions, readOptions } from './connection.ts'
import { DictionariesResource } from './resources/dictionaries.ts'
import { ModelsResource } from './resources/models.ts'
import { TranscriptionsResource } from './resources/transcriptions.ts'
import { VoicesResource } from './resources/voices.ts'
import { TtsResource } from './tts.ts'

/**
 * A client of a KugelAudio server. Without `apiKey` it reads `KUGELAUDIO_API_KEY`. Nothing is sent before the first call.
 * Throws `ValidationError` where no call could succeed: no key, a mistyped one, a key in a page, an unknown region.
 */
export class KugelAudio {
  readonly #connection: Connection
  readonly models: ModelsResource
  readonly voices: VoicesResource
  readonly dictionaries: DictionariesResource
  readonly tts: TtsResource
  readonly asr: TranscriptionsResource

  constructor(options: KugelAudioOptions = {}) {
    const connection = readOptions(options)
    this.#connection = connection
    this.models = new ModelsResource(connection)
    this.voices = new VoicesResource(connection)
    this.dictionaries = new DictionariesResource(connection)
    this.tts = new TtsResource(connection)
    this.asr = new TranscriptionsResource(connection)
  }

  /** A client whose socket is open already. */
  static async create(options: KugelAudioOptions = {}): Promise<KugelAudio> {
    const client = new KugelAudio(options)
    await client.connect()
    return client
  }

  /** Opens the socket of one-shot speech ahead of the first turn. */
  connect(): Promise<void> {
    return this.tts.connect()
  }

  /** Whether the socket of one-shot speech is open. */
  isConnected(): boolean {
    return this.tts.isConnected()
  }

  /** Ends the socket of one-shot speech, and whatever is spoken on it. Sessions end by themselves. */
  close(): void {
    this.tts.close()
  }

  /** As `close`, at the end of a block that says `using`. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** The credential, without its region. Shown by nothing else. */
  get apiKey(): string {
    return this.#connection.key
  }

  get isMasterKey(): boolean {
    return this.#connection.kind === 'masterKey'
  }

  get isToken(): boolean {
    return this.#connection.kind === 'userToken' || this.#connection.kind === 'token'
  }

  get orgId(): number | undefined {
    return this.#connection.orgId
  }

  /** Where requests go. */
  get apiUrl(): string {
    return this.#connection.apiUrl
  }

  /** Where sockets go. */
  get ttsUrl(): string {
    return this.#connection.ttsUrl
  }

  /** ms. */
  get timeout(): number {
    return this.#connection.timeoutMs
  }

  /** ms; 0: none. */
  get keepalivePingInterval(): number {
    return this.#connection.pingMs
  }
}
