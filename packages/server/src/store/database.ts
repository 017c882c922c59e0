import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

export type Query = Kysely<Schema>

/** Where everything that must survive is kept. Queries are written once, for every kind of database. */
export type Database = {
  /** For a single statement. */
  readonly query: Query
  /**
   * Runs statements as one: durable when it returns, or as if it had never begun. One at a time on all nodes together:
   * what `work` reads, nobody changes before it has ended. `work` may be called again when nothing of it was done.
   */
  transaction<Result>(work: (query: Transaction<Schema>) => Promise<Result>): Promise<Result>
  /**
   * Statements as one, without waiting for the disk: it outlives this process, but the last of these may be gone, as if
   * they had never begun, after the machine has lost its power. Others may run beside it, so every statement carries its
   * own guard. For counts, never for authority. ADR 0009.
   */
  unsyncedTransaction<Result>(work: (query: Transaction<Schema>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}
