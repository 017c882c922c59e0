import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SharedFile, Synchronous } from './shared-file.ts'

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
  readonly #synchronous: Synchronous
  readonly #connection: DatabaseConnection

  constructor(file: SharedFile, synchronous: Synchronous) {
    this.#file = file
    this.#synchronous = synchronous
    this.#connection = new SharedFileConnection(file)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#file.takeTurn()
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#file.giveTurn()
  }

  beginTransaction(): Promise<void> {
    return this.#file.begin(this.#synchronous)
  }

  commitTransaction(): Promise<void> {
    return this.#file.end('commit', this.#synchronous)
  }

  rollbackTransaction(): Promise<void> {
    return this.#file.end('rollback', this.#synchronous)
  }

  async destroy(): Promise<void> {}
}

class SharedFileConnection implements DatabaseConnection {
  readonly #file: SharedFile

  constructor(file: SharedFile) {
    this.#file = file
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.#file.run<Row>(sql, parameters)
  }

  // biome-ignore lint/correctness/useYield: the interface asks for it, and nothing of ours reads row by row.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new TypeError('Rows are not streamed from SQLite')
  }
}
