import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Key, KeyList } from '@kugelaudio/contract'
import { SCOPES } from '@kugelaudio/contract'
import type { z } from 'zod'
import { createLastUsed, USES_WRITTEN_MS } from '../src/keys/last-used.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import type { Database } from '../src/store/database.ts'
import { writeUses } from '../src/store/key-uses.ts'
import { ManualClock } from './engines/manual-clock.ts'
import { openSocket } from './harness/frame-client.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { ofRequests } from './harness/statements.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const ANYONE = { accountId: null }

let server: TestServer
const statements: string[] = []
before(async () => {
  server = await startServer({ sawStatement: ofRequests(statements) })
})
after(() => server.stop())

const use = async (key: string, agent: string): Promise<void> => {
  const headers = { authorization: `Bearer ${key}`, 'user-agent': agent }
  assert.equal((await fetch(`${server.url}/v1/models`, { headers })).status, 200)
}

const shown = (id: string): Promise<Key> => server.operator.keys.get(ANYONE, id)

test('a key shows when, from where and by what it was last used, at most a minute late', async () => {
  assert.ok(USES_WRITTEN_MS < 60_000)
  const { id, key, last_used: unused } = await server.createKey()
  assert.equal(unused, null)
  await use(key, 'first/1')
  await use(key, 'second/2')
  const usedMs = server.clock.nowMs()
  assert.equal((await shown(id)).last_used, null, 'written on the way')
  server.clock.fire(USES_WRITTEN_MS)
  let { last_used: used } = await shown(id)
  for (let turns = 0; used === null && turns < 10_000; turns++) ({ last_used: used } = await shown(id))
  assert.deepEqual([used?.address, used?.agent], ['127.0.0.1', 'second/2'])
  assert.ok(Math.abs(Date.parse(used?.at ?? '') - usedMs) < 10_000)
})

test('the list shows it as well, over HTTP and on the command line', async () => {
  const { id, key } = await server.createKey({ scopes: [...SCOPES], name: 'listed' })
  await use(key, 'lister/1')
  await server.serving.flush()
  const answer = await fetch(`${server.url}/v1/api-keys?q=listed`, { headers: { 'x-api-key': key } })
  const { keys } = (await answer.json()) as z.infer<typeof KeyList>
  assert.equal(keys.find((one) => one.id === id)?.last_used?.agent, 'lister/1')
})

test('a use by a socket counts, and one that is refused does not', async () => {
  const { id, key } = await server.createKey()
  const client = await SpeakClient.open(server, {
    query: `?api_key=${key}`,
    headers: { 'user-agent': 'socket/1' },
  })
  await client.close()
  await server.serving.flush()
  assert.equal((await shown(id)).last_used?.agent, 'socket/1')
  const narrow = await server.createKey({ allowed_ips: ['203.0.113.0/24'] })
  await new SpeakClient(openSocket(server, '/ws/tts', narrow.key)).closed
  await server.serving.flush()
  assert.equal((await shown(narrow.id)).last_used, null)
})

test('verifying writes nothing, however often a key is used; all its uses are two statements', async () => {
  const { key } = await server.createKey()
  await use(key, 'warm/1')
  await server.serving.flush()
  statements.length = 0
  for (let i = 0; i < 50; i++) await use(key, 'busy/1')
  assert.deepEqual(
    statements.filter((sql) => !sql.startsWith('select')),
    [],
  )
  await server.serving.flush()
  assert.equal(statements.filter((sql) => /update/.test(sql)).length, 2)
})

test('after a rotation each secret has its own last use', async () => {
  const { id, key: old } = await server.createKey()
  const { key: current } = await server.operator.keys.rotate(
    ANYONE,
    id,
    { overlapSeconds: 3_600, idempotencyKey: null },
    OPERATOR,
  )
  await use(current, 'new/1')
  await server.serving.flush()
  assert.equal((await shown(id)).rotation?.old_last_used_at, null)
  server.clock.advance(1_000)
  await use(old, 'old/1')
  await server.serving.flush()
  const key = await shown(id)
  assert.equal(key.rotation?.old_last_used_at, key.last_used?.at)
  assert.equal(key.last_used?.agent, 'old/1')
  server.clock.advance(1_000)
  await use(current, 'new/2')
  await server.serving.flush()
  const later = await shown(id)
  assert.equal(later.rotation?.old_last_used_at, key.last_used?.at)
  assert.equal(later.last_used?.agent, 'new/2')
})

