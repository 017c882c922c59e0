import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { provedLines, Receipt, ROUTES, type Route } from '@kugelaudio/contract'
import { z } from 'zod'
import { receiptSigner, verifyReceipt } from '../src/keys/receipts.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { RacingNode } from './harness/cluster.ts'
import { manage, mintToken } from './harness/manage.ts'
import { memberOf, type Person } from './harness/person.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { postgresSetting, startServer, type TestServer } from './harness/test-server.ts'

const AS_LINES = { accept: 'application/jsonl' }

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

/** What is common to the lines of all changes. */
const Line = provedLines(z.looseObject({ receipt: Receipt }))
type Line = z.infer<typeof Line>

/** The lines of an answer, each as it comes. */
async function* linesOf(answer: Response, schema: z.ZodType<unknown> = Line): AsyncGenerator<Line> {
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield Line.parse(schema.parse(JSON.parse(line)))
  }
  assert.equal(text, '', 'every line has its end')
}

const ofType = <Type extends Line['type']>(lines: Line[], type: Type) =>
  lines.filter((line): line is Extract<Line, { type: Type }> => line.type === type)

const keyIdOf = ({ receipt }: { receipt: Receipt }): string | null => receipt.key_id

const settledBy = ({ nodes }: Receipt): Record<string, string> =>
  Object.fromEntries(nodes.map(({ node, settled }) => [node, settled]))

/** A call of an operation that has a receipt. */
type Wish = { path: string; body?: unknown }

/** Every operation that has a receipt, each about something of its own. */
async function wishes(at: TestServer): Promise<Record<string, Wish>> {
  const [changed, revoked, both, rotated, minting] = await Promise.all(
    Array.from({ length: 5 }, () => at.createKey()),
  )
  assert.ok(changed && revoked && both && rotated && minting)
  const [promoted, leaving] = await Promise.all([
    memberOf(at, { role: 'viewer' }),
    memberOf(at, { role: 'viewer' }),
  ])
  const [upgraded, suspended, resumed] = await Promise.all(
    ['up', 'off', 'on'].map((name) => at.createAccount(`${name}@example.com`)),
  )
  await at.suspendAccount(resumed ?? '')
  await at.operator.keys.rotate(
    { accountId: null },
    rotated.id,
    { overlapSeconds: 600, idempotencyKey: null },
    OPERATOR,
  )
  const token = await mintToken(at, minting.key)
  const accounts = '/v1/operator/accounts'
  return {
    changeKey: { path: `/v1/api-keys/${changed.id}`, body: { scopes: ['voices:read'] } },
    revokeKey: { path: `/v1/api-keys/${revoked.id}/revoke`, body: {} },
    revokeKeys: { path: '/v1/api-keys/revoke', body: { ids: [both.id] } },
    changeRotation: { path: `/v1/api-keys/${rotated.id}/rotation`, body: { overlap_seconds: 0 } },
    revokeToken: { path: `/v1/tokens/${token.id}` },
    changeMember: { path: `/v1/members/${promoted.userId}`, body: { role: 'developer' } },
    removeMember: { path: `/v1/members/${leaving.userId}` },
    changeOperatedAccount: { path: `${accounts}/${upgraded}`, body: { plan: 'starter' } },
    suspendAccount: { path: `${accounts}/${suspended}/suspend`, body: {} },
    resumeAccount: { path: `${accounts}/${resumed}/resume` },
  }
}

/** The lines with which a call is answered. */
async function told(person: Person, [name, { path, body }]: [string, Wish]): Promise<Line[]> {
  const { method, answer } = (ROUTES as Record<string, Route>)[name] ?? assert.fail(name)
  assert.ok('json' in answer && answer.lines !== undefined, name)
  const response = await person.ask(method, path, {
    headers: AS_LINES,
    ...(body === undefined ? {} : { body }),
  })
  assert.equal(response.status, 200, name)
  return await Array.fromAsync(linesOf(response, answer.lines))
}

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
  const revoked = ofType(rest, 'proved')
  assert.equal(settling.length + revoked.length, rest.length + 1)
  assert.deepEqual(
    revoked.map((line) => keyIdOf(line)),
    ids,
  )
  const signer = receiptSigner(server.secret)
  for (const { receipt } of revoked) {
    assert.ok(verifyReceipt(receipt, [signer.publicKey]).valid)
    const told = settling.find(({ key_id }) => key_id === receipt.key_id)
    assert.equal(told?.epoch, receipt.epoch)
    assert.deepEqual(told?.nodes, receipt.nodes)
    assert.deepEqual(told?.waiting, [])
    assert.equal(told?.streams_severed, receipt.streams_severed)
  }
  assert.equal(revoked[0]?.receipt.streams_severed, 1)
})

