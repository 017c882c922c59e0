import type { AudioChunk } from '../audio.ts'
import type { Connection } from '../connection.ts'
import { ConnectionError, type KugelAudioError } from '../errors.ts'
import { EventQueue } from '../event-queue.ts'
import type { WordTimestamp } from '../frames.ts'
import { type MultiContextConfig, MultiContextSession } from '../multi-context-session.ts'

/** What is heard of an utterance. */
export type Heard =
  | { type: 'audio'; chunk: AudioChunk }
  | { type: 'words'; words: WordTimestamp[]; chunkId: number }

/** One socket of contexts, one context an utterance (wire protocol, section 9.7). */
export class Utterances {
  readonly #session: MultiContextSession
  readonly #heard = new Map<string, EventQueue<Heard>>()
  #isRetired = false

  private constructor(session: MultiContextSession) {
    this.#session = session
  }

  /** Opens the socket. Throws what keeps it from opening. */
  static async open(connection: Connection, config: MultiContextConfig): Promise<Utterances> {
    const session = new MultiContextSession(connection, config)
    const utterances = new Utterances(session)
    await session.connect({
      onChunk: (chunk, id) => utterances.#heard.get(id)?.push({ type: 'audio', chunk }),
      onWordTimestamps: (words, id, chunkId) =>
        utterances.#heard.get(id)?.push({ type: 'words', words, chunkId: chunkId ?? 0 }),
      onContextClosed: (id) => utterances.#finish(id),
      onContextTimeout: (id) => utterances.#finish(id, new ConnectionError('The context has timed out')),
      onError: (error, id) => utterances.#failed(error, id),
    })
    return utterances
  }

  get isOpen(): boolean {
    return this.#session.isConnected
  }

  /**
   * Speaks a text while it is written. Leaving the iteration ends the context at once (barge-in). Throws what goes wrong;
   * `deliveredChunks` says how much had been heard.
   */
  speak(id: string, pieces: AsyncIterable<string>): EventQueue<Heard> {
    const heard = new EventQueue<Heard>(() => {
      this.#finish(id)
      this.#session.closeContext(id, true)
    })
    this.#heard.set(id, heard)
    this.#say(id, pieces).catch((error) => this.#failed(error, id))
    return heard
  }

  /** Ends the socket as soon as nothing is spoken on it. */
  retire(): void {
    this.#isRetired = true
    if (this.#heard.size === 0) this.close()
  }

  /** Ends the socket and whatever is spoken on it. */
  close(): void {
    this.#session.close()
    for (const id of [...this.#heard.keys()]) this.#finish(id, new ConnectionError('The client was closed'))
  }

  async #say(id: string, pieces: AsyncIterable<string>): Promise<void> {
    for await (const piece of pieces) {
      if (!this.#heard.has(id)) return
      this.#session.send(id, piece)
    }
    if (!this.#session.activeContexts.includes(id)) this.#finish(id)
    else if (this.#heard.has(id)) this.#session.closeContext(id)
  }

  #failed(error: KugelAudioError, id: string | undefined): void {
    if (id !== undefined) {
      this.#session.closeContext(id, true)
      return this.#finish(id, error)
    }
    for (const each of [...this.#heard.keys()]) this.#finish(each, error)
    this.#session.close()
  }

  #finish(id: string, error?: KugelAudioError): void {
    const heard = this.#heard.get(id)
    this.#heard.delete(id)
    if (error === undefined) heard?.end()
    else heard?.fail(error)
    if (this.#isRetired && this.#heard.size === 0) this.#session.close()
  }
}
