import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Key, TokenWithSecret, UsageReport } from '@kugelaudio/contract'
import { memberOf, PASSWORD, Person } from './harness/person.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const mint = (person: Person, wish: object = {}): Promise<TokenWithSecret> =>
  person.post<TokenWithSecret>('/v1/tokens', wish, 201)

const open = (token: string): Promise<SpeakClient> => SpeakClient.open(server, { query: `?token=${token}` })

test('a token of a session speaks; its usage is the playground’s, and no list of keys shows that key', async () => {
  const person = await memberOf(server, { role: 'developer' })
  const [one, two] = await Promise.all([mint(person), mint(person)])
  assert.equal(one.key_id, two.key_id)
  const socket = await open(one.token)
  assert.equal((await socket.speak('Hello from the page')).end.kind, 'final')
  socket.close()
  const { series } = await person.get<UsageReport>('/v1/usage?group_by=key')
  assert.deepEqual(
    series.map(({ key_id, key_name, characters }) => [key_id, key_name, characters]),
    [[one.key_id, 'Playground', 19]],
  )
  assert.equal((await person.get<{ keys: Key[]; total: number }>('/v1/api-keys')).total, 0)
  await person.get(`/v1/api-keys/${one.key_id}`, 404)
  await person.post(`/v1/api-keys/${one.key_id}/rotate`, {}, 404)
  await person.post('/v1/tokens', { key_id: one.key_id }, 404)
})

test('whoever may only look gets no token', async () => {
  for (const role of ['viewer', 'billing'] as const)
    await (await memberOf(server, { role })).post('/v1/tokens', {}, 403)
})

test('signing out ends what the session speaks, before the answer; other sessions speak on', async () => {
  const email = 'twice@example.com'
  const here = new Person(server)
  await here.post('/api/auth/sign-up/email', { name: 'Twice', email, password: PASSWORD }, 202)
  const there = new Person(server)
  for (const person of [here, there]) assert.equal((await person.signIn(email)).status, 200)
  const [spoken, kept] = [await mint(here, { single_use: false }), await mint(there, { single_use: false })]
  const [ended, going] = [await open(spoken.token), await open(kept.token)]
  await here.post('/api/auth/sign-out')
  assert.equal((await ended.closed).code, 4001)
  await assert.rejects(open(spoken.token), /401/)
  assert.equal((await going.speak('Still here')).end.kind, 'final')
  await there.post('/v1/sessions/end', { everywhere: true })
  assert.equal((await going.closed).code, 4001)
})

test('a token of a session works no longer than the session', async () => {
  const person = await memberOf(server, { role: 'owner' })
  const session = server.operator.store.query.updateTable('user_session').where('id', '=', person.sessionId)
  await session.set({ expires_at: server.clock.nowMs() + 30_000 }).execute()
  const token = await mint(person, { ttl_seconds: 3_600, single_use: false })
  assert.ok(token.max_session_seconds <= 30)
  assert.ok(Date.parse(token.expires_at) <= server.clock.nowMs() + 30_000)
  const socket = await open(token.token)
  server.clock.advance(30_000)
  assert.equal((await socket.closed).code, 4001)
  await assert.rejects(open(token.token), /401/)
})
