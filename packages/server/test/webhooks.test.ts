import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { Delivery, DeliveryList, WEBHOOK_EVENTS, Webhook, WebhookList } from '@kugelaudio/contract'
import { createKeyEvents, limitEvent } from '../src/keys/key-events.ts'
import { signatureOf } from '../src/keys/webhooks/signing.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { claimDelivery, findDelivery } from '../src/store/webhooks.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { type Listening, listeningWebhook } from './harness/listening-webhook.ts'
import { manage } from './harness/manage.ts'
import { isSigned } from './harness/receiver.ts'
import { generate } from './harness/speech.ts'
import { storedBytes } from './harness/stored.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let manager: string
before(async () => {
  server = await startServer({ environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  manager = (await server.createKey({ scopes: ['keys:manage'] })).key
})
after(() => server.stop())

const listening = (t: TestContext, wish: object = {}): Promise<Listening> =>
  listeningWebhook(t, { server, manager }, wish)

async function deliveriesOf(
  { id }: { id: string },
  query = '',
): Promise<ReturnType<typeof DeliveryList.parse>> {
  const answer = await manage(server, manager, 'GET', `/v1/webhooks/${id}/deliveries${query}`)
  return DeliveryList.strict().parse(await answer.json())
}

const hookOf = async ({ id }: { id: string }): Promise<Webhook> =>
  Webhook.strict().parse(await (await manage(server, manager, 'GET', `/v1/webhooks/${id}`)).json())

/** Waits until the newest delivery is as it should be. */
async function untilNewest(hook: { id: string }, is: (delivery: Delivery) => boolean): Promise<Delivery> {
  for (;;) {
    const [newest] = (await deliveriesOf(hook)).deliveries
    if (newest !== undefined && is(newest)) return newest
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Waits until it is written down how an attempt went; an attempt under way still shows the one before. */
async function untilTried(hook: { id: string }, attempt: number): Promise<Delivery> {
  const before = lastTried.get(hook.id)
  const tried = await untilNewest(
    hook,
    ({ attempts, last_attempt }) =>
      attempts === attempt && last_attempt !== null && last_attempt.at !== before,
  )
  lastTried.set(hook.id, tried.last_attempt?.at ?? '')
  return tried
}
const lastTried = new Map<string, string>()

/** Waits until something is so that only the API tells. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Lets time pass, and what is due be sent. */
const due = (ms = 0): void => {
  server.clock.advance(ms)
  server.clock.fire(500)
}

test('the signature is the one of the Standard Webhooks specification', () => {
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampS: 1_614_265_330,
    body: '{"test": 2432232314}',
  }
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  assert.equal(signatureOf(signed, secret), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('what happens to keys is told, signed, and without any secret', async (t) => {
  const { receiver, hook } = await listening(t)
  assert.match(hook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const made = await manage(server, manager, 'POST', '/v1/api-keys', { name: 'told' })
  const { id, key } = (await made.json()) as { id: string; key: string }
  await manage(server, manager, 'POST', `/v1/api-keys/${id}/rotate`, {})
  await manage(server, manager, 'POST', `/v1/api-keys/${id}/revoke`, { reason: 'a test' })
  const deliveries = [await receiver.next(), await receiver.next(), await receiver.next()]
  const bodies = deliveries.map(({ body }) => JSON.parse(body))
  assert.deepEqual(bodies.map(({ type }) => type).sort(), ['key.created', 'key.revoked', 'key.rotated'])
  for (const [at, body] of bodies.entries()) {
    const delivery = deliveries[at]
    assert.ok(delivery !== undefined && isSigned(delivery, hook.secret))
    assert.ok(!isSigned({ ...delivery, body: `${delivery.body} ` }, hook.secret))
    assert.match(String(delivery.headers['webhook-id']), /^evt_/)
    const ageS = Math.abs(server.clock.nowMs() / 1000 - Number(delivery.headers['webhook-timestamp']))
    assert.ok(ageS < 60, `${ageS} s`)
    assert.equal(delivery.headers['content-type'], 'application/json')
    assert.deepEqual(Object.keys(body), ['type', 'timestamp', 'data'])
    assert.equal(body.data.key.id, id)
    assert.equal(body.data.key.name, 'told')
    assert.ok(!/k[at]_[0-9A-Za-z]{10}/.test(delivery.body.replace(id, '')), 'a secret is told')
    assert.ok(!delivery.body.includes(key))
  }
  const revoked = bodies.find(({ type }) => type === 'key.revoked')
  assert.equal(revoked.data.key.state, 'revoked')
  assert.equal(revoked.data.reason, 'a test')
  assert.equal(new Set(deliveries.map(({ headers }) => headers['webhook-id'])).size, 3)
})

test('a key that has leaked is told of as leaked and as revoked', async (t) => {
  const { receiver } = await listening(t, { events: ['key.leaked', 'key.revoked'] })
  const { id, key } = await server.createKey()
  const report = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ keys: [key] }),
  }
  assert.equal((await fetch(`${server.url}/v1/leaks`, report)).status, 202)
  const bodies = [await receiver.next(), await receiver.next()].map(({ body }) => JSON.parse(body))
  assert.deepEqual(bodies.map(({ type }) => type).sort(), ['key.leaked', 'key.revoked'])
  for (const { data } of bodies) assert.deepEqual([data.key.id, data.key.state], [id, 'revoked'])
})

test('keys that are brought in are told of as created, each once', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  const keys = [1, 2, 3].map((at) => ({
    name: `from elsewhere ${at}`,
    sha256: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'),
  }))
  assert.equal((await manage(server, manager, 'POST', '/v1/api-keys/import', { keys })).status, 201)
  const bodies = [await receiver.next(), await receiver.next(), await receiver.next()].map(({ body }) =>
    JSON.parse(body),
  )
  assert.deepEqual(
    bodies.map(({ data }) => data.key.name).sort(),
    keys.map(({ name }) => name),
  )
  assert.ok(bodies.every(({ type, data }) => type === 'key.created' && data.imported === true))
  assert.equal((await deliveriesOf(hook)).total, 3)
})

test('what a command does is told by the running server', async (t) => {
  const { receiver } = await listening(t, { events: ['key.created'] })
  const { id } = await server.createKey()
  assert.equal(JSON.parse((await receiver.next()).body).data.key.id, id)
})

test('only the events that are asked for are told, and only those of the account', async (t) => {
  const { receiver } = await listening(t, { events: ['key.revoked'] })
  const accountId = await server.createAccount('neighbour@example.com')
  const theirs = await server.createKey({ accountId })
  await server.revokeKey(theirs.id)
  const own = await server.createKey()
  await server.revokeKey(own.id)
  const { type, data } = JSON.parse((await receiver.next()).body)
  assert.deepEqual({ type, id: data.key.id }, { type: 'key.revoked', id: own.id })
  assert.equal(receiver.received.length, 1)
})

test('a webhook is shown without its secret, which is kept so that nobody else can read it', async (t) => {
  const { hook } = await listening(t, { description: 'ours' })
  const { secret, ...shown } = hook
  assert.deepEqual(await hookOf(hook), shown)
  const listed = await manage(server, manager, 'GET', '/v1/webhooks')
  const text = await listed.text()
  WebhookList.strict().parse(JSON.parse(text))
  assert.ok(!text.includes('whsec_'))
  const bytes = await storedBytes(server)
  assert.ok(!bytes.includes(secret.slice(6)) && !bytes.includes(Buffer.from(secret.slice(6), 'base64')))
  for (const line of server.logged) assert.ok(!line.includes(secret.slice(6)))
})

test('what fails is tried again, later and later, as the same event, until it is taken', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(500).end('not today')
  await server.createKey()
  const ids = new Set<unknown>()
  for (const [attempt, waitMs] of [5_000, 30_000, 120_000, 600_000].entries()) {
    ids.add((await receiver.next()).headers['webhook-id'])
    const failed = await untilTried(hook, attempt + 1)
    const { at, status, response } = failed.last_attempt ?? assert.fail()
    assert.deepEqual(
      { state: failed.state, status, response },
      { state: 'pending', status: 500, response: 'not today' },
    )
    const waitedMs = Date.parse(failed.next_attempt_at ?? '') - Date.parse(at)
    assert.ok(
      waitedMs >= 0.8 * waitMs && waitedMs <= 1.2 * waitMs,
      `${waitedMs} ms after attempt ${attempt + 1}`,
    )
    due(1.2 * waitMs)
  }
  await untilTried(hook, 5)
  assert.notEqual((await hookOf(hook)).failing_since, null)
  receiver.answer = (response) => response.writeHead(200).end()
  due(1.2 * 3_600_000)
  ids.add((await receiver.next()).headers['webhook-id'])
  ids.add((await receiver.next()).headers['webhook-id'])
  const taken = await untilNewest(hook, ({ state }) => state === 'delivered')
  assert.equal(taken.next_attempt_at, null)
  assert.deepEqual([...ids], [taken.event_id])
  assert.equal((await hookOf(hook)).failing_since, null)
})

test('an event that nobody takes is given up after eight attempts, and can be sent once more by hand', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(503).end()
  await server.createKey()
  const waits = [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 0]
  for (const [at, waitMs] of waits.entries()) {
    await receiver.next()
    await untilTried(hook, at + 1)
    due(1.2 * waitMs)
  }
  const [given] = (await deliveriesOf(hook)).deliveries
  assert.deepEqual(
    { state: given?.state, attempts: given?.attempts, next: given?.next_attempt_at },
    { state: 'failed', attempts: 8, next: null },
  )
  const retry = `/v1/webhooks/${hook.id}/deliveries/${given?.id}/retry`
  receiver.answer = (response) => response.writeHead(204).end()
  assert.equal((await manage(server, manager, 'POST', retry)).status, 200)
  assert.equal((await receiver.next()).headers['webhook-id'], given?.event_id)
  await untilNewest(hook, ({ state }) => state === 'delivered')
})

test('a delivery on its way is not begun once more, nor one of a webhook that is off, nor one of another', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  const other = await listening(t, { events: ['key.revoked'] })
  receiver.answer = (response) => response.writeHead(503).end()
  await server.createKey()
  await receiver.next()
  await untilTried(hook, 1)
  const [{ id } = assert.fail()] = (await deliveriesOf(hook)).deliveries
  const retry = (webhookId: string) =>
    manage(server, manager, 'POST', `/v1/webhooks/${webhookId}/deliveries/${id}/retry`)
  expectFlat(await answerOf(await retry(hook.id)), 'CONFLICT')
  expectFlat(await answerOf(await retry(other.hook.id)), 'NOT_FOUND')
  await manage(server, manager, 'PATCH', `/v1/webhooks/${hook.id}`, { enabled: false })
  expectFlat(await answerOf(await retry(hook.id)), 'CONFLICT')
})

