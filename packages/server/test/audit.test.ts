import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AuditEvent, AuditList, type KeyWithSecret, SCOPES } from '@kugelaudio/contract'
import { verifyChain } from '../src/audit/chain.ts'
import { REFUSALS_APART_MAX, REFUSALS_COUNTED_MS, REFUSALS_WRITTEN_MS } from '../src/audit/refusals.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { eventOf, eventsOf } from './harness/audit.ts'
import { openSocket } from './harness/frame-client.ts'
import { manage } from './harness/manage.ts'
import { accountOn } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { ofRequests } from './harness/statements.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let manager: KeyWithSecret
/** Every key that a test makes: none of them may ever be in the log. */
const secrets: string[] = []
const statements: string[] = []

before(async () => {
  server = await startServer({ sawStatement: ofRequests(statements) })
  manager = await createKey({ scopes: [...SCOPES] })
})
after(() => server.stop())

async function createKey(options: Parameters<TestServer['createKey']>[0] = {}): Promise<KeyWithSecret> {
  const created = await server.createKey(options)
  secrets.push(created.key)
  return created
}

/** A call with everything that says where it comes from. */
const call = (key: string, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      'user-agent': 'audit-test/1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const DONE: Record<string, (key: KeyWithSecret) => [method: string, path: string, body: unknown]> = {
  'key.changed': ({ id }) => ['PATCH', `/v1/api-keys/${id}`, { name: 'another' }],
  'key.rotated': ({ id }) => ['POST', `/v1/api-keys/${id}/rotate`, {}],
  'key.revoked': ({ id }) => ['POST', `/v1/api-keys/${id}/revoke`, { reason: 'no longer needed' }],
}

for (const [action, asked] of Object.entries(DONE)) {
  test(`${action} says who did it, when, from where and to what`, async () => {
    const target = await createKey()
    const answer = await call(manager.key, ...asked(target))
    assert.equal(answer.status, 200)
    const { key } = (await answer.json()) as { key?: unknown }
    if (typeof key === 'string') secrets.push(key)
    const event = await eventOf(server, action, { target: target.id })
    assert.equal(event.actor, `key:${manager.id}`)
    assert.equal(event.account_id, server.account.account_id)
    assert.equal(event.address, '127.0.0.1')
    assert.equal(event.agent, 'audit-test/1')
    assert.equal(event.request_id, answer.headers.get('x-request-id'))
    assert.ok(Math.abs(Date.parse(event.at) - server.clock.nowMs()) < 60_000)
    if (action === 'key.revoked') assert.deepEqual(event.details, { reason: 'no longer needed' })
    if (action === 'key.changed') assert.deepEqual(event.details, { name: 'another' })
  })
}

test('a key that is made over HTTP leaves its event, and so does one made by the operator', async () => {
  const made = (await (
    await call(manager.key, 'POST', '/v1/api-keys', { name: 'over HTTP' })
  ).json()) as KeyWithSecret
  secrets.push(made.key)
  const event = await eventOf(server, 'key.created', { target: made.id })
  assert.deepEqual([event.actor, event.details], [`key:${manager.id}`, { name: 'over HTTP' }])
  assert.equal((await eventOf(server, 'key.created', { target: manager.id })).actor, 'operator')
})

test('what is done to an account leaves events: made, put on a plan, suspended, resumed', async () => {
  const accountId = await accountOn(server, 'free')
  const { accounts } = server.operator
  await accounts.changePlan(accountId, 'business', OPERATOR)
  await accounts.suspend(accountId, 'unpaid', OPERATOR)
  await accounts.resume(accountId, OPERATOR)
  const events = await eventsOf(server, { accountId })
  assert.deepEqual(
    events.map(({ action, target, actor, details }) => [action, target, actor, details]),
    [
      ['account.created', accountId, 'operator', { plan: 'free' }],
      ['account.plan_changed', accountId, 'operator', { plan: 'business' }],
      ['account.suspended', accountId, 'operator', { reason: 'unpaid' }],
      ['account.resumed', accountId, 'operator', {}],
    ],
  )
})

