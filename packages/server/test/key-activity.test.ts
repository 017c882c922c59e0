import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  Key,
  KeyAndReceipt,
  KeyList,
  KeyStreamList,
  KeyTokenList,
  KeyWithSecret,
  ReceiptList,
  RotationView,
} from '@kugelaudio/contract'
import { SCOPES } from '@kugelaudio/contract'
import type { z } from 'zod'
import { USES_WRITTEN_MS } from '../src/keys/last-used.ts'
import { verifyReceipt } from '../src/keys/receipts.ts'
import { manage, mintToken } from './harness/manage.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let owner: string
before(async () => {
  server = await startServer()
  await server.engine.offer()
  owner = (await server.createKey({ name: 'owner', scopes: [...SCOPES] })).key
})
after(() => server.stop())

async function ask<Answer>(method: string, path: string, body?: unknown, status = 200): Promise<Answer> {
  const answer = await manage(server, owner, method, path, body)
  const text = await answer.text()
  assert.equal(answer.status, status, text)
  return JSON.parse(text) as Answer
}

/** A socket that has spoken. */
async function speaking(key: string): Promise<SpeakClient> {
  const client = await SpeakClient.open(server, key)
  assert.ok((await client.speak('Good morning.')).final)
  return client
}

test('one stream of three is ended: its client hears why, the others and the key go on', async () => {
  const { id, key } = await server.createKey({ name: 'three streams' })
  const clients = [await speaking(key), await speaking(key), await speaking(key)]
  const listed = await ask<z.infer<typeof KeyStreamList>>('GET', `/v1/api-keys/${id}/streams`)
  assert.equal(listed.streams.length, 3)
  const [first] = listed.streams
  assert.ok(first)
  assert.equal(first.spoken?.characters, 'Good morning.'.length)
  assert.equal(first.address, '127.0.0.1')
  const shown = await ask<Key>('GET', `/v1/api-keys/${id}`)
  assert.equal(shown.now.streams, 3)
  assert.equal(shown.now.requests_per_minute, 3)
  assert.deepEqual(await ask('DELETE', `/v1/api-keys/${id}/streams/${first.id}`), { ended: 1 })
  const [ended, ...others] = clients
  assert.equal((await ended?.closed)?.code, 4003)
  for (const other of others) {
    assert.ok((await other.speak('Still here.')).final)
  }
  await ask('DELETE', `/v1/api-keys/${id}/streams/${first.id}`, undefined, 404)
  assert.deepEqual(await ask('DELETE', `/v1/api-keys/${id}/streams`), { ended: 2 })
  for (const other of others) assert.equal((await other.closed).code, 4003)
  const again = await speaking(key)
  again.socket.close()
  const { events } = await ask<{ events: { action: string }[] }>('GET', `/v1/audit?target=${id}`)
  assert.equal(events.filter(({ action }) => action === 'stream.ended').length, 2)
})

test('receipts of a key are kept as they were given out, and verify; asking again keeps the first', async () => {
  const { id } = await server.createKey({ name: 'kept' })
  const changed = await ask<z.infer<typeof KeyAndReceipt>>('PATCH', `/v1/api-keys/${id}`, { name: 'renamed' })
  const revoked = await ask<z.infer<typeof KeyAndReceipt>>('POST', `/v1/api-keys/${id}/revoke`)
  await ask('POST', `/v1/api-keys/${id}/revoke`)
  const { receipts } = await ask<z.infer<typeof ReceiptList>>('GET', `/v1/api-keys/${id}/receipts`)
  assert.deepEqual(receipts, [revoked.receipt, changed.receipt])
  for (const receipt of receipts)
    assert.equal(verifyReceipt(receipt, server.operator.receiptKeys).valid, true)
})

test('living tokens are listed without their secrets; spent, ended and expired ones are not', async () => {
  const { id, key } = await server.createKey({ name: 'tokens' })
  const living = await mintToken(server, key, { ttl_seconds: 3_600, single_use: false, max_characters: 500 })
  const spent = await mintToken(server, key)
  const revoked = await mintToken(server, key)
  const expiring = await mintToken(server, key, { ttl_seconds: 5 })
  ;(await SpeakClient.open(server, { query: `?token=${spent.token}` })).socket.close()
  await ask('DELETE', `/v1/tokens/${revoked.id}`)
  server.clock.advance(6_000)
  const { tokens, total } = await ask<z.infer<typeof KeyTokenList>>('GET', `/v1/api-keys/${id}/tokens`)
  assert.deepEqual(
    tokens.map((token) => token.id),
    [living.id],
  )
  assert.equal(total, 1)
  assert.equal(tokens[0]?.max_characters, 500)
  assert.ok(!JSON.stringify(tokens).includes('kt_'))
  assert.ok(expiring.id !== living.id)
})