test('a webhook that takes nothing for five days is disabled, with what waits for it and an audit event', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(500).end()
  await server.createKey()
  await receiver.next()
  await untilTried(hook, 1)
  server.clock.advance(5 * 86_400_000)
  await server.createKey()
  await until(async () => !(await hookOf(hook)).enabled)
  assert.match((await hookOf(hook)).disabled_reason ?? '', /five days/)
  for (const { state } of (await deliveriesOf(hook)).deliveries) assert.equal(state, 'failed')
  const audited = await server.operator.store.query
    .selectFrom('audit_event')
    .selectAll()
    .where('target', '=', hook.id)
    .where('action', '=', 'webhook.disabled')
    .executeTakeFirst()
  assert.equal(audited?.actor, 'server')
  const before = receiver.received.length
  await server.createKey()
  assert.equal((await deliveriesOf(hook)).total, 2, 'nothing more is written down for it')
  assert.equal(receiver.received.length, before)
})

test('of several nodes that see a delivery due exactly one takes it', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(500).end()
  await server.createKey()
  await untilTried(hook, 1)
  const { query } = server.operator.store
  const [{ id } = assert.fail()] = (await deliveriesOf(hook)).deliveries
  const row = await findDelivery(query, id)
  assert.ok(row !== null)
  const untilMs = server.clock.nowMs() + 3_600_000
  const claims = await Promise.all([1, 2, 3].map(() => claimDelivery(query, row, untilMs)))
  assert.equal(claims.filter((claim) => claim !== null).length, 1)
})

