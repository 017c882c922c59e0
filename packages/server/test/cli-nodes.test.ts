import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Receipt } from '@kugelaudio/contract'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { Machine } from './harness/processes.ts'
import { postgresSetting } from './harness/test-server.ts'

let server: PostgresServer
before(async () => {
  server = await PostgresServer.open()
})
after(() => server[Symbol.asyncDispose]())

const statusOf = async (url: string, key: string): Promise<number> =>
  (await fetch(`${url}/v1/models`, { headers: { 'x-api-key': key } })).status

test('the address of a database is all that makes one of many nodes: commands reach them all, doctor names them', async () => {
  const setting = postgresSetting(await createPostgresDatabase(server.url))
  await using machine = await Machine.open(setting)
  const { id, key } = await machine.createKey('shared')
  const nodes = await Promise.all([machine.serve(), machine.serve()])
  for (const { url } of nodes) assert.equal(await statusOf(url, key), 200)
  const receipt = await machine.json<Receipt>(['key', 'revoke', id])
  for (const { url } of nodes) assert.equal(await statusOf(url, key), 401)
  assert.deepEqual(
    receipt.nodes.map(({ settled }) => settled),
    ['applied', 'applied'],
  )
  assert.equal(new Set(receipt.nodes.map(({ node }) => node)).size, 2)
  const { stdout } = await machine.run(['doctor'])
  for (const { node } of receipt.nodes)
    assert.ok(stdout.includes(`${node} (epoch ${receipt.epoch}, holds its lease, http://127.0.0.1:`), stdout)
  const { password } = new URL(setting['KUGELAUDIO_DATABASE_URL'] ?? '')
  assert.ok(!stdout.includes(`:${password}@`))
  await nodes[0].stop()
  const gone = await machine.createKey('second')
  const { nodes: left } = await machine.json<Receipt>(['key', 'revoke', gone.id])
  assert.equal(left.length, 1, 'a node that has stopped in order is not waited for')
})

test('a database without a secret, and one that is not there, are told of in a sentence', async () => {
  const url = await createPostgresDatabase(server.url)
  await using bare = await Machine.open({ KUGELAUDIO_DATABASE_URL: url })
  const without = await bare.run(['key', 'list'])
  assert.equal(without.code, 1)
  assert.match(without.stderr, /^KUGELAUDIO_DATABASE_URL needs KUGELAUDIO_SECRET, the same on every node/)
  await using lost = await Machine.open(postgresSetting('postgres://nobody:word@127.0.0.1:1/none'))
  const away = await lost.run(['key', 'list'])
  assert.equal(away.code, 1)
  assert.match(away.stderr, /^The database is not available/)
  assert.ok(!away.stderr.includes('word'))
})
