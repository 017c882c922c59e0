import { Kysely, PostgresDialect, sql } from 'kysely'
import { openPool, READS } from './connection.ts'

/** Of the migrations: tables with such names are there in an empty database of ours too. */
const MIGRATION_TABLES = 'kysely_%'

/** A table of a database that holds rows, or is none of ours; null when the database is empty. */
export async function tableInTheWay(url: string): Promise<string | null> {
  const pool = openPool(url, READS)
  const query = new Kysely<Record<string, Record<string, unknown>>>({
    dialect: new PostgresDialect({ pool }),
  })
  try {
    const { rows } = await sql<{ name: string; ours: boolean }>`
      select table_name as name, to_regclass('kysely_migration') is not null as ours
      from information_schema.tables
      where table_schema = current_schema() and table_name not like ${MIGRATION_TABLES} order by table_name`.execute(
      query,
    )
    for (const { name, ours } of rows) {
      if (!ours) return name
      const found = await query.selectFrom(name).select(sql`1`.as('one')).limit(1).executeTakeFirst()
      if (found !== undefined) return name
    }
    return null
  } finally {
    await pool.end()
  }
}
