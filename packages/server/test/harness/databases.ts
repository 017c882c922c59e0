import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { openPostgres } from '../../src/adapters/postgres.ts'
import { openSqlite } from '../../src/adapters/sqlite.ts'
import type { Database } from '../../src/store/database.ts'
import { MEMORY_FOLDER } from './memory-folder.ts'
import { createPostgresDatabase, PostgresServer } from './postgres.ts'

/** An empty database, which may be opened several times. */
export type TestDatabase = { open(): Promise<Database> }

let folder: string | null = null
let server: Promise<PostgresServer> | null = null

/** Both kinds of database: what is promised of one is promised of the other. */
export const DATABASES: readonly { name: string; create(): Promise<TestDatabase> }[] = [
  {
    name: 'SQLite',
    async create() {
      folder ??= mkdtempSync(join(MEMORY_FOLDER, 'kugelaudio-test-'))
      const path = join(folder, `${randomBytes(8).toString('hex')}.db`)
      return { open: () => openSqlite(path) }
    },
  },
  {
    name: 'PostgreSQL',
    async create() {
      server ??= PostgresServer.open()
      const url = await createPostgresDatabase((await server).url)
      return { open: () => openPostgres(url) }
    },
  },
]

after(async () => {
  if (folder !== null) rmSync(folder, { recursive: true, force: true })
  await (await server)?.[Symbol.asyncDispose]()
})
