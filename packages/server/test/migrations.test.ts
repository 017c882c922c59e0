import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { Kysely, type TableMetadata } from 'kysely'
import { Migrator } from 'kysely/migration'
import { SharedFile } from '../src/adapters/sqlite/shared-file.ts'
import { sharedFileDialect } from '../src/adapters/sqlite/shared-file-dialect.ts'
import { MIGRATIONS } from '../src/store/migrate.ts'

/** From here on nodes of two versions may serve the same data: ADR 0031. */
const RULE_SINCE = '0017-canary'

const file = new DatabaseSync(':memory:')
const db = new Kysely<unknown>({ dialect: sharedFileDialect(new SharedFile(file, 0), 'full') })
const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
before(async () => {
  const [last] = Object.keys(MIGRATIONS)
    .filter((name) => name < RULE_SINCE)
    .reverse()
  const { error } = await migrator.migrateTo(last ?? assert.fail('there are some before'))
  assert.equal(error, undefined)
})
after(() => file.close())

/** Indexes and keys by which a table refuses rows, each by its columns. */
function uniqueOf(table: string): string[] {
  const indexes = file.prepare('select name from pragma_index_list(?) where "unique" = 1').all(table)
  return indexes.map(({ name }) => {
    const columns = file.prepare('select name from pragma_index_info(?)').all(String(name))
    return columns.map((column) => column['name']).join(', ')
  })
}

type Shape = { tables: TableMetadata[]; unique: Map<string, string[]> }
async function shape(): Promise<Shape> {
  const tables = await db.introspection.getTables()
  return { tables, unique: new Map(tables.map(({ name }) => [name, uniqueOf(name)])) }
}

/** What the version before a migration could no longer do after it. */
function broken(before: Shape, after: Shape): string[] {
  return before.tables.flatMap((table) => {
    const now = after.tables.find(({ name }) => name === table.name)
    if (now === undefined) return [`${table.name} is gone`]
    const columns = table.columns.flatMap((column) => {
      const same = now.columns.find(({ name }) => name === column.name)
      if (same === undefined) return [`${table.name}.${column.name} is gone`]
      if (same.dataType !== column.dataType) return [`${table.name}.${column.name} has another type`]
      return same.isNullable === column.isNullable
        ? []
        : [`${table.name}.${column.name} takes null otherwise`]
    })
    const added = now.columns
      .filter(({ name }) => !table.columns.some((column) => column.name === name))
      .filter(({ isNullable, hasDefaultValue }) => !isNullable && !hasDefaultValue)
      .map(({ name }) => `${table.name}.${name} must be written by those who do not know it`)
    const refusing = (after.unique.get(table.name) ?? [])
      .filter((index) => !before.unique.get(table.name)?.includes(index))
      .map((index) => `${table.name} takes no two rows with the same ${index}`)
    return [...columns, ...added, ...refusing]
  })
}

for (const name of Object.keys(MIGRATIONS).filter((name) => name >= RULE_SINCE)) {
  test(`${name} leaves the version before it all that it reads and writes`, async () => {
    const before = await shape()
    const { error } = await migrator.migrateTo(name)
    assert.equal(error, undefined)
    assert.deepEqual(broken(before, await shape()), [])
  })
}

test('a migration that takes something away, or asks for something new, would be found', async () => {
  const before = await shape()
  file.exec(`
    create unique index only_one on dictionary (name);
    alter table dictionary add column must text not null default 'x';
    alter table voice drop column quality;
    alter table webhook rename to hook;
    create table account2 as select * from account`)
  assert.deepEqual(broken(before, await shape()), [
    'dictionary takes no two rows with the same name',
    'voice.quality is gone',
    'webhook is gone',
  ])
})
