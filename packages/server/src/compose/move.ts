import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { controlSocketPath, holdFolder } from '../adapters/control-socket.ts'
import { tableInTheWay } from '../adapters/postgres/emptiness.ts'
import { openPostgres } from '../adapters/postgres.ts'
import { openSqlite } from '../adapters/sqlite.ts'
import { createAudit } from '../audit/audit.ts'
import { canonicalBytes } from '../canonical-json.ts'
import type { Config } from '../config.ts'
import { Failure } from '../failure.ts'
import type { Schema } from '../store/schema.ts'

/** A table that is there now as it was: so many rows, with the same checksum in both databases. */
export type MovedTable = { table: string; rows: number; checksum: string }
export type Moved = { tables: MovedTable[]; audit: { intact: boolean; events: number; head: string } }

/** Hears how far it has come. */
export type Progress = (table: string, rows: number, total: number) => void

/** Few enough values for one statement of PostgreSQL, which takes 65,535. */
const ROWS_TOGETHER = 500
/** Of a sum of SHA-256. */
const MODULUS = 1n << 256n

/** Any table, by its name. */
type Tables = Record<string, Record<string, unknown>>

/**
 * Copies the embedded database into an empty PostgreSQL database in one transaction: what has been written is read again and
 * compared before it counts, and nobody writes meanwhile. Throws `CONFLICT` when a server runs on the data or the database
 * is not empty, `NOT_FOUND` when there are no data, `INTERNAL_ERROR` when something has arrived differently.
 */
export async function moveToPostgres(config: Config, url: string, progress: Progress): Promise<Moved> {
  const dataDir = resolve(config.dataDir)
  const path = join(dataDir, 'kugelaudio.db')
  if (!existsSync(path)) throw new Failure('NOT_FOUND', `There are no embedded data in ${dataDir}`)
  const letGo = holdFolder(controlSocketPath(dataDir))
  if (letGo === null) throw new Failure('CONFLICT', 'A server runs on these data: stop it first')
  try {
    const inTheWay = await tableInTheWay(url)
    if (inTheWay !== null)
      throw new Failure('CONFLICT', `The database is not empty (table ${inTheWay}): name an empty one`)
    const source = await openSqlite(path)
    const target = await openPostgres(url)
    try {
      const tables = await source.transaction((from) =>
        target.transaction((to) => moveTables(tablesOf(from), tablesOf(to), progress)),
      )
      const { intact, events, head } = await createAudit({ database: target }).verify(null)
      return { tables, audit: { intact, events, head } }
    } finally {
      await Promise.all([source.close(), target.close()])
    }
  } finally {
    letGo()
  }
}

const tablesOf = (query: Kysely<Schema>): Kysely<Tables> => query as unknown as Kysely<Tables>

async function moveTables(
  from: Kysely<Tables>,
  to: Kysely<Tables>,
  progress: Progress,
): Promise<MovedTable[]> {
  const moved: MovedTable[] = []
  for (const table of await tablesInOrder(from)) {
    const sent = await copyTable(from, to, table, progress)
    const arrived = await sumOf(rowsThere(to, table))
    if (arrived.rows !== sent.rows || arrived.checksum !== sent.checksum)
      throw new Failure('INTERNAL_ERROR', `${table} has not arrived as it was: nothing was moved`, {
        cause: { sent, arrived },
      })
    moved.push({ table, ...arrived })
  }
  await continueCounters(from, to)
  return moved
}

/** What is referred to comes before what refers to it. */
async function tablesInOrder(from: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string; refers: string | null }>`
    select t.name, k."table" as refers from sqlite_master as t left join pragma_foreign_key_list(t.name) as k
    where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'kysely_%' order by t.name`.execute(
    from,
  )
  const refersTo = Map.groupBy(rows, ({ name }) => name)
  const ordered = new Set<string>()
  const place = (name: string): void => {
    for (const { refers } of refersTo.get(name) ?? [])
      if (refers !== null && refers !== name && !ordered.has(refers)) place(refers)
    ordered.add(name)
  }
  for (const name of refersTo.keys()) place(name)
  return [...ordered]
}

async function copyTable(from: Kysely<Tables>, to: Kysely<Tables>, table: string, progress: Progress) {
  const { total } = await from
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const sum = new RowSum()
  for (let after = -1; ; ) {
    const { rows } = await sql<Record<string, unknown> & { moved_rowid: number }>`
      select rowid as moved_rowid, * from ${sql.table(table)} where rowid > ${after} order by rowid limit ${ROWS_TOGETHER}`.execute(
      from,
    )
    const last = rows.at(-1)
    if (last === undefined) break
    after = last.moved_rowid
    const values = rows.map(({ moved_rowid: _, ...row }) => row)
    for (const row of values) sum.add(row)
    await to
      .insertInto(table)
      .values(values)
      .execute()
      .catch((error: unknown) => {
        // As of a text that PostgreSQL cannot hold: whose it is must be findable.
        if (!(error instanceof Failure) || error.code !== 'VALIDATION_ERROR') throw error
        throw new Failure(
          'VALIDATION_ERROR',
          `${table}, after row ${sum.rows - values.length}: ${error.message}`,
        )
      })
    progress(table, sum.rows, total)
  }
  return sum.value
}

async function* rowsThere(to: Kysely<Tables>, table: string): AsyncGenerator<Record<string, unknown>> {
  await sql`declare moved no scroll cursor for select * from ${sql.table(table)}`.execute(to)
  for (;;) {
    const { rows } = await sql<Record<string, unknown>>`fetch ${sql.lit(ROWS_TOGETHER)} from moved`.execute(
      to,
    )
    if (rows.length === 0) break
    yield* rows
  }
  await sql`close moved`.execute(to)
}

async function sumOf(rows: AsyncIterable<Record<string, unknown>>) {
  const sum = new RowSum()
  for await (const row of rows) sum.add(row)
  return sum.value
}

/** Numbers that are given out go on from where they were, those of rows that are gone included. */
async function continueCounters(from: Kysely<Tables>, to: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as "table", column_name as "column" from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES'`.execute(to)
  const given = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(from)
  for (const { table, column } of rows) {
    const seq = given.rows.find(({ name }) => name === table)?.seq ?? 0
    if (seq > 0)
      await sql`select setval(pg_get_serial_sequence(${sql.lit(`"${table}"`)}, ${column}), ${seq}::bigint)`.execute(
        to,
      )
  }
}

/** A checksum of rows, in whatever order they come: the sum of the SHA-256 of each. */
class RowSum {
  rows = 0
  #sum = 0n

  add(row: Record<string, unknown>): void {
    this.rows++
    const hash = createHash('sha256').update(canonicalBytes(row)).digest('hex')
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % MODULUS
  }

  get value(): { rows: number; checksum: string } {
    return { rows: this.rows, checksum: this.#sum.toString(16).padStart(64, '0') }
  }
}
