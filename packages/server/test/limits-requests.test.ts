import assert from 'node:assert/strict'
import { after, before, mock, test } from 'node:test'
import { createPlans } from '../src/accounts/plans.ts'
import { createCountRequest, RATE_WINDOW_S } from '../src/accounts/request-rate.ts'
import { windowsInMemory } from '../src/accounts/request-windows.ts'
import { ask } from './harness/account-api.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { OPENED } from './harness/socket-stage.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { TestClock } from './harness/test-clock.ts'
import type { TestServer } from './harness/test-server.ts'

let server: TestServer
before(async () => {
  server = await startWithPlans([
    planOf('ten', { requests_per_minute: 10 }),
    planOf('three', { requests_per_minute: 3 }),
    planOf('hundred', { requests_per_minute: 100 }),
  ])
})
after(() => server.stop())

const models = (key: string): Promise<Response> => ask(server, key, '/v1/models')
const statuses = async (answers: Promise<Response>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status)
const times = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at))

test('every answer says what the limit is and what is left of it', async () => {
  const { key } = await keyOn(server, 'ten')
  for (let left = 9; left >= 0; left--) {
    const { status, headers } = await models(key)
    assert.equal(status, 200)
    assert.equal(headers.get('ratelimit-policy'), '"account";q=10;w=60')
    assert.match(headers.get('ratelimit') ?? '', new RegExp(`^"account";r=${left};t=[0-9]{1,2}$`))
  }
  const refused = await answerOf(await models(key))
  assert.equal(expectFlat(refused, 'RATE_LIMITED'), 'Rate limit exceeded: 10 requests a minute (account)')
  const wait = Number(/;t=(\d+)/.exec(refused.headers['ratelimit'] ?? '')?.[1])
  assert.ok(wait > 50 && wait <= 60)
  assert.ok(Number(refused.headers['retry-after']) >= wait)
  assert.equal(JSON.parse(refused.body).retry_after, Number(refused.headers['retry-after']))
  assert.equal(refused.headers['ratelimit-policy'], '"account";q=10;w=60')
})

test('of 100 requests at once against a limit of 10, exactly 10 pass', async () => {
  const { key } = await keyOn(server, 'ten')
  const seen = await statuses(times(100, () => models(key)))
  assert.equal(seen.filter((status) => status === 200).length, 10)
  assert.equal(seen.filter((status) => status === 429).length, 90)
})

test("a key's own limit comes on top: what it refuses is not taken from the account", async () => {
  const { key, account_id: accountId } = await keyOn(server, 'ten', {
    name: 'own',
    limits: { requests_per_minute: 4 },
  })
  const { key: other } = await server.createKey({ accountId })
  const first = await models(key)
  assert.equal(first.headers.get('ratelimit-policy'), '"key";q=4;w=60, "account";q=10;w=60')
  assert.match(first.headers.get('ratelimit') ?? '', /^"key";r=3;t=\d+, "account";r=9;t=\d+$/)
  const seen = await statuses(times(50, () => models(key)))
  assert.equal(seen.filter((status) => status === 200).length, 3)
  const left = await statuses(times(20, () => models(other)))
  assert.equal(left.filter((status) => status === 200).length, 6)
})

test("what the account refuses is not taken from the key's own limit either", async () => {
  const { key, account_id: accountId } = await keyOn(server, 'three', {
    name: 'own',
    limits: { requests_per_minute: 5 },
  })
  const seen = await statuses(times(20, () => models(key)))
  assert.equal(seen.filter((status) => status === 200).length, 3)
  await changePlan(server, accountId, 'hundred')
  const more = await statuses(times(20, () => models(key)))
  assert.equal(more.filter((status) => status === 200).length, 2, 'three of five were used, not more')
})

test('one account takes nothing from another, and whoever has no limit is told of none', async () => {
  const { key } = await keyOn(server, 'three')
  const { key: other } = await keyOn(server, 'three')
  await statuses(times(10, () => models(key)))
  assert.equal((await models(other)).status, 200)
  const { key: unlimited } = await server.createKey()
  const { headers } = await models(unlimited)
  assert.equal(headers.get('ratelimit-policy'), null)
  assert.equal(headers.get('ratelimit'), null)
})