test('a receiver that says it is gone is not called again', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(410).end()
  await server.createKey()
  await receiver.next()
  await until(async () => !(await hookOf(hook)).enabled)
})

test('a redirect is an answer like any other, and not followed', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end()
  await server.createKey()
  await receiver.next()
  const failed = await untilNewest(hook, ({ last_attempt }) => last_attempt !== null)
  assert.deepEqual(
    { state: failed.state, status: failed.last_attempt?.status },
    { state: 'pending', status: 307 },
  )
  assert.deepEqual([...new Set(receiver.received.map(({ path }) => path))], ['/hook'])
})

test('a receiver that never answers is not waited for', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = () => {}
  await server.createKey()
  await receiver.next()
  server.clock.fire(10_000)
  const failed = await untilNewest(hook, ({ last_attempt }) => last_attempt !== null)
  assert.match(failed.last_attempt?.error ?? '', /10 s/)
})

test('of an answer without an end only the beginning is kept', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  receiver.answer = (response) => {
    response.writeHead(200)
    const pour = setInterval(() => response.write('x'.repeat(10_000)), 1)
    response.on('close', () => clearInterval(pour))
  }
  await server.createKey()
  const taken = await untilNewest(hook, ({ last_attempt }) => last_attempt !== null)
  assert.equal(taken.state, 'delivered')
  assert.equal(taken.last_attempt?.response, 'x'.repeat(1_024))
})

