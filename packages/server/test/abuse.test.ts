import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { SCOPES } from '@kugelaudio/contract'
import { mintKeyText } from '@kugelaudio/keycore'
import { ABUSE_LIMITS } from '../src/auth/abuse-limits.ts'
import { createGrowingWaits } from '../src/auth/growing-waits.ts'
import { createThrottle } from '../src/auth/throttle.ts'
import { ManualClock } from './engines/manual-clock.ts'
import { eventsOf } from './harness/audit.ts'
import { answerOf, expectFlat, expectUnauthorized } from './harness/expect-failure.ts'
import { openSocket } from './harness/frame-client.ts'
import { manage } from './harness/manage.ts'
import { accountOn } from './harness/plans.ts'
import { exchange, requestText } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { ofRequests } from './harness/statements.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const FAILURES = 20

let server: TestServer
const statements: string[] = []
before(async () => {
  server = await startServer({
    environment: { KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1' },
    abuseLimits: { failuresPerMinute: FAILURES, createdKeysPerMinute: 5, activeKeys: 12 },
    sawStatement: ofRequests(statements),
  })
})
after(() => server.stop())

const ask = (credential: string, from: string) =>
  exchange(
    server.url,
    requestText('GET /v1/models HTTP/1.1', [`Authorization: ${credential}`, `X-Forwarded-For: ${from}`]),
  )

/** Fails as often as is let pass. */
async function exhaust(from: string, credential = () => 'Bearer ka_guess'): Promise<void> {
  for (let i = 0; i < FAILURES; i++) expectUnauthorized(await ask(credential(), from), `attempt ${i}`)
}

test('an address that fails too often hears 429 with Retry-After instead of 401; others do not', async () => {
  await exhaust('203.0.113.1')
  const answer = await ask('Bearer ka_guess', '203.0.113.1')
  assert.equal(expectFlat(answer, 'RATE_LIMITED'), 'Too many failed attempts from this address')
  const waitS = Number(answer?.headers['retry-after'])
  assert.ok(Number.isInteger(waitS) && waitS >= 1 && waitS <= 60, `${waitS} s`)
  expectUnauthorized(await ask('Bearer ka_guess', '203.0.113.2'))
})

test('a valid key passes wherever it comes from, however much was tried from there', async () => {
  await exhaust('203.0.113.3')
  const { key } = await server.createKey()
  for (let i = 0; i < 5; i++) {
    expectFlat(await ask('Bearer ka_guess', '203.0.113.3'), 'RATE_LIMITED')
    assert.equal((await ask(`Bearer ${key}`, '203.0.113.3'))?.status, 200)
  }
})

test('using a valid key never counts, nor does presenting nothing, nor being forbidden something', async () => {
  const { key } = await server.createKey({ scopes: ['usage:read'] })
  const from = '203.0.113.4'
  for (let i = 0; i < 2 * FAILURES; i++) {
    assert.equal((await ask(`Bearer ${key}`, from))?.status, 200)
    const none = await exchange(
      server.url,
      requestText('GET /v1/models HTTP/1.1', [`X-Forwarded-For: ${from}`]),
    )
    expectUnauthorized(none)
    const lines = [`X-API-Key: ${key}`, `X-Forwarded-For: ${from}`]
    assert.equal((await exchange(server.url, requestText('GET /v1/api-keys HTTP/1.1', lines)))?.status, 403)
  }
  expectUnauthorized(await ask('Bearer ka_guess', from))
})

test('every way of failing counts alike: nonsense, never minted, revoked, expired', async () => {
  const revoked = await server.createKey()
  await server.revokeKey(revoked.id)
  const expired = await server.createKey({ expiresAtMs: server.clock.nowMs() + 1_000 })
  server.clock.advance(1_000)
  const ways = [
    'Bearer x',
    `Bearer ${mintKeyText(randomBytes)}`,
    `Bearer ${revoked.key}`,
    `Bearer ${expired.key}`,
    'Basic x',
  ]
  for (const [at, way] of ways.entries()) {
    const from = `198.51.100.${at}`
    await exhaust(from, () => way)
    expectFlat(await ask(way, from), 'RATE_LIMITED', way.slice(0, 9))
  }
})

test('whoever has one IPv6 address has its network: 64 bits are counted together', async () => {
  for (let i = 0; i < FAILURES; i++)
    expectUnauthorized(await ask('Bearer x', `2001:db8:1:2::${i.toString(16)}`))
  expectFlat(await ask('Bearer x', '2001:db8:1:2:ffff::1'), 'RATE_LIMITED')
  expectUnauthorized(await ask('Bearer x', '2001:db8:1:3::1'))
})

test('sockets are counted with everything else: 429 for programs, an error frame and 4029 for browsers', async () => {
  const from = '203.0.113.5'
  const lines = ['Authorization: Bearer ka_guess', `X-Forwarded-For: ${from}`]
  for (let i = 0; i < FAILURES; i++)
    expectUnauthorized(await exchange(server.url, handshakeText('/ws/tts', lines)))
  expectFlat(await exchange(server.url, handshakeText('/ws/tts', lines)), 'RATE_LIMITED')
  expectFlat(await ask('Bearer ka_guess', from), 'RATE_LIMITED')
  const headers = { origin: 'https://example.com', 'x-forwarded-for': from }
  const browser = new SpeakClient(openSocket(server, '/ws/tts', { query: '?api_key=ka_guess', headers }))
  await browser.nextFailure('RATE_LIMITED')
  assert.equal((await browser.closed).code, 4029)
})

test('attempts that were told to wait are in the log like all others', async () => {
  const events = await eventsOf(server, { action: 'access.refused', actor: 'anyone' })
  const ofOne = events.filter(({ address }) => address === '203.0.113.1')
  assert.equal(
    ofOne.reduce((sum, { details }) => sum + Number(details['count']), 0),
    FAILURES + 1,
  )
})

test('a minute after the first failure everything is forgotten', () => {
  const clock = new ManualClock()
  const throttle = createThrottle({ clock, perMinute: 3 })
  assert.deepEqual(
    [1, 2, 3].map(() => throttle.hit('203.0.113.1')),
    [null, null, null],
  )
  assert.equal(throttle.hit('203.0.113.1'), 60)
  clock.advance(30_500)
  assert.equal(throttle.hit('203.0.113.1'), 30)
  assert.equal(throttle.hit('203.0.113.2'), null)
  clock.advance(29_499)
  assert.equal(throttle.hit('203.0.113.1'), 1)
  clock.advance(1)
  assert.equal(throttle.hit('203.0.113.1'), null)
})

test('each failure beyond those that are free is waited for longer, up to a quarter of an hour; a success begins anew', () => {
  const clock = new ManualClock()
  const waits = createGrowingWaits({ clock, free: 3 })
  const fail = () => waits.hit('ada')
  assert.deepEqual([fail(), fail()], [null, null])
  for (const seconds of [60, 120, 240, 480, 900, 900]) {
    assert.equal(fail(), seconds)
    assert.equal(waits.wait('grace'), null)
    clock.advance(seconds * 1_000 - 1)
    assert.equal(waits.wait('ada'), 1)
    clock.advance(1)
    assert.equal(waits.wait('ada'), null)
  }
  fail()
  waits.forget('ada')
  assert.deepEqual([waits.wait('ada'), fail(), fail()], [null, null, null])
})

test('failures are waited for until a day has passed without one', () => {
  const clock = new ManualClock()
  const waits = createGrowingWaits({ clock, free: 2 })
  waits.hit('ada')
  clock.advance(86_399_000)
  assert.equal(waits.hit('ada'), 60)
  clock.advance(2 * 86_400_000)
  assert.equal(waits.hit('ada'), null)
})

test('a million addresses take a bounded part of the memory', () => {
  const clock = new ManualClock()
  const throttle = createThrottle({ clock, perMinute: 1 })
  throttle.hit('203.0.113.1')
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1_000_000; i++) throttle.hit(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  const grownMb = (process.memoryUsage().heapUsed - before) / 2 ** 20
  assert.ok(grownMb < 200, `${grownMb} MB`)
  assert.equal(throttle.hit('203.0.113.1'), null, 'the one heard of longest ago is forgotten first')
  assert.equal(throttle.hit('10.15.66.63'), 60, 'the last one is not')
})

test('an account makes only so many keys a minute, and has only so many that work; another is not concerned', async () => {
  const accountId = await accountOn(server, 'enterprise')
  const { key } = await server.createKey({ accountId, scopes: [...SCOPES] })
  const create = (name: string) => manage(server, key, 'POST', '/v1/api-keys', { name })
  // The operator's own counts for nobody's patience, but for the number of keys there are.
  server.clock.advance(60_000)
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    const answer = await create(`in time ${i}`)
    assert.equal(answer.status, 201)
    ids.push(((await answer.json()) as { id: string }).id)
  }
  const tooFast = await create('too fast')
  assert.equal(tooFast.headers.get('retry-after'), '60')
  assert.match(expectFlat(await answerOf(tooFast), 'RATE_LIMITED'), /5 keys a minute/)
  server.clock.advance(60_000)
  for (let i = 0; i < 5; i++) assert.equal((await create(`later ${i}`)).status, 201)
  server.clock.advance(60_000)
  assert.equal((await create('the twelfth')).status, 201)
  assert.match(expectFlat(await answerOf(await create('too many')), 'CONFLICT'), /may have 12 keys/)
  const [first = ''] = ids
  await server.revokeKey(first)
  assert.equal((await create('in its place')).status, 201, 'a revoked one makes room')
  assert.equal((await server.createKey({ accountId })).account_id, accountId, 'the operator is not limited')
  const other = await server.createKey({
    accountId: await accountOn(server, 'enterprise'),
    scopes: [...SCOPES],
  })
  server.clock.advance(60_000)
  assert.equal((await manage(server, other.key, 'POST', '/v1/api-keys', { name: 'x' })).status, 201)
})

