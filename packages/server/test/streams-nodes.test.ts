import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KeyAndReceipt, type Receipt } from '@kugelaudio/contract'
import { OPERATOR } from '../src/store/audit-log.ts'
import { manage, mintToken } from './harness/manage.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { postgresSetting, startServer, type TestServer } from './harness/test-server.ts'

const NODES = 3
/** Minutes of audio: longer than what is buffered on the way to somebody who does not read. */
const LONG = { text: 'word '.repeat(1_500), normalize: false }

let postgres: PostgresServer
let nodes: TestServer[]
before(async () => {
  postgres = await PostgresServer.open()
  const environment = postgresSetting(await createPostgresDatabase(postgres.url))
  nodes = [await startServer({ environment })]
  while (nodes.length < NODES) nodes.push(await startServer({ environment, isEmpty: true }))
})
after(async () => {
  for (const node of nodes) await node.stop()
  await postgres[Symbol.asyncDispose]()
})

const at = (place: number): TestServer => nodes[place] ?? assert.fail('there is no such node')

/** A socket that has begun to speak. */
async function speaking(node: TestServer, key: string): Promise<SpeakClient> {
  const socket = await SpeakClient.open(node, key)
  socket.send(LONG)
  assert.equal((await socket.next()).kind, 'audio')
  return socket
}

/** An answer that has begun to be heard. */
async function answering(node: TestServer, key: string) {
  const answer = await generate(node, key, LONG)
  assert.equal(answer.status, 200)
  const reader = answer.body?.getReader()
  assert.ok((await reader?.read())?.value)
  return reader ?? assert.fail('it has a body')
}

const streamsOf = (keyId: string): number[] => nodes.map(({ serving }) => serving.streams.ofKey(keyId))

async function expectClosed(sockets: SpeakClient[], code: number): Promise<void> {
  for (const socket of sockets) {
    assert.equal((await socket.closed).code, code)
    assert.equal(socket.frames.at(-1)?.kind, 'error')
  }
}

function expectEverywhere(receipt: Receipt, streams: number): void {
  assert.deepEqual(
    receipt.nodes.map(({ node, settled }) => [node, settled]).toSorted(),
    nodes.map(({ node }) => [node, 'applied']).toSorted(),
  )
  assert.equal(receipt.streams_severed, streams)
}

test('a key revoked on one node ends its sockets and answers on all of them by the time the call returns', async () => {
  const { key: manager } = await at(0).createKey({ scopes: ['keys:manage'] })
  const { id, key } = await at(0).createKey()
  const other = await at(0).createKey()
  const sockets = await Promise.all(nodes.map((node) => speaking(node, key)))
  const answers = await Promise.all(nodes.map((node) => answering(node, key)))
  const undisturbed = await speaking(at(1), other.key)
  assert.deepEqual(streamsOf(id), [2, 2, 2])

  const revoked = await manage(at(0), manager, 'POST', `/v1/api-keys/${id}/revoke`, {})
  assert.deepEqual(streamsOf(id), [0, 0, 0], 'nothing of it is open when the answer is there')
  const { receipt } = KeyAndReceipt.parse(await revoked.json())
  expectEverywhere(receipt, sockets.length + answers.length)
  await expectClosed(sockets, 4001)
  for (const reader of answers)
    await assert.rejects(async () => {
      while (!(await reader.read()).done);
    })
  for (const node of nodes) assert.equal((await generate(node, key, LONG)).status, 401)
  undisturbed.send({ cancel: true })
  assert.equal((await undisturbed.answer()).end.kind, 'interrupted')
  undisturbed.close()
})

test('a token minted on one node dies on another with its key, which was revoked on a third', async () => {
  const { id, key } = await at(0).createKey()
  const { token } = await mintToken(at(0), key, { max_session_seconds: 300 })
  const socket = await speaking(at(1), token)
  const receipt = await at(2).revokeKey(id)
  expectEverywhere(receipt, 1)
  await expectClosed([socket], 4001)
  await assert.rejects(SpeakClient.open(at(2), token), /401/)
})

test('a scope that is taken away on one node, and an account that is suspended, end streams on the others', async () => {
  const accountId = await at(0).createAccount('streams@example.com')
  await at(0).operator.accounts.changePlan(accountId, 'enterprise', OPERATOR)
  const narrowed = await at(0).createKey({ accountId })
  const whole = await at(0).createKey({ accountId })
  const [first, second] = await Promise.all([speaking(at(1), narrowed.key), speaking(at(2), whole.key)])
  const { key: manager } = await at(0).createKey({ accountId, scopes: ['keys:manage'] })
  const path = `/v1/api-keys/${narrowed.id}`
  const changed = await manage(at(0), manager, 'PATCH', path, { scopes: ['voices:read'] })
  assert.equal(changed.status, 200, await changed.clone().text())
  await expectClosed([first], 4003)
  assert.deepEqual(streamsOf(whole.id), [0, 0, 1], 'the other key goes on')
  await at(0).suspendAccount(accountId)
  assert.deepEqual(streamsOf(whole.id), [0, 0, 0])
  await expectClosed([second], 4003)
})

test('a plan that is lowered on one node ends what has no place any more on the others, and nothing more begins', async () => {
  const accountId = await at(0).createAccount('plans@example.com')
  await at(0).operator.accounts.changePlan(accountId, 'enterprise', OPERATOR)
  const { key } = await at(0).createKey({ accountId })
  const sockets: SpeakClient[] = []
  for (let opened = 0; opened < 6; opened++) sockets.push(await speaking(at(1), key))
  await at(0).operator.accounts.changePlan(accountId, 'free', OPERATOR)
  assert.equal(at(1).serving.streams.size, 4, 'the free plan has four places')
  for (const socket of sockets.slice(4)) assert.equal((await lastOf(socket)).kind, 'error')
  const more = await generate(at(2), key, { text: 'one more' })
  assert.equal(more.status, 429)
  for (const socket of sockets) socket.close()
})

/** The frame that ends what a socket is saying. */
const lastOf = async (socket: SpeakClient) => (await socket.answer()).end