test('one slow receiver does not keep others waiting', async (t) => {
  const slow = await listening(t, { events: ['key.created'] })
  slow.receiver.answer = () => {}
  const { receiver } = await listening(t, { events: ['key.revoked'] })
  for (let made = 0; made < 30; made++) await server.createKey()
  const { id } = await server.createKey()
  await server.revokeKey(id)
  assert.equal(JSON.parse((await receiver.next()).body).data.key.id, id)
  assert.ok(slow.receiver.received.length <= 4, 'and is not flooded itself')
})

test('a test says at once how it went, and is not repeated', async (t) => {
  const { receiver, hook } = await listening(t)
  const path = `/v1/webhooks/${hook.id}/test`
  const sent = Delivery.strict().parse(await (await manage(server, manager, 'POST', path)).json())
  assert.deepEqual(
    { type: sent.type, state: sent.state, status: sent.last_attempt?.status },
    { type: 'webhook.test', state: 'delivered', status: 204 },
  )
  assert.ok(isSigned(await receiver.next(), hook.secret))
  receiver.answer = (response) => response.writeHead(404).end('who?')
  const failed = Delivery.strict().parse(await (await manage(server, manager, 'POST', path)).json())
  assert.deepEqual(
    { state: failed.state, response: failed.last_attempt?.response, next: failed.next_attempt_at },
    { state: 'failed', response: 'who?', next: null },
  )
  assert.equal((await hookOf(hook)).failing_since, null)
})

test('deliveries are listed newest first, by page and by state', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['key.created'] })
  const made: string[] = []
  for (let at = 0; at < 5; at++) {
    server.clock.advance(1_000)
    made.unshift((await server.createKey()).id)
    await receiver.next()
  }
  await until(async () => (await deliveriesOf(hook, '?state=delivered')).total === 5)
  const first = await deliveriesOf(hook, '?limit=2')
  const second = await deliveriesOf(hook, '?limit=3&offset=2')
  const ids = [...first.deliveries, ...second.deliveries].map(
    ({ payload }) => (payload as { data: { key: { id: string } } }).data.key.id,
  )
  assert.deepEqual(ids, made)
  assert.deepEqual({ total: first.total, limit: first.limit }, { total: 5, limit: 2 })
  assert.equal((await deliveriesOf(hook, '?state=failed')).total, 0)
})

test('a webhook is changed, switched off and on, and deleted with what waits for it', async (t) => {
  const { receiver, hook } = await listening(t)
  const path = `/v1/webhooks/${hook.id}`
  const change = (body: object) => manage(server, manager, 'PATCH', path, body)
  const changed = Webhook.strict().parse(
    await (await change({ events: ['key.revoked'], description: 'new', url: `${receiver.url}/new` })).json(),
  )
  assert.deepEqual([changed.events, changed.description], [['key.revoked'], 'new'])
  await change({ enabled: false })
  const silent = await server.createKey()
  await server.revokeKey(silent.id)
  assert.equal((await deliveriesOf(hook)).total, 0)
  await change({ enabled: true })
  const told = await server.createKey()
  await server.revokeKey(told.id)
  const delivery = await receiver.next()
  assert.equal(delivery.path, '/new')
  assert.equal(JSON.parse(delivery.body).data.key.id, told.id)
  assert.equal((await manage(server, manager, 'DELETE', path)).status, 200)
  expectFlat(await answerOf(await manage(server, manager, 'GET', path)), 'NOT_FOUND')
})

