import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import { makeFolder } from '../data-folder.ts'
import type { Database } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import type { Schema } from '../store/schema.ts'

/** Several times what the server ever says; preparing one costs more than running it. */
const STATEMENTS_KEPT_MAX = 500
/** Longer than any transaction of ours; another process that holds the lock longer is stuck. */
const BUSY_MS_MAX = 5_000

/** The embedded database, and a cheap way to see that another process has written to it. */
export type SqliteStore = Database & {
  /** Changes whenever another connection has committed. Costs about 2 µs. */
  dataVersion(): number
}

/**
 * Opens (and makes, and migrates) the embedded database. What a transaction has answered survives `kill -9`.
 * `sawStatement` hears of every statement.
 */
export async function openSqlite(path: string, sawStatement?: (sql: string) => void): Promise<SqliteStore> {
  makeFolder(dirname(path))
  const file = new DatabaseSync(path, { timeout: BUSY_MS_MAX })
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const version = file.prepare('pragma data_version')
  version.setReturnArrays(true)
  const query = new Kysely<Schema>({
    dialect: new ImmediateDialect({ database: kyselyDatabase(file) }),
    ...(sawStatement === undefined ? {} : { log: ({ query }) => sawStatement(query.sql) }),
  })
  await migrate(query)
  return {
    query,
    transaction: (work) => query.transaction().execute(work),
    unsyncedTransaction: (work) =>
      // Nothing else runs on the connection meanwhile.
      query.connection().execute(async (connection) => {
        file.exec('pragma synchronous = normal')
        try {
          return await connection.transaction().execute(work)
        } finally {
          file.exec('pragma synchronous = full')
        }
      }),
    dataVersion: () => (version.get() as unknown as [number])[0],
    close: () => query.destroy(),
  }
}

/** All our transactions write; taking the lock at once makes them wait for each other instead of failing half-way. */
class ImmediateDialect extends SqliteDialect {
  readonly #config: { database: SqliteDatabase }

  constructor(config: { database: SqliteDatabase }) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config)
  }
}

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Kysely's idea of a SQLite database, on the one that comes with Node. */
function kyselyDatabase(file: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>()
  const prepare = (sql: string): SqliteStatement => {
    const statement = file.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
      run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
      // One that is being read through must not be run again meanwhile.
      iterate: (parameters) => file.prepare(sql).iterate(...(parameters as SQLInputValue[])),
    }
  }
  return {
    close: () => file.close(),
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement = prepare(sql)
      if (prepared.size >= STATEMENTS_KEPT_MAX) prepared.clear()
      prepared.set(sql, statement)
      return statement
    },
  }
}
