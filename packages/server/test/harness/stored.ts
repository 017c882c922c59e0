import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { TestServer } from './test-server.ts'

/** All that a server's database keeps, byte by byte where it is a file: for what must not be in it. */
export async function storedBytes(server: TestServer): Promise<Buffer> {
  const { store, isShared } = server.operator
  if (!isShared) {
    const files = ['kugelaudio.db', 'kugelaudio.db-wal']
    return Buffer.concat(files.map((name) => readFileSync(join(server.dataDir, name))))
  }
  const tables = await store.query.introspection.getTables()
  const rows = await Promise.all(
    tables.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(store.query)),
  )
  return Buffer.from(JSON.stringify(rows.map((result) => result.rows)))
}
