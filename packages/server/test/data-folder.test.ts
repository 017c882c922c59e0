import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from '../src/adapters/sqlite.ts'
import { makeFolder } from '../src/data-folder.ts'

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
