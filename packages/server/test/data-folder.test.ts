import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqlite } from '../src/adapters/sqlite.ts'
import { makeFolder } from '../src/data-folder.ts'
import { Machine } from './harness/processes.ts'

test('a data folder and the ones above it are made, for their owner alone', () => {
  const above = mkdtempSync(join(tmpdir(), 'kugelaudio-test-'))
  const path = join(above, 'a', 'b')
  makeFolder(path)
  makeFolder(path)
  assert.equal(statSync(path).mode & 0o777, 0o700)
  rmSync(above, { recursive: true })
})

test('a data folder that cannot be made is an error, not an endless attempt', async () => {
  await assert.rejects(openSqlite('/proc/none/kugelaudio.db'), { code: 'ENOENT' })
})

test('a database of a newer version is refused, and left as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kugelaudio-test-'))
  const path = join(folder, 'kugelaudio.db')
  await (await openSqlite(path)).close()
  const file = new DatabaseSync(path)
  file.exec("insert into kysely_migration (name, timestamp) values ('9999-of-tomorrow', '2099-01-01')")
  await assert.rejects(openSqlite(path), /9999-of-tomorrow/)
  file.exec("delete from kysely_migration where name = '9999-of-tomorrow'")
  file.close()
  await (await openSqlite(path)).close()
  rmSync(folder, { recursive: true })
})

test('commands that begin at the same time on an empty folder all do their work', async () => {
  await using machine = await Machine.open()
  const made = ['a@example.com', 'b@example.com', 'c@example.com'].map((email) =>
    machine.runAlone(['account', 'create', '--email', email, '--name', 'A', '--json']),
  )
  const emails = (await Promise.all(made)).map(({ stdout }) => JSON.parse(stdout).email)
  assert.equal(new Set(emails).size, 3)
})