test('what is wrong with a wish for a webhook is named', async () => {
  for (const body of [
    {},
    { url: 'not a url' },
    { url: 'ftp://example.com/' },
    { url: 'https://user:password@example.com/' },
    { url: 'https://example.com/#part' },
    { url: `https://example.com/${'x'.repeat(2_048)}` },
    { url: 'https://example.com/', events: [] },
    { url: 'https://example.com/', events: ['key.forged'] },
    { url: 'https://example.com/', secret: 'mine' },
  ])
    expectFlat(
      await answerOf(await manage(server, manager, 'POST', '/v1/webhooks', body)),
      'VALIDATION_ERROR',
      JSON.stringify(body).slice(0, 80),
    )
})

test('an account has twenty webhooks and no more', async () => {
  const accountId = await server.createAccount('many@example.com')
  await server.operator.accounts.changePlan(accountId, 'enterprise', OPERATOR)
  const { key } = await server.createKey({ accountId, scopes: ['keys:manage'] })
  const make = () => manage(server, key, 'POST', '/v1/webhooks', { url: 'https://example.com/' })
  for (let made = 0; made < 20; made++) assert.equal((await make()).status, 201)
  expectFlat(await answerOf(await make()), 'CONFLICT')
})

test('an event with a name of its own is told once', async (t) => {
  const { receiver, hook } = await listening(t)
  const events = createKeyEvents({ randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)) })
  const reached = {
    accountId: server.account.account_id,
    keyId: null,
    limit: 'characters_per_month',
    max: 100,
    atMs: server.clock.nowMs(),
  }
  for (const period of ['2030-01', '2030-01', '2030-02'])
    await server.operator.store.transaction((query) =>
      events.record(query, limitEvent({ ...reached, period })),
    )
  const bodies = [await receiver.next(), await receiver.next()].map(({ body }) => JSON.parse(body))
  assert.deepEqual(bodies.map(({ data }) => data.period).sort(), ['2030-01', '2030-02'])
  assert.equal((await deliveriesOf(hook)).total, 2)
  assert.ok(WEBHOOK_EVENTS.includes(bodies[0].type))
})

test('a limit that is reached is told of once a period, of a key and of an account', async (t) => {
  const { receiver, hook } = await listening(t, { events: ['limit.reached'] })
  const { id, key } = await server.createKey({ limits: { characters_per_day: 5 } })
  for (let refused = 0; refused < 4; refused++)
    assert.equal((await generate(server, key, { text: 'too long' })).status, 429)
  const { type, data } = JSON.parse((await receiver.next()).body)
  assert.deepEqual(
    { type, key: data.key_id, limit: data.limit, max: data.max },
    { type: 'limit.reached', key: id, limit: 'characters_per_day', max: 5 },
  )
  server.clock.advance(86_400_000)
  assert.equal((await generate(server, key, { text: 'too long' })).status, 429)
  assert.notEqual(JSON.parse((await receiver.next()).body).data.period, data.period)
  assert.equal((await deliveriesOf(hook)).total, 2)
})

test('a server without anything to send asks the database nothing', async (t) => {
  const statements: string[] = []
  const idle = await startServer({ sawStatement: (sql) => void statements.push(sql) })
  t.after(() => idle.stop())
  /** Rounds in a row in which nothing was asked: at first it has to be looked whether there is something to send. */
  let quiet = 0
  await until(async () => {
    statements.length = 0
    await idle.clock.round(500)
    quiet = statements.length === 0 ? quiet + 1 : 0
    return quiet >= 5
  })
})

test('an event of a change that is taken back is not told', async (t) => {
  const { hook } = await listening(t)
  const events = createKeyEvents({ randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)) })
  const event = { type: 'key.leaked', accountId: server.account.account_id, atMs: 0, data: {} } as const
  const work = server.operator.store.transaction(async (query) => {
    await events.record(query, event)
    throw new Error('taken back')
  })
  await assert.rejects(work, /taken back/)
  assert.equal((await deliveriesOf(hook)).total, 0)
})
