import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
} from 'kysely'
import type { Database, Query } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import type { Schema } from '../store/schema.ts'
import { PostgresColumns } from './postgres/columns.ts'
import { CHANGES, openPool, PATIENT, READS } from './postgres/connection.ts'
import { isWorthRepeating } from './postgres/errors.ts'

/** Any number that nobody else locks in this database: all changes of authority are one queue. ADR 0020. */
const QUEUE_LOCK = 0x6b_75_67_65
/** Attempts at a transaction that the database has ended because two waited for each other. */
const ATTEMPTS_MAX = 5
/** Begins one that waits for its turn: what it reads, nobody changes before it has ended. */
const BEGIN_QUEUED = `begin; select pg_advisory_xact_lock(${QUEUE_LOCK})`
/** Begins one that may run beside others, and whose last ones may be gone after the database has lost its power. */
const BEGIN_UNSYNCED = 'begin; set local synchronous_commit to off'

/**
 * Opens (and migrates) a PostgreSQL database. Whoever comes first migrates, the others wait for it. What cannot be
 * asked because the database is away, or too slow, fails with `SERVICE_UNAVAILABLE`. `sawStatement` hears of every
 * statement.
 */
export async function openPostgres(url: string, sawStatement?: (sql: string) => void): Promise<Database> {
  await migrateOnce(url)
  const reads = openPool(url, READS)
  // Of their own: however many look for keys, those who change something get through.
  const changes = openPool(url, CHANGES)
  const kysely = (pool: PostgresPool, begin: string): Query =>
    new Kysely<Schema>({
      dialect: new Dialect(pool, begin),
      ...(sawStatement === undefined ? {} : { log: ({ query }) => sawStatement(query.sql) }),
    })
  const queued = kysely(changes, BEGIN_QUEUED)
  const unsynced = kysely(changes, BEGIN_UNSYNCED)
  return {
    query: kysely(reads, 'begin'),
    transaction: (work) => repeated(() => queued.transaction().execute(work)),
    unsyncedTransaction: (work) => repeated(() => unsynced.transaction().execute(work)),
    close: async () => void (await Promise.all([reads.end(), changes.end()])),
  }
}

async function migrateOnce(url: string): Promise<void> {
  const pool = openPool(url, PATIENT)
  const query = new Kysely<Schema>({ dialect: new Dialect(pool, 'begin') })
  try {
    await migrate(query)
  } finally {
    await pool.end()
  }
}

/** Two transactions that have waited for each other: one of them is ended by the database, and begins anew. */
async function repeated<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (attempts >= ATTEMPTS_MAX || !isWorthRepeating(error)) throw error
    }
  }
}

class Dialect extends PostgresDialect {
  readonly #pool: PostgresPool
  readonly #begin: string

  constructor(pool: PostgresPool, begin: string) {
    super({ pool })
    this.#pool = pool
    this.#begin = begin
  }

  override createDriver(): Driver {
    return new BeginningDriver(this.#pool, this.#begin)
  }

  override createQueryCompiler(): PostgresColumns {
    return new PostgresColumns()
  }
}

class BeginningDriver extends PostgresDriver {
  readonly #begin: string

  constructor(pool: PostgresPool, begin: string) {
    super({ pool })
    this.#begin = begin
  }

  /** In one round trip with what comes before the first statement. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#begin))
  }
}
