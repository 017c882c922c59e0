import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RevocationLine } from '@kugelaudio/contract'
import { receiptSigner, verifyReceipt } from '../src/keys/receipts.ts'
import { RacingNode } from './harness/cluster.ts'
import { manage } from './harness/manage.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { postgresSetting, startServer, type TestServer } from './harness/test-server.ts'

const AS_LINES = { accept: 'application/jsonl' }

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

/** The lines of an answer, each as it comes. */
async function* linesOf(answer: Response): AsyncGenerator<RevocationLine> {
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield RevocationLine.parse(JSON.parse(line))
  }
  assert.equal(text, '', 'every line has its end')
}

const ofType = <Type extends RevocationLine['type']>(lines: RevocationLine[], type: Type) =>
  lines.filter((line): line is Extract<RevocationLine, { type: Type }> => line.type === type)

const statusOf = async ({ url }: TestServer, key: string): Promise<number> =>
  (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status

test('the first line says that it is in force here, and it is; the last are the receipts, and they verify', async () => {
  const { key: manager } = await server.createKey({ scopes: ['keys:manage'] })
  const keys = [await server.createKey(), await server.createKey()]
  const stream = await SpeakClient.open(server, keys[0]?.key ?? '')
  const ids = keys.map(({ id }) => id)
  const answer = await manage(server, manager, 'POST', '/v1/api-keys/revoke', { ids }, AS_LINES)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/jsonl/)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const lines = linesOf(answer)
  const first = (await lines.next()).value
  assert.ok(first?.type === 'settling')
  for (const { key } of keys) assert.equal(await statusOf(server, key), 401)
  assert.equal((await stream.closed).code, 4001)
  const rest = await Array.fromAsync(lines)
  const settling = ofType([first, ...rest], 'settling')
  const revoked = ofType(rest, 'revoked')
  assert.equal(settling.length + revoked.length, rest.length + 1)
  assert.deepEqual(
    revoked.map((line) => line.key.id),
    ids,
  )
  const signer = receiptSigner(server.secret)
  for (const { key, receipt } of revoked) {
    assert.ok(verifyReceipt(receipt, [signer.publicKey]).valid)
    const told = settling.find(({ key_id }) => key_id === key.id)
    assert.equal(told?.epoch, receipt.epoch)
    assert.deepEqual(told?.nodes, receipt.nodes)
    assert.deepEqual(told?.waiting, [])
    assert.equal(told?.streams_severed, receipt.streams_severed)
  }
  assert.equal(revoked[0]?.receipt.streams_severed, 1)
})

test('one JSON value is the answer to whoever does not ask for lines, or takes both', async () => {
  const { key: manager } = await server.createKey({ scopes: ['keys:manage'] })
  for (const accept of ['', '*/*', 'application/json, application/jsonl']) {
    const { id } = await server.createKey()
    const answer = await manage(server, manager, 'POST', `/v1/api-keys/${id}/revoke`, {}, { accept })
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.equal(((await answer.json()) as { key: { id: string } }).key.id, id)
  }
})

test('what is refused is refused by its status, as without lines, and nothing has happened', async () => {
  const { key: manager } = await server.createKey({ scopes: ['keys:manage'] })
  const { id, key } = await server.createKey()
  const other = await server.createAccount('other@example.com')
  const foreign = await server.createKey({ accountId: other })
  for (const [ids, status] of [
    [[id, 'key_nobody'], 404],
    [[id, foreign.id], 403],
    [[], 400],
  ] as const) {
    const answer = await manage(server, manager, 'POST', '/v1/api-keys/revoke', { ids }, AS_LINES)
    assert.equal(answer.status, status)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    await answer.body?.cancel()
  }
  assert.equal(await statusOf(server, key), 200)
  assert.equal(await statusOf(server, foreign.key), 200)
})

test('a key that ends itself hears all of it', async () => {
  const { id, key } = await server.createKey({ scopes: ['keys:manage'] })
  const other = await server.createKey()
  const ids = [other.id, id]
  const answer = await manage(server, key, 'POST', '/v1/api-keys/revoke', { ids }, AS_LINES)
  const lines = await Array.fromAsync(linesOf(answer))
  assert.deepEqual(
    ofType(lines, 'revoked').map((line) => line.key.id),
    ids,
  )
  assert.equal(await statusOf(server, key), 401)
})

test('with three nodes each is told of when it has taken it; one that stands still is waited for until its lease is over', async () => {
  await using postgres = await PostgresServer.open()
  const url = await createPostgresDatabase(postgres.url)
  const shared = await startServer({ environment: postgresSetting(url), engine: 'none' })
  const others = [new RacingNode(url, 0), new RacingNode(url, 0)]
  try {
    const [awake, still] = await Promise.all(others.map((node) => node.ready()))
    assert.ok(awake && still)
    const { key: manager } = await shared.createKey({ scopes: ['keys:manage'] })
    const { id, key } = await shared.createKey()
    await Promise.all(others.map((node) => node.watch([{ id, key }])))
    still.child.kill('SIGSTOP')
    const path = `/v1/api-keys/${id}/revoke`
    const answer = await manage(shared, manager, 'POST', path, {}, AS_LINES)
    const lines = linesOf(answer)
    const first = (await lines.next()).value
    assert.ok(first?.type === 'settling')
    assert.equal(first.nodes[0]?.node, shared.node)
    assert.ok(first.waiting.includes(still.name), 'it is told of while it is waited for')
    assert.equal(await statusOf(shared, key), 401)
    const rest = await Array.fromAsync(lines)
    const last = rest.pop()
    assert.ok(last?.type === 'revoked')
    const told = ofType([first, ...rest], 'settling')
    assert.deepEqual(told.at(-1)?.waiting, [still.name])
    assert.deepEqual(
      told.at(-1)?.nodes.map(({ node }) => node),
      [shared.node, awake.name],
    )
    const settled = Object.fromEntries(last.receipt.nodes.map((node) => [node.node, node.settled]))
    assert.deepEqual(settled, {
      [shared.node]: 'applied',
      [awake.name]: 'applied',
      [still.name]: 'lease expired',
    })
  } finally {
    for (const { child } of others) child.kill('SIGCONT')
    await Promise.all(others.map((node) => node.kill()))
    await shared.stop()
  }
})
