import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { Receipt } from '@kugelaudio/contract'
import fc from 'fast-check'
import { receiptSigner, verifyReceipt } from '../src/keys/receipts.ts'
import { until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectUnauthorized, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { Machine } from './harness/processes.ts'
import { connectTo, requestText } from './harness/raw-http.ts'
import { OPCODE, RawSocket, rawFrame } from './harness/raw-socket.ts'
import { type Frame, SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

/** Speaks for some seconds, a piece at a time. */
const SLOW_TEXT = '#slow:bf word '.repeat(300)
/** Minutes of audio, as fast as it can be made. */
const LONG_TEXT = 'word '.repeat(2_000)

const models = (key: string): Promise<Response> =>
  fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })

const isIdle = (): boolean =>
  server.serving.grants.size === 0 && server.engine.health().hosts.every(({ jobs }) => jobs === 0)

/** What still comes, until the socket has closed. */
async function restOf(client: SpeakClient): Promise<{ frames: Frame[]; code: number }> {
  const { code } = await client.closed
  return { frames: client.frames, code }
}

/** Forgets the audio that has come so far. */
function forgetAudio({ frames }: SpeakClient): void {
  frames.splice(0, frames.findLastIndex(({ kind }) => kind === 'audio') + 1)
}

/** That nothing came but the reason. */
function expectSevered({ frames, code }: { frames: Frame[]; code: number }): void {
  assert.deepEqual(
    frames.map(({ kind }) => kind),
    ['error'],
  )
  const [last] = frames
  assert.ok(last?.kind === 'error')
  assert.equal(last.frame.error_code, 'UNAUTHORIZED')
  assert.equal(last.frame.error, 'Invalid or missing API key')
  assert.equal(last.frame.code, 401)
  assert.match(last.frame.request_id, /^req_/)
  assert.equal(code, 4001)
}

test('the next request of a revoked key is refused', async () => {
  const { id, key } = await server.createKey()
  assert.equal((await models(key)).status, 200)
  await server.revokeKey(id)
  expectUnauthorized(await answerOf(await models(key)))
  expectUnauthorized(await answerOf(await generate(server, key, { text: 'word' })))
})

test('an idle socket of a revoked key is told why and closed with 4001', async () => {
  const { id, key } = await server.createKey()
  const client = await SpeakClient.open(server, key)
  const receipt = await server.revokeKey(id)
  assert.equal(receipt.streams_severed, 1)
  expectSevered(await restOf(client))
})

for (const [pace, text] of Object.entries({ 'a piece at a time': SLOW_TEXT, 'at full speed': LONG_TEXT })) {
  test(`a socket that is spoken to ${pace} gets no audio once the revocation has returned`, async () => {
    for (let round = 0; round < 5; round++) {
      const { id, key } = await server.createKey()
      const client = await SpeakClient.open(server, key)
      client.send({ text, normalize: false })
      for (let heard = 0; heard < 3; heard++) await client.nextOf('audio')
      await server.revokeKey(id)
      forgetAudio(client)
      expectSevered(await restOf(client))
    }
    await until(isIdle)
  })

  test(`a running HTTP answer ${pace} breaks off instead of ending`, async () => {
    const { id, key } = await server.createKey()
    const answer = await generate(server, key, { text, normalize: false })
    assert.equal(answer.status, 200)
    const reader = answer.body?.getReader()
    await reader?.read()
    const receipt = await server.revokeKey(id)
    assert.equal(receipt.streams_severed, 1)
    await assert.rejects(async () => {
      while (!(await reader?.read())?.done);
    })
    await until(isIdle)
  })
}

test('a revocation over HTTP, in the serving process itself, severs just as well', async () => {
  const { key: manager } = await server.createKey({ scopes: ['keys:manage'] })
  const { id, key } = await server.createKey()
  const client = await SpeakClient.open(server, key)
  client.send({ text: SLOW_TEXT, normalize: false })
  await client.nextOf('audio')
  const answer = await fetch(`${server.url}/v1/api-keys/${id}/revoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${manager}`, 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(answer.status, 200)
  forgetAudio(client)
  expectSevered(await restOf(client))
})

test("other keys' streams, of the same account too, go on to their end", async () => {
  const text = SLOW_TEXT.slice(0, 500)
  const undisturbed = await bytesOf(
    await generate(server, (await server.createKey()).key, { text, normalize: false }),
  )
  const { id, key } = await server.createKey()
  const other = await SpeakClient.open(server, (await server.createKey()).key)
  const answer = await generate(server, (await server.createKey()).key, { text, normalize: false })
  other.send({ text, normalize: false })
  await other.nextOf('audio')
  const client = await SpeakClient.open(server, key)
  assert.equal((await server.revokeKey(id)).streams_severed, 1)
  await client.closed
  assert.equal((await other.answer()).end.kind, 'final')
  assert.deepEqual(await bytesOf(answer), undisturbed)
  await other.close()
})

const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())