test('a change that is refused leaves no event of itself', async () => {
  const { id } = await createKey()
  await server.revokeKey(id)
  assert.equal((await call(manager.key, 'PATCH', `/v1/api-keys/${id}`, { name: 'x' })).status, 409)
  assert.deepEqual(
    (await eventsOf(server, { target: id })).map(({ action }) => action),
    ['key.created', 'key.revoked'],
  )
})

/** Ways a known key is refused, with the reason that the log gives. */
const REFUSED: Record<string, { status: number; key: () => Promise<KeyWithSecret>; path?: string }> = {
  revoked: {
    status: 401,
    key: async () => {
      const key = await createKey()
      await server.revokeKey(key.id)
      return key
    },
  },
  expired: {
    status: 401,
    key: async () => {
      const key = await createKey({ expiresAtMs: server.clock.nowMs() + 1_000 })
      server.clock.advance(1_000)
      return key
    },
  },
  scope: { status: 403, key: () => createKey({ scopes: ['usage:read'] }), path: '/v1/api-keys' },
  address: { status: 403, key: () => createKey({ allowed_ips: ['203.0.113.0/24'] }) },
  suspended: {
    status: 403,
    key: async () => {
      const accountId = await accountOn(server, 'free')
      const key = await createKey({ accountId })
      await server.suspendAccount(accountId)
      return key
    },
  },
}

for (const [reason, { status, key: made, path = '/v1/models' }] of Object.entries(REFUSED)) {
  test(`a key refused for its ${reason} is in the log, over HTTP and on a socket`, async () => {
    const refused = await made()
    const answer = await call(refused.key, 'GET', path)
    assert.equal(answer.status, status)
    const client = new SpeakClient(openSocket(server, '/ws/tts', refused.key))
    await client.closed
    const events = await eventsOf(server, { action: 'access.refused', target: refused.id })
    const [http, socket] = events
    assert.ok(http)
    assert.equal(http.actor, `key:${refused.id}`)
    assert.equal(http.account_id, refused.account_id)
    assert.deepEqual([http.address, http.agent], ['127.0.0.1', 'audit-test/1'])
    assert.equal(http.request_id, answer.headers.get('x-request-id'))
    const route = path === '/v1/models' ? 'listModels' : 'listKeys'
    assert.deepEqual(http.details, { reason, route, count: 1 })
    assert.deepEqual(socket?.details, { reason, route: '/ws/tts', count: 1 })
  })
}

test("whoever asks for another account's key is in the log of its own account", async () => {
  const foreign = await createKey({ accountId: await accountOn(server, 'free') })
  assert.equal((await call(manager.key, 'GET', `/v1/api-keys/${foreign.id}`)).status, 403)
  const event = await eventOf(server, 'access.refused', { actor: `key:${manager.id}` })
  assert.deepEqual(event.details, { reason: 'another account', route: 'getKey', count: 1 })
  assert.equal(event.account_id, server.account.account_id)
})

test('a burst of the same refusal is one event with its count; further ones are counted for a minute', async () => {
  const revoked = await createKey()
  await server.revokeKey(revoked.id)
  const filter = { action: 'access.refused', target: revoked.id }
  const countsOf = async () => (await settledEvents(filter)).map(({ details }) => details['count'])
  const countsOnce = async (events: number) => {
    for (;;) {
      const counts = await countsOf()
      if (counts.length >= events) return counts
    }
  }
  for (let i = 0; i < 7; i++) assert.equal((await call(revoked.key, 'GET', '/v1/models')).status, 401)
  server.clock.fire(REFUSALS_WRITTEN_MS)
  assert.deepEqual(await countsOnce(1), [7])
  for (let i = 0; i < 5; i++) await call(revoked.key, 'GET', '/v1/models')
  server.clock.fire(REFUSALS_WRITTEN_MS)
  assert.deepEqual(await countsOf(), [7], 'written again within the minute')
  server.clock.advance(REFUSALS_COUNTED_MS)
  server.clock.fire(REFUSALS_WRITTEN_MS)
  assert.deepEqual(await countsOnce(2), [7, 5])
})