test('whatever ends with a receipt is told line by line to whoever asks for that: how far it has come, then its answer', async () => {
  const owner = await memberOf(server, { role: 'owner' })
  const all = await wishes(server)
  const withReceipt = Object.entries(ROUTES as Record<string, Route>).filter(
    ([, { answer, operationId }]) =>
      operationId === 'revokeKeys' ||
      ('json' in answer && answer.json instanceof z.ZodObject && 'receipt' in answer.json.shape),
  )
  assert.deepEqual(Object.keys(all).toSorted(), withReceipt.map(([name]) => name).toSorted())
  const signer = receiptSigner(server.secret)
  for (const wish of Object.entries(all)) {
    const lines = await told(owner, wish)
    const last = lines.pop()
    assert.ok(last?.type === 'proved', wish[0])
    assert.ok(verifyReceipt(last.receipt, [signer.publicKey]).valid)
    const ofIt = ofType(lines, 'settling').filter(({ epoch }) => epoch === last.receipt.epoch)
    const { type: _, waiting, ...settling } = ofIt.at(-1) ?? assert.fail(wish[0])
    assert.deepEqual(waiting, [])
    assert.partialDeepStrictEqual(last.receipt, settling)
  }
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
    ofType(lines, 'proved').map((line) => keyIdOf(line)),
    ids,
  )
  assert.equal(await statusOf(server, key), 401)
})

test('with three nodes each is told of when it has taken it; one that stands still is waited for until its lease is over', async () => {
  await using postgres = await PostgresServer.open()
  const url = await createPostgresDatabase(postgres.url)
  const shared = await startServer({ environment: postgresSetting(url), engine: 'none' })
  const nodes = [new RacingNode(url, 0), new RacingNode(url, 0)]
  try {
    const [awake, still] = await Promise.all(nodes.map((node) => node.ready()))
    assert.ok(awake && still)
    const { key: manager } = await shared.createKey({ scopes: ['keys:manage'] })
    const { id, key } = await shared.createKey()
    const owner = await memberOf(shared, { role: 'owner' })
    const { revokeKey: _, ...others } = await wishes(shared)
    await Promise.all(nodes.map((node) => node.watch([{ id, key }])))
    still.child.kill('SIGSTOP')
    const path = `/v1/api-keys/${id}/revoke`
    const answer = await manage(shared, manager, 'POST', path, {}, AS_LINES)
    const meanwhile = Promise.all(Object.entries(others).map((wish) => told(owner, wish)))
    const lines = linesOf(answer)
    const first = (await lines.next()).value
    assert.ok(first?.type === 'settling')
    assert.equal(first.nodes[0]?.node, shared.node)
    assert.ok(first.waiting.includes(still.name), 'it is told of while it is waited for')
    assert.equal(await statusOf(shared, key), 401)
    const rest = await Array.fromAsync(lines)
    const last = rest.pop()
    assert.ok(last?.type === 'proved')
    const settling = ofType([first, ...rest], 'settling')
    assert.deepEqual(settling.at(-1)?.waiting, [still.name])
    assert.deepEqual(
      settling.at(-1)?.nodes.map(({ node }) => node),
      [shared.node, awake.name],
    )
    assert.deepEqual(settledBy(last.receipt), {
      [shared.node]: 'applied',
      [awake.name]: 'applied',
      [still.name]: 'lease expired',
    })
    for (const lines of await meanwhile) {
      const proof = lines.at(-1)
      assert.ok(proof?.type === 'proved')
      assert.deepEqual(settledBy(proof.receipt), settledBy(last.receipt), proof.receipt.change)
      for (const { nodes, waiting } of ofType(lines, 'settling'))
        assert.deepEqual(
          new Set([...nodes.map(({ node }) => node), ...waiting]),
          new Set([shared.node, awake.name, still.name]),
          'each line has every node: taken or waited for',
        )
    }
  } finally {
    for (const { child } of nodes) child.kill('SIGCONT')
    await Promise.all(nodes.map((node) => node.kill()))
    await shared.stop()
  }
})
