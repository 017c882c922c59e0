import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

export type Query = Kysely<Schema>

/** Where everything that must survive is kept. Queries are written once, for every kind of database. */
export type Database = {
  /** For a single statement. */
  readonly query: Query
  /** Runs statements as one: durable when it returns, or as if it had never begun. */
  transaction<Result>(work: (query: Transaction<Schema>) => Promise<Result>): Promise<Result>
  /**
   * The same without waiting for the disk: it outlives this process, but the last of these may be gone, as if they had
   * never begun, after the machine has lost its power. For counts, never for authority. ADR 0009.
   */
  unsyncedTransaction<Result>(work: (query: Transaction<Schema>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}