test('a reader that has stopped reading is cut too: its connection is broken, not drained', async () => {
  const { id, key } = await server.createKey()
  const body = JSON.stringify({ text: LONG_TEXT, sample_rate: 48_000 })
  const raw = await RawSocket.open(server, key)
  raw.connection.write(rawFrame(OPCODE.text, body))
  await raw.next()
  raw.connection.pause()
  const http = await connectTo(server.url)
  const headers = [`Authorization: Bearer ${key}`, 'Content-Type: application/json']
  http.write(requestText('POST /v1/tts/generate HTTP/1.1', headers, body))
  await once(http, 'data')
  http.pause()
  const broken = [raw.connection, http].map((connection) => {
    return new Promise<boolean>((resolve) => connection.on('close', resolve))
  })
  const receipt = await server.revokeKey(id)
  assert.equal(receipt.streams_severed, 2)
  assert.equal(server.serving.grants.size, 0)
  await until(isIdle)
  server.clock.fire(1_000)
  for (const connection of [raw.connection, http]) connection.resume()
  assert.deepEqual(await Promise.all(broken), [true, true], 'a connection ended as if all had been said')
})

test('the receipt names the epoch, this node, and exactly how many streams were severed', async () => {
  const { id, key } = await server.createKey()
  const clients = await Promise.all([1, 2, 3].map(() => SpeakClient.open(server, key)))
  clients[0]?.send({ text: SLOW_TEXT, normalize: false })
  await clients[0]?.nextOf('audio')
  const answers = await Promise.all(
    [1, 2].map(() => generate(server, key, { text: SLOW_TEXT, normalize: false })),
  )
  await models(key)
  const before = server.clock.nowMs()
  const receipt = await server.revokeKey(id)
  const { nodes, signature, signed_by, changed_at, settled_at, epoch, audit_head, ...rest } = receipt
  assert.match(audit_head ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    receipt: 'kugelaudio.authority.v1',
    change: 'key.revoked',
    key_id: id,
    account_id: server.account.account_id,
    streams_severed: 5,
  })
  assert.deepEqual(
    nodes.map(({ ms: _, ...node }) => node),
    [{ node: server.node, settled: 'applied' }],
  )
  assert.ok((nodes[0]?.ms ?? -1) >= 0)
  assert.ok(Date.parse(changed_at) >= before && Date.parse(settled_at) >= Date.parse(changed_at))
  assert.ok(epoch > 0 && signature.length > 0)
  assert.equal(signed_by, publicKey())
  for (const client of clients) await client.closed
  for (const answer of answers) await assert.rejects(answer.arrayBuffer())
})

const publicKey = (): string => server.operator.receiptKeys[0] ?? assert.fail('there is a key')

test('a receipt verifies, and no part of it can be changed', async () => {
  const { id } = await server.createKey()
  const receipt = await server.revokeKey(id)
  assert.equal(verifyReceipt(receipt, [publicKey()]).valid, true)
  assert.equal(verifyReceipt(JSON.parse(JSON.stringify(receipt)), [publicKey()]).valid, true)
  const fields = Object.keys(receipt) as (keyof Receipt)[]
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
      fc.pre(JSON.stringify(value) !== JSON.stringify(receipt[field]))
      assert.equal(verifyReceipt({ ...receipt, [field]: value }, [publicKey()]).valid, false)
    }),
    { numRuns: 500 },
  )
  const plausible: Partial<Receipt>[] = [
    { epoch: receipt.epoch + 1 },
    { streams_severed: receipt.streams_severed + 1 },
    { nodes: [] },
    { nodes: receipt.nodes.map((node) => ({ ...node, settled: 'lease expired' })) },
    { nodes: receipt.nodes.map((node) => ({ ...node, ms: node.ms + 0.001 })) },
    { key_id: null },
    { change: 'account.suspended' },
    { changed_at: new Date(0).toISOString() },
  ]
  for (const change of plausible) {
    const changed = { ...receipt, ...change }
    assert.ok(Receipt.safeParse(changed).success)
    assert.deepEqual(verifyReceipt(changed, [publicKey()]), {
      valid: false,
      reason: 'it has been changed since it was signed',
    })
  }
  for (const field of fields) {
    const { [field]: _, ...rest } = receipt
    assert.equal(verifyReceipt(rest, [publicKey()]).valid, false)
  }
  assert.equal(verifyReceipt({ ...receipt, more: 1 }, [publicKey()]).valid, false)
  assert.equal(verifyReceipt(receipt, [receiptSigner('another secret').publicKey]).valid, false)
})

