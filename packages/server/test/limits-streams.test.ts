import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from './engines/harness.ts'
import { accountOf, send, untilQuiet } from './harness/account-api.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { accountOn, changeLimits, changePlan, keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import type { TestServer } from './harness/test-server.ts'

/** Longer than any test waits: passage after passage, each slow. */
const ENDLESS = 'Word #slow:da and more of it. '.repeat(300)

let server: TestServer
before(async () => {
  const plans = [
    planOf('ten', { concurrent_streams: 10 }),
    planOf('three', { concurrent_streams: 3 }),
    planOf('one', { concurrent_streams: 1 }),
  ]
  server = await startWithPlans(plans, { environment: { KUGELAUDIO_ENGINE_HOSTS: '4' } })
})
after(() => server.stop())

const streams = (): number => server.serving.streams.size

/** A socket that is being spoken to, and has heard something. */
async function listening(t: { after(then: () => Promise<void>): void }, key: string): Promise<SpeakClient> {
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  client.send({ text: ENDLESS })
  await client.nextOf('audio')
  return client
}

test('of 100 turns at once against a limit of 10, exactly 10 are spoken; the others are told why', async () => {
  const { key } = await keyOn(server, 'ten')
  // None of them ends before the last has been answered.
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => generate(server, key, { text: ENDLESS })),
  )
  const spoken = answers.filter(({ status }) => status === 200)
  const refused = await Promise.all(answers.filter((answer) => !spoken.includes(answer)).map(answerOf))
  for (const answer of spoken) await answer.body?.cancel()
  for (const answer of refused) {
    const message = expectFlat(answer, 'RATE_LIMITED')
    assert.equal(message, 'Rate limit exceeded: 10 concurrent streams (account)')
    assert.equal(answer.headers['retry-after'], '1')
  }
  assert.deepEqual([spoken.length, refused.length], [10, 90])
  await untilQuiet(server)
  assert.equal((await generate(server, key, { text: 'word' })).status, 200)
})

test("a key's own limit comes on top of its account's", async (t) => {
  const accountId = await accountOn(server, 'three')
  const narrow = await server.createKey({ accountId, limits: { concurrent_streams: 1 } })
  const wide = await server.createKey({ accountId })
  await listening(t, narrow.key)
  const refused = expectFlat(
    await answerOf(await generate(server, narrow.key, { text: 'word' })),
    'RATE_LIMITED',
  )
  assert.equal(refused, 'Rate limit exceeded: 1 concurrent streams (key)')
  await listening(t, wide.key)
  await listening(t, wide.key)
  const full = expectFlat(await answerOf(await generate(server, wide.key, { text: 'word' })), 'RATE_LIMITED')
  assert.equal(full, 'Rate limit exceeded: 3 concurrent streams (account)')
  const { used, key } = await accountOf(server, narrow.key)
  assert.deepEqual([used.streams_now, key?.streams_now], [3, 1])
})

test('over the limit, a request on a socket is one error frame; the socket stays open', async (t) => {
  const { key } = await keyOn(server, 'one')
  const busy = await listening(t, key)
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  const refused = await client.speak('word')
  assert.equal(refused.failure('RATE_LIMITED'), 'Rate limit exceeded: 1 concurrent streams (account)')
  assert.ok(refused.end.kind === 'error' && refused.end.frame.retry_after === 1)
  busy.send({ cancel: true })
  while ((await busy.next()).kind !== 'interrupted');
  assert.equal((await client.speak('word')).end.kind, 'final')
})

const ends: Record<string, (key: string) => Promise<void>> = {
  'its end over HTTP': async (key) => void (await bytesOf(await generate(server, key, { text: 'word' }))),
  'its end on a socket': async (key) => {
    const client = await SpeakClient.open(server, key)
    assert.equal((await client.speak('word')).end.kind, 'final')
    assert.equal(streams(), 0, 'given back before the final frame')
    await client.close()
  },
  'a cancel': async (key) => {
    const client = await SpeakClient.open(server, key)
    client.send({ text: ENDLESS })
    await client.nextOf('audio')
    assert.equal(streams(), 1)
    client.send({ cancel: true })
    while ((await client.next()).kind !== 'interrupted');
    assert.equal(streams(), 0)
    await client.close()
  },
  'a socket that closes': async (key) => {
    const client = await SpeakClient.open(server, key)
    client.send({ text: ENDLESS })
    await client.nextOf('audio')
    await client.close()
  },
  'a socket that is torn': async (key) => {
    const client = await SpeakClient.open(server, key)
    client.send({ text: ENDLESS })
    await client.nextOf('audio')
    client.socket.terminate()
  },
  'an HTTP caller who hangs up before the first audio': async (key) => {
    const leaving = new AbortController()
    const answer = generate(server, key, { text: '#slow:eaa word' }, { signal: leaving.signal })
    await until(() => streams() === 1)
    leaving.abort()
    await assert.rejects(answer)
  },
  'an HTTP caller who hangs up while nothing is read': async (key) => {
    const leaving = new AbortController()
    await generate(server, key, { text: ENDLESS }, { signal: leaving.signal })
    assert.equal(streams(), 1)
    leaving.abort()
  },
  'an engine that fails before the first audio': async (key) => {
    assert.equal((await generate(server, key, { text: '#fail' })).status, 503)
  },
  'an engine that fails in the middle': async (key) => {
    const answer = await generate(server, key, { text: 'First sentence here. #fail now.' })
    await assert.rejects(bytesOf(answer))
  },
  'a text without sound': async (key) => {
    assert.equal((await generate(server, key, { text: '...' })).status, 400)
  },
}