test('who still uses the old secret is told by address within a write; ending it early kills it and proves it', async () => {
  const { id, key: old } = await server.createKey({ name: 'rotating' })
  const rotated = await ask<KeyWithSecret>('POST', `/v1/api-keys/${id}/rotate`, { overlap_seconds: 3_600 })
  const stream = await speaking(old)
  await manage(server, old, 'GET', '/v1/models', undefined, { 'user-agent': 'kiosk/1' })
  await manage(server, rotated.key, 'GET', '/v1/models', undefined, { 'user-agent': 'moved on' })
  server.clock.fire(USES_WRITTEN_MS)
  let view: RotationView | undefined
  // The write is under way.
  for (let tries = 0; tries < 200 && (view?.clients.length ?? 0) === 0; tries++)
    view = await ask<RotationView>('GET', `/v1/api-keys/${id}/rotation`)
  const [client] = view?.clients ?? []
  assert.equal(view?.clients.length, 1)
  assert.equal(client?.address, '127.0.0.1')
  assert.equal(client?.agent, 'kiosk/1')
  assert.equal(client?.requests, 2)
  assert.equal(client?.streams_now, 1)

  const path = `/v1/api-keys/${id}/rotation`
  const longer = await ask<z.infer<typeof KeyAndReceipt>>('PATCH', path, { overlap_seconds: 86_400 })
  const endsMs = Date.parse(longer.key.rotation?.old_ends_at ?? '')
  assert.ok(endsMs > server.clock.nowMs() + 86_000_000)
  assert.equal(longer.receipt.streams_severed, 0)
  const ended = await ask<z.infer<typeof KeyAndReceipt>>('PATCH', path, { overlap_seconds: 0 })
  assert.equal(ended.key.rotation, null)
  assert.equal(ended.receipt.streams_severed, 1)
  assert.equal((await stream.closed).code, 4001)
  assert.equal((await manage(server, old, 'GET', '/v1/models')).status, 401)
  assert.equal((await manage(server, rotated.key, 'GET', '/v1/models')).status, 200)
  await ask('GET', path, undefined, 404)
  await ask('PATCH', path, { overlap_seconds: 60 }, 404)
  await ask('PATCH', path, { overlap_seconds: -1 }, 400)
})

test('keys are sorted and filtered by the server: working, unused, by whom; what has no time comes last', async () => {
  const accountId = await server.createAccount('sorted@example.com')
  const { key } = await server.createKey({ accountId, name: 'b', scopes: [...SCOPES] })
  await server.createKey({ accountId, name: 'A', expiresAtMs: server.clock.nowMs() + 50 * 86_400_000 })
  const gone = await server.createKey({ accountId, name: 'c' })
  await server.revokeKey(gone.id)
  const list = async (query: string): Promise<string[]> => {
    const answer = await manage(server, key, 'GET', `/v1/api-keys?${query}`)
    assert.equal(answer.status, 200, query)
    return ((await answer.json()) as z.infer<typeof KeyList>).keys.map(({ name }) => name)
  }
  assert.deepEqual(await list('sort=name&order=asc'), ['A', 'b', 'c'])
  assert.deepEqual(await list('sort=expires&order=desc&state=working'), ['A', 'b'])
  assert.deepEqual(await list('created_by=operator&state=revoked'), ['c'])
  assert.deepEqual(await list('created_by=member:usr_nobody'), [])
  assert.deepEqual(await list('unused_days=30'), [])
  server.clock.advance(31 * 86_400_000)
  assert.deepEqual(await list('unused_days=30&sort=name&order=desc'), ['c', 'b', 'A'])
  for (const bad of ['sort=secret', 'order=up', 'unused_days=0', 'state=gone'])
    assert.equal((await manage(server, key, 'GET', `/v1/api-keys?${bad}`)).status, 400, bad)
})
