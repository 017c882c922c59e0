import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OPERATOR } from '../src/store/audit-log.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let figuresUrl: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_METRICS_PORT: '0' } })
  const line = server.logged.find((text) => text.includes('serving figures')) ?? assert.fail('it says where')
  const { host, port } = JSON.parse(line)
  assert.equal(host, '127.0.0.1')
  figuresUrl = `http://127.0.0.1:${port}`
})
after(() => server.stop())

/** The samples of Prometheus' text format, by name and labels as they are written. */
async function figures(): Promise<Map<string, number>> {
  const answer = await fetch(`${figuresUrl}/metrics`)
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const samples = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

/** By how much each of these has grown during an act. */
async function growth(names: string[], act: () => Promise<unknown>): Promise<number[]> {
  const before = await figures()
  await act()
  const after = await figures()
  return names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0))
}

const statusOf = async (key: string): Promise<number> =>
  (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

test('verifications are counted by what came of them, lookups by where the key was found', async () => {
  const { key, id } = await server.createKey()
  await statusOf(key)
  const counted = ['ACCEPTED', 'UNAUTHORIZED'].map(
    (result) => `kugelaudio_verifications_total{result="${result}"}`,
  )
  const found = ['memory', 'database'].map((from) => `kugelaudio_key_lookups_total{from="${from}"}`)
  const [accepted, refused, memory, database] = await growth([...counted, ...found], async () => {
    for (let i = 0; i < 3; i++) assert.equal(await statusOf(key), 200)
    await server.revokeKey(id)
    assert.equal(await statusOf(key), 401)
    assert.equal(await statusOf('ka_not_a_key'), 401)
  })
  assert.deepEqual([accepted, refused], [3, 2])
  assert.ok((memory ?? 0) >= 1, 'a key that was seen is found in memory')
  assert.ok((database ?? 0) >= 1, 'a key that was revoked is looked for')
})

test('each change of authority is counted with the time until it held everywhere, and the streams it ended', async () => {
  const { key, id } = await server.createKey()
  const client = await SpeakClient.open(server, key)
  assert.equal((await figures()).get('kugelaudio_sockets_open'), 1)
  const window = 'kugelaudio_revocation_window_seconds'
  const names = [`${window}_count{change="key.revoked"}`, `${window}_bucket{le="+Inf",change="key.revoked"}`]
  let epoch = 0
  const grown = await growth([...names, 'kugelaudio_streams_severed_total'], async () => {
    const [revoked] = await server.serving.keys.revoke({ accountId: null }, [id], null, OPERATOR)
    epoch = revoked?.receipt.epoch ?? assert.fail('it was revoked')
  })
  assert.deepEqual(grown, [1, 1, 1])
  assert.equal((await client.closed).code, 4001)
  const now = await figures()
  assert.equal(now.get('kugelaudio_applied_epoch'), epoch)
  assert.equal(now.get('kugelaudio_lease_held'), 1)
})

test('a turn is seen while it is spoken, its silence before the first audio when it is heard', async () => {
  const { key } = await server.createKey()
  const grown = await growth(['kugelaudio_first_audio_seconds_count'], async () => {
    await bytesOf(await generate(server, key, { text: 'Hello' }))
  })
  assert.deepEqual(grown, [1])
  const now = await figures()
  for (const name of ['streams_open', 'engine_jobs_waiting']) assert.equal(now.get(`kugelaudio_${name}`), 0)
  assert.equal(now.get('kugelaudio_engine_hosts{state="ready"}'), 1)
  assert.ok((now.get('process_resident_memory_bytes') ?? 0) > 0)
})

test('nothing in the figures names an account, a key or its text, or grows with what callers send', async () => {
  const { key, id } = await server.createKey({ name: 'a-telling-name' })
  await statusOf(key)
  const own = async () => [...(await figures()).keys()].filter((name) => name.startsWith('kugelaudio_'))
  const before = await own()
  for (let i = 0; i < 20; i++) {
    const other = await server.createKey()
    await statusOf(other.key)
    await statusOf(`${key}${i}`)
    await fetch(`${server.url}/v1/nowhere-${i}`)
  }
  const text = await (await fetch(`${figuresUrl}/metrics`)).text()
  assert.deepEqual(await own(), before)
  for (const secret of [key, id, server.account.account_id, 'a-telling-name', server.secret])
    assert.ok(!text.includes(secret))
})

test('figures are nowhere on the public port, and nothing else is on theirs', async () => {
  assert.equal((await fetch(`${server.url}/metrics`)).status, 404)
  assert.equal((await fetch(`${figuresUrl}/v1/models`)).status, 404)
  assert.equal((await fetch(`${figuresUrl}/metrics`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`${figuresUrl}/metrics?x=1`)).status, 200)
})