test('a request that fails for another reason has counted, and says how the limits stand', async () => {
  const { key } = await keyOn(server, 'three')
  const missing = await generate(server, key, {})
  assert.equal(missing.status, 400)
  assert.match(missing.headers.get('ratelimit') ?? '', /^"account";r=2;/)
  const spoken = await generate(server, key, { text: 'word' })
  assert.equal(spoken.status, 200)
  assert.match(spoken.headers.get('ratelimit') ?? '', /^"account";r=1;/)
})

test('another plan is in force with the next request, in the same minute', async () => {
  const { key, account_id: accountId } = await keyOn(server, 'three')
  await statuses(times(5, () => models(key)))
  await changePlan(server, accountId, 'ten')
  const seen = await statuses(times(20, () => models(key)))
  assert.equal(seen.filter((status) => status === 200).length, 7, 'refused requests had not counted')
  await changePlan(server, accountId, 'three')
  assert.equal((await models(key)).status, 429)
})

test('on a socket each request counts, an upgrade does not; the socket stays open', async (t) => {
  const { key } = await keyOn(server, 'three')
  const sockets = await Promise.all(times(5, () => SpeakClient.open(server, key)))
  t.after(async () => void (await Promise.all(sockets.map((socket) => socket.close()))))
  const [socket, other] = sockets
  assert.ok(socket && other)
  for (const text of ['one', 'two', 'three']) assert.equal((await socket.speak(text)).end.kind, 'final')
  const refused = await socket.speak('four')
  assert.equal(refused.failure('RATE_LIMITED'), 'Rate limit exceeded: 3 requests a minute (account)')
  assert.ok(refused.end.kind === 'error' && (refused.end.frame.retry_after ?? 0) > 50)
  assert.equal((await other.speak('four')).end.kind, 'error')
  socket.send({ update_settings: { speed: 1.1 } })
  await socket.nextOf('settings')
  assert.equal((await models(key)).status, 429, 'over HTTP it is the same limit')
})

test('of 60 requests on six sockets at once against a limit of 10, exactly 10 are spoken', async (t) => {
  const { key } = await keyOn(server, 'ten')
  const sockets = await Promise.all(times(6, () => SpeakClient.open(server, key)))
  t.after(async () => void (await Promise.all(sockets.map((socket) => socket.close()))))
  for (const socket of sockets) for (let sent = 0; sent < 10; sent++) socket.send({ text: 'word' })
  const answers = await Promise.all(
    sockets.map(async (socket) => {
      const kinds: string[] = []
      while (kinds.length < 10) kinds.push((await socket.answer()).end.kind)
      return kinds
    }),
  )
  assert.equal(answers.flat().filter((kind) => kind === 'final').length, 10)
})

test('a window ends a minute after its first request', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  t.after(() => mock.timers.reset())
  const plan = planOf('two', { requests_per_minute: 2 })
  const count = createCountRequest({
    plans: createPlans([plan], 'two'),
    windows: windowsInMemory(RATE_WINDOW_S),
    reached: () => {},
    clock: new TestClock(),
  })
  const ask = async () => await count({ ...OPENED.principal, plan: 'two' })
  assert.equal((await ask()).refusal, null)
  mock.timers.tick(40_000)
  assert.equal((await ask()).refusal, null)
  const { refusal, rates } = await ask()
  assert.equal(refusal?.retryAfterS, 20)
  assert.deepEqual(rates, [{ limit: 'account', quota: 2, remaining: 0, resetS: 20 }])
  mock.timers.tick(19_999)
  assert.equal((await ask()).refusal?.retryAfterS, 1)
  mock.timers.tick(1)
  assert.deepEqual((await ask()).rates, [{ limit: 'account', quota: 2, remaining: 1, resetS: RATE_WINDOW_S }])
})