test('keys made at the same time do not slip past the limit', async () => {
  const accountId = await accountOn(server, 'enterprise')
  const { key } = await server.createKey({ accountId, scopes: [...SCOPES] })
  server.clock.advance(60_000)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => manage(server, key, 'POST', '/v1/api-keys', { name: `${i}` })),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 5)
})

test('a revoked, an expired and a never minted key take the same steps: nobody learns which by the clock', async () => {
  const revoked = await server.createKey()
  const expired = await server.createKey({ expiresAtMs: server.clock.nowMs() + 1_000 })
  const used = async (key: string) =>
    (await fetch(`${server.url}/v1/models`, { headers: { 'x-api-key': key } })).text()
  await used(revoked.key)
  await server.revokeKey(revoked.id)
  // The server remembers it from when it was valid; nobody has written since.
  await used(expired.key)
  statements.length = 0
  await used(expired.key)
  assert.deepEqual(statements, [])
  server.clock.advance(1_000)
  const stepsOf = async (key: string): Promise<string[]> => {
    statements.length = 0
    await used(key)
    return [...statements]
  }
  const never = await stepsOf(mintKeyText(randomBytes))
  assert.equal(never.length, 1)
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await stepsOf(revoked.key), never, 'revoked')
    assert.deepEqual(await stepsOf(expired.key), never, 'expired')
    assert.deepEqual(await stepsOf(mintKeyText(randomBytes)), never, 'never minted')
  }
})

test('what cannot be a key is refused without any statement', async () => {
  await ask(`Bearer ka_${'b'.repeat(46)}`, '192.0.2.1')
  statements.length = 0
  for (const text of ['x', 'ka_guess', `ka_${'a'.repeat(46)}`, 'sk_live_abcdefghijklmnop', 'a'.repeat(600)])
    expectUnauthorized(await ask(`Bearer ${text}`, '192.0.2.1'))
  assert.deepEqual(statements, [])
})

test('the limits of a server are above what its own clients do by mistake', () => {
  assert.ok(ABUSE_LIMITS.failuresPerMinute >= 100)
  assert.equal(ABUSE_LIMITS.activeKeys, 10_000)
})
