import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Key, KeyWithSecret } from '@kugelaudio/contract'
import { eventsOf } from './harness/audit.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { manage } from './harness/manage.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let manager: string
before(async () => {
  server = await startServer()
  manager = (await server.createKey({ scopes: ['keys:manage'] })).key
})
after(() => server.stop())

const rotate = (id: string, idempotencyKey: string | null = null): Promise<Response> =>
  manage(
    server,
    manager,
    'POST',
    `/v1/api-keys/${id}/rotate`,
    {},
    idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey },
  )

const rotated = async (id: string, idempotencyKey: string): Promise<KeyWithSecret> => {
  const answer = await rotate(id, idempotencyKey)
  assert.equal(answer.status, 200, await answer.clone().text())
  return KeyWithSecret.strict().parse(await answer.json())
}

const shown = async (id: string): Promise<Key> =>
  Key.strict().parse(await (await manage(server, manager, 'GET', `/v1/api-keys/${id}`)).json())

const statusOf = async (key: string): Promise<number> =>
  (await manage(server, key, 'GET', '/v1/models')).status

test('a rotation that is asked for again by its Idempotency-Key gives the same secret, and is one event', async () => {
  const { id, key } = await server.createKey()
  const answers = await Promise.all([rotated(id, 'once'), rotated(id, 'once'), rotated(id, 'once')])
  assert.equal(new Set(answers.map(({ key: secret }) => secret)).size, 1)
  assert.deepEqual([await statusOf(answers[0].key), await statusOf(key)], [200, 200])
  assert.equal((await eventsOf(server, { action: 'key.rotated', target: id })).length, 1)
  const other = await rotated(id, 'another')
  assert.notEqual(other.key, answers[0].key)
  expectFlat(await answerOf(await rotate(id, 'once')), 'CONFLICT')
  const elsewhere = await server.createKey()
  assert.notEqual((await rotated(elsewhere.id, 'once')).key, answers[0].key)
})

test('an Idempotency-Key that was sent with another overlap is refused, and changes nothing', async () => {
  const { id, key } = await server.createKey()
  const ask = (body: object): Promise<Response> =>
    manage(server, manager, 'POST', `/v1/api-keys/${id}/rotate`, body, { 'idempotency-key': 'once' })
  const first = KeyWithSecret.strict().parse(await (await ask({})).json())
  expectFlat(await answerOf(await ask({ overlap_seconds: 0 })), 'CONFLICT')
  assert.deepEqual([await statusOf(key), await statusOf(first.key)], [200, 200])
  const again = KeyWithSecret.strict().parse(await (await ask({ overlap_seconds: 86_400 })).json())
  assert.equal(again.key, first.key, 'a day is what is meant when nothing is said')
})

test('a revoked key shows no rotation, as neither of its secrets opens anything', async () => {
  const { id } = await server.createKey()
  await rotate(id)
  assert.ok((await shown(id)).rotation !== null)
  await server.revokeKey(id)
  const { state, rotation } = await shown(id)
  assert.deepEqual({ state, rotation }, { state: 'revoked', rotation: null })
  expectFlat(await answerOf(await rotate(id)), 'CONFLICT')
})