test('a key that is revoked twice gets the same epoch', async () => {
  const { id } = await server.createKey()
  const first = await server.revokeKey(id)
  const second = await server.revokeKey(id)
  assert.equal(second.epoch, first.epoch)
  assert.equal(second.changed_at, first.changed_at)
  assert.equal(verifyReceipt(second, [publicKey()]).valid, true)
})

test('revocations are numbered in their order', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => server.createKey()))
  const epochs: number[] = []
  for (const { id } of keys) epochs.push((await server.revokeKey(id)).epoch)
  assert.deepEqual(
    epochs,
    epochs.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(epochs).size, 3)
})

test('a key that does not exist cannot be revoked', async () => {
  await assert.rejects(server.revokeKey('key_nothing'), { code: 'NOT_FOUND' })
})

test('a suspended account is refused at its next request, and its open sockets end', async () => {
  const accountId = await server.createAccount('suspended@example.com')
  const { key } = await server.createKey({ accountId })
  assert.equal((await models(key)).status, 200)
  const client = await SpeakClient.open(server, key)
  await server.suspendAccount(accountId)
  const answer = await models(key)
  assert.equal(answer.status, 403)
  assert.equal(await answer.text(), FORBIDDEN_BODY)
  await client.nextFailure('FORBIDDEN')
  assert.equal((await client.closed).code, 4003)
})

test('what another process writes past the log is seen at once, also by a server that has just caught up', async () => {
  const accountId = await server.createAccount('past-the-log@example.com')
  const { key } = await server.createKey({ accountId })
  const other = await SpeakClient.open(server, (await server.createKey()).key)
  await other.speak('word')
  for (let warm = 0; warm < 2; warm++) assert.equal((await models(key)).status, 200)
  await server.operator.store.query
    .updateTable('account')
    .set({ suspended_at: 1 })
    .where('id', '=', accountId)
    .execute()
  // A turn makes the server catch up with the log, in which there is nothing.
  assert.equal((await other.speak('word')).samples, toneSamples('word'))
  assert.equal((await models(key)).status, 403)
  await other.close()
})

test('where no server runs a revocation has no node to wait for', async () => {
  await using machine = await Machine.open()
  const { id } = await machine.createKey('test')
  const receipt = Receipt.parse(await machine.json(['key', 'revoke', id]))
  assert.deepEqual(receipt.nodes, [])
  assert.equal(receipt.streams_severed, 0)
})

for (const [pace, text] of Object.entries({ 'a piece at a time': SLOW_TEXT, 'at full speed': LONG_TEXT })) {
  test(`a server stopped while it speaks ${pace} cannot delay a revocation, and ends at most the frame that was leaving when it goes on`, async () => {
    await using machine = await Machine.open()
    const { child, url } = await machine.serve()
    const { id, key } = await machine.createKey('test')
    const client = await SpeakClient.open({ wsUrl: url.replace('http', 'ws') }, key)
    // Little enough that the system takes most of it: what it holds back of a slow reader goes on for a second.
    client.send({ text, normalize: false, sample_rate: 8_000 })
    for (let heard = 0; heard < 3; heard++) await client.nextOf('audio')
    child.kill('SIGSTOP')
    const { nodes } = Receipt.parse(await machine.json(['key', 'revoke', id]))
    assert.deepEqual(
      nodes.map(({ settled }) => settled),
      ['lease expired'],
    )
    assert.ok((nodes[0]?.ms ?? 0) >= 1_900)
    assert.equal(client.socket.readyState, client.socket.OPEN)
    client.frames.length = 0
    child.kill('SIGCONT')
    const rest = await restOf(client)
    // Of the frame that was leaving when it was stopped, a part may have left: its end has to follow, and nothing else.
    if (rest.frames[0]?.kind === 'audio') rest.frames.shift()
    expectSevered(rest)
    const refused = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    assert.equal(refused.status, 401)
  })
}
