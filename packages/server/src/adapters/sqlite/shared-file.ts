import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import type { QueryResult } from 'kysely'
import { isBusy, unavailable } from './trouble.ts'

/** Several times what the server ever says; preparing one costs more than running it. */
const STATEMENTS_KEPT_MAX = 500
/** Longer than any transaction of ours; another process that holds the lock longer is stuck. */
export const LOCK_WAIT_MS_MAX = 5_000
/** Waits between two looks at a lock: the first ones catch another process's commit, the last goes on. */
const LOOKS_MS = [1, 2, 4, 8, 16, 25] as const

type Prepared = { statement: StatementSync; givesRows: boolean }

/** `normal`: a commit does not wait for the disk. */
export type Synchronous = 'full' | 'normal'

/**
 * One connection, used by one after the other. Nothing of SQLite's own waiting: that would stop the whole process. Who
 * finds the file locked by another process gives up its turn while it waits, so that others read meanwhile.
 */
export class SharedFile {
  readonly #file: DatabaseSync
  readonly #lockWaitMsMax: number
  readonly #prepared = new Map<string, Prepared>()
  readonly #waiting: (() => void)[] = []
  #isTaken = false

  constructor(file: DatabaseSync, lockWaitMsMax: number) {
    this.#file = file
    this.#lockWaitMsMax = lockWaitMsMax
  }

  /** Resolves when it is the caller's turn; give it back. */
  async takeTurn(): Promise<void> {
    if (this.#isTaken) return await new Promise((resolve) => this.#waiting.push(resolve))
    this.#isTaken = true
  }

  giveTurn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#isTaken = false
    else next()
  }

  /** Runs a statement in the caller's turn, or in a later one. Throws `SERVICE_UNAVAILABLE`. */
  async run<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    return await this.#unlocked(() => this.#runNow<Row>(sql, parameters))
  }

  /** Begins a transaction that has the lock for writing, so that nothing in it waits half-way. */
  async begin(synchronous: Synchronous): Promise<void> {
    await this.#unlocked(() => {
      if (synchronous === 'full') return void this.#file.exec('begin immediate')
      this.#file.exec('pragma synchronous = normal')
      try {
        this.#file.exec('begin immediate')
      } catch (error) {
        this.#file.exec('pragma synchronous = full')
        throw error
      }
    })
  }

  end(how: 'commit' | 'rollback', synchronous: Synchronous): void {
    try {
      // SQLite itself rolls back when the disk is full.
      if (how === 'commit' || this.#file.isTransaction) this.#file.exec(how)
    } catch (error) {
      throw unavailable(error)
    } finally {
      if (synchronous === 'normal' && !this.#file.isTransaction) this.#file.exec('pragma synchronous = full')
    }
  }

  close(): void {
    this.#file.close()
  }

  async #unlocked<Result>(attempt: () => Result): Promise<Result> {
    let waitedMs = 0
    for (let looks = 0; ; looks++) {
      try {
        return attempt()
      } catch (error) {
        if (!isBusy(error) || this.#file.isTransaction || waitedMs >= this.#lockWaitMsMax)
          throw unavailable(error)
      }
      const waitMs = LOOKS_MS[looks] ?? LOOKS_MS[LOOKS_MS.length - 1] ?? 0
      waitedMs += waitMs
      this.giveTurn()
      await setTimeout(waitMs)
      await this.takeTurn()
    }
  }

  #runNow<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row> {
    const { statement, givesRows } = this.#prepare(sql)
    const values = parameters as SQLInputValue[]
    if (givesRows) return { rows: statement.all(...values) as Row[] }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.#file.prepare(sql)
    const prepared = { statement, givesRows: statement.columns().length > 0 }
    if (this.#prepared.size >= STATEMENTS_KEPT_MAX) this.#prepared.clear()
    this.#prepared.set(sql, prepared)
    return prepared
  }
}