test('stopping writes what has not been written', async () => {
  const stopping = await startServer()
  const { id, key } = await stopping.createKey()
  await (
    await fetch(`${stopping.url}/v1/models`, { headers: { 'x-api-key': key, 'user-agent': 'last/1' } })
  ).text()
  await stopping.serving.stop()
  assert.equal((await stopping.operator.keys.get(ANYONE, id)).last_used?.agent, 'last/1')
  await stopping.stop().catch(() => {})
})

test('a later use is never overwritten by an earlier one', async () => {
  const { id } = await server.createKey()
  const { store } = server.operator
  const [secret] = await store.query
    .selectFrom('api_key_secret')
    .selectAll()
    .where('key_id', '=', id)
    .execute()
  assert.ok(secret)
  const at = (atMs: number) => ({ keyId: id, digest: secret.digest, atMs, address: null, agent: `${atMs}` })
  for (const atMs of [2_000, 1_000, 3_000, 2_999]) await writeUses(store, [at(atMs)])
  assert.equal((await shown(id)).last_used?.agent, '3000')
  const [after] = await store.query
    .selectFrom('api_key_secret')
    .selectAll()
    .where('key_id', '=', id)
    .execute()
  assert.equal(after?.last_used_at, 3_000)
})

test('thousands of keys are written in parts, each with its own use', async () => {
  const { importKeys, store } = server.operator
  const keys = Array.from({ length: 1_000 }, (_, at) => ({
    name: `bulk ${at}`,
    sha256: at.toString(16).padStart(64, '0'),
  }))
  const made = await importKeys(server.account.account_id, { keys, prefixes: [] }, OPERATOR)
  const secrets = await store.query.selectFrom('api_key_secret').selectAll().execute()
  const uses = made.map(({ id }, at) => ({
    keyId: id,
    digest: secrets.find((secret) => secret.key_id === id)?.digest ?? '',
    atMs: 5_000 + at,
    address: '203.0.113.7',
    agent: `agent ${at}`,
  }))
  await writeUses(store, uses)
  const rows = await store.query.selectFrom('api_key').selectAll().where('name', 'like', 'bulk %').execute()
  assert.equal(rows.length, 1_000)
  for (const row of rows) assert.equal(row.last_used_agent, `agent ${Number(row.last_used_at) - 5_000}`)
})

/** A database whose transactions do what the test says. */
function fakeDatabase(transaction: () => Promise<void>): Database {
  const run = async () => {
    await transaction()
    return undefined as never
  }
  return {
    query: server.operator.store.query,
    transaction: run,
    unsyncedTransaction: run,
    close: async () => {},
  }
}

test('while the database takes nothing, uses are kept up to a bound and written once it does', async () => {
  const clock = new ManualClock()
  const failures: unknown[] = []
  let isDown = true
  let transactions = 0
  const database = fakeDatabase(async () => {
    if (isDown) throw new Error('locked')
    transactions++
  })
  const lastUsed = createLastUsed({ database, clock, report: (error) => void failures.push(error) })
  for (let i = 0; i < 60_000; i++)
    lastUsed.note({ keyId: `key_${i}`, digest: `${i}`, atMs: i, address: null, agent: null })
  await lastUsed.flush()
  assert.ok(failures.length > 0)
  assert.equal(clock.timers, 1, 'tried again later')
  isDown = false
  await lastUsed.flush()
  assert.equal(transactions, 50_000 / 400, 'the newest 50,000 uses, 400 a statement')
  await lastUsed.close()
})

test('a client that says a great deal of itself is cut short', async () => {
  const { id, key } = await server.createKey()
  await use(key, 'x'.repeat(5_000))
  await server.serving.flush()
  assert.equal((await shown(id)).last_used?.agent?.length, 200)
})
