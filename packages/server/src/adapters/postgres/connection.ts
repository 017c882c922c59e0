import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { Failure } from '../../failure.ts'
import { failureOfDatabase } from './errors.ts'

/** How long a connection waits for what. */
export type Patience = {
  /** For a statement, with its waiting for locks. */
  statementMs: number
  /** For the next statement of a transaction, which may hold back everybody else's. */
  idleInTransactionMs: number
  connections: number
}

/** A caller waits no longer than it would for an embedded database. */
export const READS: Patience = { statementMs: 5_000, idleInTransactionMs: 2_000, connections: 8 }
/** For transactions. */
export const CHANGES: Patience = { ...READS, connections: 4 }
/** For migrations, which may have to wait for another node's. */
export const PATIENT: Patience = { statementMs: 600_000, idleInTransactionMs: 60_000, connections: 2 }

/** How long it may take to reach the database, a free connection included. */
const CONNECT_MS_MAX = 2_000
/** The database ends a statement that takes too long; if not even that is heard, the connection is dead. */
const SILENCE_MS = 500

/** 64-bit integers and sums of them as numbers: all of ours are far below 2^53. */
const NUMBERS = new Set<number>([pg.types.builtins.INT8, pg.types.builtins.NUMERIC])
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

const optionsOf = (url: string, { statementMs, idleInTransactionMs }: Patience): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'kugelaudio',
  connectionTimeoutMillis: CONNECT_MS_MAX,
  statement_timeout: statementMs,
  query_timeout: statementMs + SILENCE_MS,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  keepAlive: true,
  types,
})

/** A client of its own, which is not connected yet. */
export const newClient = (url: string, patience: Patience): pg.Client =>
  new pg.Client(optionsOf(url, patience))

/** Connections that are made when they are needed, and made anew when the database has been away. */
export function openPool(url: string, patience: Patience): PostgresPool {
  const pool = new pg.Pool({ ...optionsOf(url, patience), max: patience.connections })
  // A connection that breaks while nobody uses it is dropped, whoever needs one gets another; one that is in use says so
  // in its next answer too.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  let ended: Promise<void> | null = null
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch(fail)
      return clientOf(client, (isDoubtful) => client.release(isDoubtful))
    },
    end() {
      ended ??= pool.end()
      return ended
    },
  }
}

/**
 * What goes wrong on a connection is told in the server's own words. `release` hears whether it may be used again.
 */
export function clientOf(client: pg.ClientBase, release: (isDoubtful: boolean) => void): PostgresPoolClient {
  let isDoubtful = false
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(sql, [...parameters])
    } catch (error) {
      const failure = failureOfDatabase(error)
      isDoubtful ||= failure instanceof Failure && failure.code === 'SERVICE_UNAVAILABLE'
      throw failure
    }
  }
  return {
    query,
    release: (destroy = false) => release(isDoubtful || destroy),
  } as PostgresPoolClient
}

function fail(error: unknown): never {
  throw failureOfDatabase(error)
}