/** Events that are there once the write that is under way has ended: a transaction is a dozen turns of the loop. */
async function settledEvents(filter: Parameters<typeof eventsOf>[1]): Promise<AuditEvent[]> {
  for (let seen = -1; seen !== statements.length; await new Promise((resolve) => setImmediate(resolve)))
    seen = statements.length
  const unflushed = { ...server, serving: { ...server.serving, flush: async () => {} } }
  return await eventsOf(unflushed, filter)
}

test('being refused writes nothing on the way', async () => {
  const revoked = await createKey()
  await server.revokeKey(revoked.id)
  await server.serving.flush()
  statements.length = 0
  for (const bearer of [revoked.key, 'ka_nonsense', `ka_${'a'.repeat(46)}`])
    await call(bearer, 'GET', '/v1/models')
  await call(manager.key, 'GET', '/v1/models')
  assert.deepEqual(
    statements.filter((sql) => !sql.startsWith('select')),
    [],
  )
})

test('what nobody knows is counted by address, without what was presented', async () => {
  await eventsOf(server)
  server.clock.advance(REFUSALS_COUNTED_MS)
  await server.serving.flush()
  const before = (await eventsOf(server, { action: 'access.refused', actor: 'anyone' })).length
  for (let i = 0; i < 20; i++) await call(`ka_guess${i}`, 'GET', '/v1/models')
  const events = (await eventsOf(server, { action: 'access.refused', actor: 'anyone' })).slice(before)
  assert.equal(events.length, 1)
  assert.deepEqual(
    [events[0]?.account_id, events[0]?.address, events[0]?.details['reason'], events[0]?.details['count']],
    [null, '127.0.0.1', 'shape', 20],
  )
})