for (const [what, act] of Object.entries(ends)) {
  test(`a place comes back after ${what}`, async () => {
    await untilQuiet(server)
    await act((await keyOn(server, 'three')).key)
    await untilQuiet(server)
  })
}

test('a place comes back at once when the key is revoked, though nobody reads the answer', async () => {
  await untilQuiet(server)
  const { key, id } = await keyOn(server, 'one')
  const answer = await generate(server, key, { text: ENDLESS })
  assert.equal(streams(), 1)
  await server.revokeKey(id)
  assert.equal(streams(), 0)
  await assert.rejects(bytesOf(answer))
})

test('a smaller plan ends the newest streams at once; the oldest goes on, and so do the sockets', async (t) => {
  const { key, account_id: accountId } = await keyOn(server, 'three')
  const [oldest, second, newest] = [await listening(t, key), await listening(t, key), await listening(t, key)]
  const receipt = await changePlan(server, accountId, 'one')
  assert.equal(receipt.streams_severed, 2)
  assert.equal(streams(), 1)
  for (const client of [second, newest]) {
    const answer = await client.answer()
    assert.equal(answer.failure('RATE_LIMITED'), 'Rate limit exceeded: 1 concurrent streams (account)')
    ;(await client.speak('word')).failure('RATE_LIMITED')
  }
  for (let heard = 0; heard < 5; heard++) assert.equal((await oldest.next()).kind, 'audio')
})

test("a smaller limit of a key ends that key's newest streams, and no others", async (t) => {
  const accountId = await accountOn(server, 'ten')
  const mine = await server.createKey({ accountId })
  const other = await server.createKey({ accountId })
  const kept = await listening(t, mine.key)
  const untouched = await listening(t, other.key)
  const ended = await listening(t, mine.key)
  const { receipt } = await changeLimits(server, mine.id, { concurrent_streams: 1 })
  assert.equal(receipt.streams_severed, 1)
  const answer = await ended.answer()
  assert.equal(answer.failure('RATE_LIMITED'), 'Rate limit exceeded: 1 concurrent streams (key)')
  for (const client of [kept, untouched]) assert.equal((await client.next()).kind, 'audio')
})

test('the same over HTTP: the answer breaks off, so that nobody takes half of it for the whole', async (t) => {
  const { key, account_id: accountId } = await keyOn(server, 'three')
  await listening(t, key)
  const answer = await generate(server, key, { text: ENDLESS })
  assert.equal(answer.status, 200)
  await changePlan(server, accountId, 'one')
  await assert.rejects(bytesOf(answer))
})

test('a voice or model taken from a key is not heard any more; other limits leave what is spoken alone', async (t) => {
  const { key, id } = await keyOn(server, 'ten')
  const client = await listening(t, key)
  await changeLimits(server, id, { voices: ['tone-a'], models: ['kugel-2'], requests_per_minute: 1_000 })
  for (let heard = 0; heard < 5; heard++) assert.equal((await client.next()).kind, 'audio')
  await changeLimits(server, id, { voices: ['tone-b'] })
  ;(await client.answer()).failure('FORBIDDEN')
  const answer = await generate(server, key, { text: ENDLESS, voice_id: 'tone-b' })
  assert.equal(answer.status, 200)
  await changeLimits(server, id, { models: ['another'] })
  await assert.rejects(bytesOf(answer))
  assert.equal(
    (await generate(server, key, { text: 'word', voice_id: 'tone-b', model_id: 'kugel-3' })).status,
    403,
  )
  await untilQuiet(server)
})

test('a larger limit is in force for the next turn', async (t) => {
  const { key, account_id: accountId } = await keyOn(server, 'one')
  await listening(t, key)
  assert.equal((await generate(server, key, { text: 'word' })).status, 429)
  const receipt = await changePlan(server, accountId, 'three')
  assert.equal(receipt.streams_severed, 0)
  assert.equal((await generate(server, key, { text: 'word' })).status, 200)
})

test('a key may change the limits of others over HTTP, in running streams too', async (t) => {
  const manager = await server.createKey({ scopes: ['keys:manage'] })
  const mine = await server.createKey()
  await listening(t, mine.key)
  const ended = await listening(t, mine.key)
  const path = `/v1/api-keys/${mine.id}`
  const changed = await send(server, manager.key, 'PATCH', path, { limits: { concurrent_streams: 1 } })
  assert.equal(changed.status, 200)
  const { receipt } = (await changed.json()) as { receipt: { streams_severed: number } }
  assert.equal(receipt.streams_severed, 1)
  ;(await ended.answer()).failure('RATE_LIMITED')
})
