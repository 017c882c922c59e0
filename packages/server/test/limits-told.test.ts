import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { DeliveryList } from '@kugelaudio/contract'
import { OPERATOR } from '../src/store/audit-log.ts'
import { type Listening, listeningWebhook } from './harness/listening-webhook.ts'
import { manage } from './harness/manage.ts'
import { accountOn, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import type { TestServer } from './harness/test-server.ts'

const HOUR_MS = 3_600_000

let server: TestServer
let accountId: string
let manager: string
before(async () => {
  const plans = [
    planOf('narrow', {
      concurrent_streams: 1,
      requests_per_minute: 1_000,
      features: ['webhooks', 'scoped_keys'],
    }),
  ]
  server = await startWithPlans(plans, { environment: { KUGELAUDIO_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  accountId = await accountOn(server, 'narrow')
  manager = (await server.createKey({ accountId, scopes: ['keys:manage'] })).key
})
after(() => server.stop())

const listening = (t: TestContext): Promise<Listening> =>
  listeningWebhook(t, { server, manager }, { events: ['limit.reached'] })

/** What was told of a limit, once everything is sent. */
async function toldOf({ hook, receiver }: Listening): Promise<Record<string, unknown>[]> {
  await server.serving.flush()
  server.clock.fire(500)
  const path = `/v1/webhooks/${hook.id}/deliveries?state=pending`
  const left = async () => DeliveryList.parse(await (await manage(server, manager, 'GET', path)).json()).total
  while ((await left()) > 0) await turn()
  return receiver.received.map(({ body }) => JSON.parse(body).data)
}

test('a rate of requests that is exceeded is told of once an hour, however much is refused', async (t) => {
  const told = await listening(t)
  const { id, key } = await server.createKey({ accountId, limits: { requests_per_minute: 2 } })
  const statuses: number[] = []
  for (let i = 0; i < 12; i++) statuses.push((await manage(server, key, 'GET', '/v1/models')).status)
  assert.deepEqual(statuses, [200, 200, ...Array(10).fill(429)])
  const [first, ...more] = await toldOf(told)
  assert.equal(more.length, 0)
  assert.deepEqual(
    { ...first, period: null },
    { account_id: accountId, key_id: id, limit: 'requests_per_minute', max: 2, period: null },
  )
  assert.match(String(first?.['period']), /^\d{4}-\d\d-\d\dT\d\d$/)
  server.clock.advance(HOUR_MS)
  assert.equal((await manage(server, key, 'GET', '/v1/models')).status, 429)
  assert.equal((await toldOf(told)).length, 2)
})

test('a place that there is not among the streams is told of once an hour, of the account and of the key', async (t) => {
  const told = await listening(t)
  const narrow = await server.createKey({ accountId })
  const speaking = await SpeakClient.open(server, narrow.key)
  speaking.send({ text: '#slow:bf word '.repeat(200) })
  await speaking.next()
  for (let i = 0; i < 3; i++) assert.equal((await generate(server, narrow.key, { text: 'word' })).status, 429)
  assert.deepEqual(
    (await toldOf(told)).map(({ key_id, limit, max }) => [key_id, limit, max]),
    [[null, 'concurrent_streams', 1]],
  )
  await server.operator.accounts.changePlan(accountId, 'enterprise', OPERATOR)
  await server.operator.keys.change(
    { accountId: null },
    narrow.id,
    { limits: { concurrent_streams: 1 } },
    OPERATOR,
  )
  assert.equal((await generate(server, narrow.key, { text: 'word' })).status, 429)
  assert.deepEqual(
    (await toldOf(told)).map(({ key_id }) => key_id),
    [null, narrow.id],
  )
  speaking.close()
})