test('however many different refusals there are, they take a bounded part of the memory and of the log', async () => {
  const proxied = await startServer({ environment: { KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1' } })
  try {
    const asked = REFUSALS_APART_MAX + 100
    for (let i = 0; i < asked; i++)
      await fetch(`${proxied.url}/v1/models`, {
        headers: { authorization: 'Bearer x', 'x-forwarded-for': `10.1.${i >> 8}.${i & 255}` },
      })
    const events = await eventsOf(proxied, { action: 'access.refused' })
    assert.equal(
      events.reduce((sum, { details }) => sum + Number(details['count']), 0),
      asked,
    )
    // Those that are counted together may have been written more than once meanwhile.
    assert.ok(events.length <= REFUSALS_APART_MAX + 5, `${events.length} events`)
  } finally {
    await proxied.stop()
  }
})

test('a database that takes nothing for a while loses no refusal, and delays nobody', async () => {
  const revoked = await createKey()
  await server.revokeKey(revoked.id)
  await server.serving.flush()
  const { store } = server.operator
  const held = Promise.withResolvers<void>()
  const isLocked = Promise.withResolvers<void>()
  const locked = store.transaction(async (query) => {
    await query.updateTable('account').set({ name: 'Owner' }).execute()
    isLocked.resolve()
    await held.promise
  })
  await isLocked.promise
  assert.equal((await call(revoked.key, 'GET', '/v1/models')).status, 401)
  held.resolve()
  await locked
  const event = await eventOf(server, 'access.refused', { target: revoked.id })
  assert.equal(event.details['count'], 1)
})

test('GET /v1/audit pages through the newest first, without a gap and without a repetition', async () => {
  const seen: number[] = []
  let before: number | null = null
  do {
    const page = AuditList.parse(
      await (
        await call(manager.key, 'GET', `/v1/audit?limit=7${before === null ? '' : `&before=${before}`}`)
      ).json(),
    )
    assert.ok(page.events.length <= 7)
    seen.push(...page.events.map(({ seq }) => seq))
    before = page.next
  } while (before !== null)
  const own = await eventsOf(server, { accountId: server.account.account_id })
  assert.deepEqual(
    seen,
    own.map(({ seq }) => seq).reverse(),
    'every event of the account, and none of another',
  )
  assert.ok(seen.length > 14)
})

test('GET /v1/audit filters by action, actor, target and time', async () => {
  const own = await eventsOf(server, { accountId: server.account.account_id })
  const middle = own[Math.floor(own.length / 2)]
  assert.ok(middle)
  const filters: Record<string, (event: AuditEvent) => boolean> = {
    'action=key.created': ({ action }) => action === 'key.created',
    'actor=operator': ({ actor }) => actor === 'operator',
    [`target=${manager.id}`]: ({ target }) => target === manager.id,
    [`from=${middle.at}`]: ({ at }) => at >= middle.at,
    [`to=${middle.at}`]: ({ at }) => at < middle.at,
    [`actor=operator&action=key.revoked&from=${middle.at}`]: ({ actor, action, at }) =>
      actor === 'operator' && action === 'key.revoked' && at >= middle.at,
    'action=nothing': () => false,
  }
  for (const [query, matches] of Object.entries(filters)) {
    const answer = await call(manager.key, 'GET', `/v1/audit?limit=500&${query}`)
    const { events } = AuditList.parse(await answer.json())
    assert.deepEqual(events, own.filter(matches).reverse(), query)
  }
  for (const query of ['limit=0', 'limit=501', 'before=x', 'from=yesterday', 'format=csv', 'account=x'])
    assert.equal((await call(manager.key, 'GET', `/v1/audit?${query}`)).status, 400, query)
})

test("an account's export is whole by itself, in order, and holds no secret", async () => {
  for (const ask of ['?format=jsonl', '']) {
    const answer = await fetch(`${server.url}/v1/audit${ask}`, {
      headers: { authorization: `Bearer ${manager.key}`, accept: ask === '' ? 'application/jsonl' : '*/*' },
    })
    assert.match(answer.headers.get('content-type') ?? '', /^application\/jsonl/)
    const lines = (await answer.text()).trimEnd().split('\n')
    const events = lines.map((line) => AuditEvent.parse(JSON.parse(line)))
    assert.deepEqual(events, await eventsOf(server, { accountId: server.account.account_id }))
    const verdict = await verifyChain(each(events), { accountId: server.account.account_id, head: null })
    assert.deepEqual([verdict.intact, verdict.problems], [true, []])
  }
})

async function* each(events: AuditEvent[]): AsyncGenerator<AuditEvent, void, undefined> {
  yield* events
}

test('a long export is streamed whole, and breaks off when its key is revoked in the middle', async () => {
  const accountId = await accountOn(server, 'enterprise')
  const reader = await createKey({ accountId, scopes: ['keys:manage'] })
  const { importKeys, audit } = server.operator
  for (let round = 0; round < 25; round++) {
    const keys = Array.from({ length: 1_000 }, (_, at) => ({
      name: `number ${at} ${'x'.repeat(80)}`,
      sha256: (round * 1_000 + at).toString(16).padStart(64, '0'),
    }))
    await importKeys(accountId, { keys, prefixes: [] }, OPERATOR)
  }
  const whole = await manage(server, reader.key, 'GET', '/v1/audit?format=jsonl')
  const lines = (await whole.text()).trimEnd().split('\n')
  assert.equal(lines.length, 25_002)
  const broken = await manage(server, reader.key, 'GET', '/v1/audit?format=jsonl')
  const body = broken.body?.getReader()
  await body?.read()
  await server.revokeKey(reader.id)
  await assert.rejects(async () => {
    for (let isDone = false; !isDone; ) isDone = (await body?.read())?.done === true
  })
  assert.equal((await audit.verify(null)).intact, true)
})

test('the receipt of a change names an event that the log holds, and verification finds it', async () => {
  const { id } = await createKey()
  const { audit_head: head = '' } = await server.revokeKey(id)
  const event = await eventOf(server, 'key.revoked', { target: id })
  assert.equal(event.hash, head)
  assert.equal((await server.operator.audit.verify(head)).headFound, true)
})

test('no event of all this holds a key', async () => {
  const log = JSON.stringify(await eventsOf(server))
  assert.ok(secrets.length > 10)
  for (const secret of secrets) {
    assert.ok(!log.includes(secret), 'a key is in the log')
    assert.ok(!log.includes(secret.slice(3, 43)), 'the body of a key is in the log')
  }
})
