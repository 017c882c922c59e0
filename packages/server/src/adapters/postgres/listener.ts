import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { clientOf, newClient, type Patience } from './connection.ts'
import { failureOfDatabase } from './errors.ts'

/** Statements on it are small; a connection that takes longer is of no use for leases of two seconds. */
const PROMPT: Patience = { statementMs: 1_000, idleInTransactionMs: 1_000, connections: 1 }

/** Hears what is said on channels. `restored`: there is a connection again, and something may have been missed. */
export type Ears = { heard: (channel: string, text: string) => void; restored: () => void }

/** One connection that listens, for statements of several callers: made anew by the next of them when it has broken. */
export class Listener implements PostgresPool {
  readonly options = {}
  readonly #url: string
  readonly #channels: readonly string[]
  #ears: Ears = { heard: () => {}, restored: () => {} }
  #client: Promise<pg.Client> | null = null
  #isClosed = false
  #turn: Promise<void> = Promise.resolve()

  constructor(url: string, channels: readonly string[]) {
    this.#url = url
    this.#channels = channels
  }

  async open(ears: Ears): Promise<void> {
    this.#ears = ears
    await this.#connected()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const open = this.#client
    this.#client = null
    await open?.then((client) => client.end()).catch(() => {})
  }

  /** One statement after the other. */
  async connect(): Promise<PostgresPoolClient> {
    const turn = this.#turn
    const { promise, resolve: giveTurn } = Promise.withResolvers<void>()
    this.#turn = promise
    await turn
    try {
      const client = await this.#connected()
      return clientOf(client, (isDoubtful) => {
        if (isDoubtful) void client.end().catch(() => {})
        giveTurn()
      })
    } catch (error) {
      giveTurn()
      throw error
    }
  }

  async end(): Promise<void> {}

  async #connected(): Promise<pg.Client> {
    this.#client ??= this.#begin()
    try {
      return await this.#client
    } catch (error) {
      throw failureOfDatabase(error)
    }
  }

  #begin(): Promise<pg.Client> {
    if (this.#isClosed) throw new Error('Connection terminated: it was closed')
    const client = newClient(this.#url, PROMPT)
    const connecting = this.#listen(client)
    const drop = (): void => {
      if (this.#client === connecting) this.#client = null
    }
    client.on('error', drop)
    client.on('end', drop)
    connecting.catch(() => {
      drop()
      void client.end().catch(() => {})
    })
    return connecting
  }

  async #listen(client: pg.Client): Promise<pg.Client> {
    client.on('notification', ({ channel, payload }) => this.#ears.heard(channel, payload ?? ''))
    await client.connect()
    await client.query(this.#channels.map((channel) => `listen ${channel}`).join('; '))
    this.#ears.restored()
    return client
  }
}
