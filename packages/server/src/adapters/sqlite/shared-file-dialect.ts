import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SharedFile, Synchronous } from './shared-file.ts'

const BEGIN = 'begin immediate'
const COMMIT = 'commit'
const ROLLBACK = 'rollback'
const NO_ROWS = { rows: [] }

/** Kysely on a file that several of its kind share; `synchronous` is that of its transactions. */
export const sharedFileDialect = (file: SharedFile, synchronous: Synchronous): Dialect => ({
  createAdapter: () => new TurnTakingAdapter(),
  createDriver: () => new SharedFileDriver(file, synchronous),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

/** Keeps Kysely from taking turns by itself: the file does. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class SharedFileDriver implements Driver {
  readonly #file: SharedFile
  readonly #connection: DatabaseConnection

  constructor(file: SharedFile, synchronous: Synchronous) {
    this.#file = file
    this.#connection = new SharedFileConnection(file, synchronous)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#file.takeTurn()
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#file.giveTurn()
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(BEGIN))
  }

  async commitTransaction(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(COMMIT))
  }

  async rollbackTransaction(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(ROLLBACK))
  }

  async destroy(): Promise<void> {}
}

class SharedFileConnection implements DatabaseConnection {
  readonly #file: SharedFile
  readonly #synchronous: Synchronous

  constructor(file: SharedFile, synchronous: Synchronous) {
    this.#file = file
    this.#synchronous = synchronous
  }

  /** What begins and ends transactions comes this way too: whoever hears of statements hears of these. */
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    switch (sql) {
      case BEGIN:
        await this.#file.begin(this.#synchronous)
        return NO_ROWS
      case COMMIT:
      case ROLLBACK:
        this.#file.end(sql, this.#synchronous)
        return NO_ROWS
      default:
        return await this.#file.run<Row>(sql, parameters)
    }
  }

  // biome-ignore lint/correctness/useYield: the interface asks for it, and nothing of ours reads row by row.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('Rows are not streamed from SQLite')
  }
}
