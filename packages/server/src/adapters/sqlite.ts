import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { makeFolder } from '../data-folder.ts'
import type { Database, Query } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import type { Schema } from '../store/schema.ts'
import { LOCK_WAIT_MS_MAX, SharedFile, type Synchronous } from './sqlite/shared-file.ts'
import { sharedFileDialect } from './sqlite/shared-file-dialect.ts'

/** The embedded database, and a cheap way to see that another process has written to it. */
export type SqliteStore = Database & {
  /** Changes whenever another connection has committed. Costs about 2 µs. NaN, equal to nothing, when it cannot be told. */
  dataVersion(): number
}

type Options = {
  /** Hears of every statement. */
  sawStatement?: (sql: string) => void
  /** How long a statement waits for another process's lock, milliseconds. */
  lockWaitMsMax?: number
}

/**
 * Opens (and makes, and migrates) the embedded database. What a transaction has answered survives `kill -9`. Statements
 * throw `SERVICE_UNAVAILABLE` where the machine, the disk, the file or another process's lock is the reason.
 */
export async function openSqlite(
  path: string,
  { sawStatement, lockWaitMsMax = LOCK_WAIT_MS_MAX }: Options = {},
): Promise<SqliteStore> {
  makeFolder(dirname(path))
  const file = new DatabaseSync(path, { timeout: LOCK_WAIT_MS_MAX })
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  // From here on nobody waits in SQLite, where the whole process would wait.
  file.exec('pragma busy_timeout = 0')
  const version = file.prepare('pragma data_version')
  version.setReturnArrays(true)
  const shared = new SharedFile(file, lockWaitMsMax)
  const kyselyWith = (synchronous: Synchronous): Kysely<Schema> =>
    new Kysely({
      dialect: sharedFileDialect(shared, synchronous),
      ...(sawStatement === undefined ? {} : { log: ({ query }) => sawStatement(query.sql) }),
    })
  const query = kyselyWith('full')
  const unsynced = kyselyWith('normal')
  await migrate(query, (work) => inOneTransaction(query, work))
  return {
    query,
    transaction: (work) => query.transaction().execute(work),
    unsyncedTransaction: (work) => unsynced.transaction().execute(work),
    dataVersion() {
      try {
        return (version.get() as unknown as [number])[0]
      } catch {
        return Number.NaN
      }
    },
    async close() {
      await Promise.all([query.destroy(), unsynced.destroy()])
      shared.close()
    },
  }
}

/** Another process may begin on the same folder just now: one of them migrates, wholly or not at all. */
async function inOneTransaction(query: Query, work: (query: Query) => Promise<void>): Promise<void> {
  await query.connection().execute(async (held) => {
    await sql`begin immediate`.execute(held)
    try {
      await work(held)
      await sql`commit`.execute(held)
    } catch (error) {
      await sql`rollback`.execute(held)
      throw error
    }
  })
}
