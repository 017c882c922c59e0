import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Machine, type Served } from './harness/processes.ts'

const WRITER = fileURLToPath(new URL('harness/key-writer.ts', import.meta.url))
/** Each interrupts up to `LINES_MAX` operations; `CRASH_KILLS=…` does more of them. */
const KILLS = Number(process.env['CRASH_KILLS'] ?? 18)
/** Writers that run at a time, on one database. */
const LANES = 2
/** Times that the server is killed meanwhile. */
const SERVER_KILLS = 3
/** A writer is killed after at most so many lines. */
const LINES_MAX = 80

/** What was acknowledged before anybody was killed. */
const created = new Map<string, string>()
const revoking = new Set<string>()
const revoked = new Map<string, number>()

let machine: Machine
let served: Served
before(async () => {
  machine = await Machine.open()
  await machine.json(['account', 'create', '--email', 'ada@example.com', '--name', 'Ada'])
  served = await machine.serve()
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let kill = 1; kill <= KILLS / LANES; kill++) {
      const epochs = await writeUntilKilled(Math.floor(Math.random() * LINES_MAX))
      assert.equal(new Set(epochs).size, epochs.length, 'no epoch twice')
      // The server is killed beside writers that go on.
      if (lane !== 0 || kill % Math.floor(KILLS / LANES / SERVER_KILLS) !== 0) continue
      await served.stop('SIGKILL')
      served = await machine.serve()
    }
  })
  await Promise.all(lanes)
})
after(() => machine[Symbol.asyncDispose]())

/** Runs a writer and kills it at some moment after so many lines; returns the epochs it was told, in order. */
async function writeUntilKilled(lines: number): Promise<number[]> {
  const child = machine.start(process.execPath, [WRITER, 'ada@example.com'])
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
    if (text.split('\n').length > lines + 1) child.kill('SIGKILL')
  })
  let complaint = ''
  child.stderr?.on('data', (chunk) => (complaint += chunk))
  await once(child, 'close')
  assert.equal(child.signalCode, 'SIGKILL', complaint)
  const epochs: number[] = []
  for (const line of text.split('\n').slice(0, -1)) {
    const [what, id = '', more = ''] = line.split(' ')
    if (what === 'created') created.set(id, more)
    if (what === 'revoking') revoking.add(id)
    if (what !== 'revoked') continue
    revoked.set(id, Number(more))
    epochs.push(Number(more))
  }
  return epochs
}

const query = <Row>(sql: string): Row[] => {
  const database = new DatabaseSync(join(machine.dataDir, 'kugelaudio.db'), { readOnly: true })
  try {
    return database.prepare(sql).all() as Row[]
  } finally {
    database.close()
  }
}

const statusOf = async (key: string): Promise<number> => {
  const answer = await fetch(`${served.url}/v1/models`, { headers: { 'x-api-key': key } })
  await answer.arrayBuffer()
  return answer.status
}

test(`${KILLS} kills have interrupted real work`, () => {
  assert.ok(created.size > 10 * KILLS, `${created.size} keys`)
  assert.ok(revoked.size > 2 * KILLS, `${revoked.size} revocations`)
  assert.ok(revoking.size > revoked.size, 'some were in the middle of it')
})

test('every key whose creation was acknowledged is there and works, unless its revocation had begun', async () => {
  for (const [id, key] of created) {
    if (!revoking.has(id)) assert.equal(await statusOf(key), 200, id)
  }
})

test('every revocation that was acknowledged is effective', async () => {
  for (const id of revoked.keys()) assert.equal(await statusOf(created.get(id) ?? ''), 401, id)
})

test('a revocation that was not acknowledged has happened wholly or not at all', async () => {
  const inLog = new Set(
    query<{ key_id: string }>('select key_id from authority_log').map((row) => row.key_id),
  )
  for (const id of revoking) {
    if (!revoked.has(id)) assert.equal(await statusOf(created.get(id) ?? ''), inLog.has(id) ? 401 : 200, id)
  }
})

test('no row is half written', () => {
  const none: Record<string, string> = {
    'keys without a secret': 'select id from api_key where id not in (select key_id from api_key_secret)',
    'secrets without a key': 'select digest from api_key_secret where key_id not in (select id from api_key)',
    'revoked keys that no change of authority explains':
      "select id from api_key where revoked_at is not null and id not in (select key_id from authority_log where change = 'key.revoked')",
    'changes of authority that have not happened':
      "select key_id from authority_log where change = 'key.revoked' and key_id not in (select id from api_key where revoked_at is not null)",
    'keys revoked twice':
      "select key_id from authority_log where change = 'key.revoked' group by key_id having count(*) > 1",
    'keys whose creation is not in the audit log':
      "select id from api_key where id not in (select target from audit_event where action = 'key.created')",
    'revocations that are not in the audit log':
      "select id from api_key where revoked_at is not null and id not in (select target from audit_event where action = 'key.revoked')",
  }
  for (const [what, sql] of Object.entries(none)) assert.deepEqual(query(sql), [], what)
})

test('epochs rise strictly in the order of their changes, and receipts tell the ones of the log', () => {
  const rows = query<{ epoch: number; key_id: string; changed_at: number }>(
    'select epoch, key_id, changed_at from authority_log order by epoch',
  )
  const epochByKey = new Map(rows.map(({ epoch, key_id }) => [key_id, epoch]))
  for (const [id, epoch] of revoked) assert.equal(epochByKey.get(id), epoch, id)
  assert.equal(new Set(rows.map(({ epoch }) => epoch)).size, rows.length)
})

test('the chain of the audit log is whole', () => {
  const rows = query<{ previous: string; hash: string }>(
    'select previous, hash from audit_event order by seq',
  )
  for (const [at, { previous }] of rows.entries()) {
    if (at > 0) assert.equal(previous, rows[at - 1]?.hash, `event ${at}`)
  }
  assert.ok(rows.length >= created.size)
})

test('the database is sound', () => {
  assert.deepEqual(query<{ integrity_check: string }>('pragma integrity_check').map(Object.values), [['ok']])
  assert.deepEqual(query('pragma foreign_key_check'), [])
})
