import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { mintKeyText } from '@kugelaudio/keycore'
import { WebSocket } from 'ws'
import { usageOf } from './harness/account-api.ts'
import { eventsOf } from './harness/audit.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { exchange, requestText } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { ofRequests } from './harness/statements.ts'
import { storedBytes } from './harness/stored.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const REGIONS = 'eu=https://eu.example.com,us=https://us.example.com/speech'
const statements: string[] = []
let us: TestServer
let nowhere: TestServer
let key: string
before(async () => {
  const environment = { KUGELAUDIO_REGION: 'us', KUGELAUDIO_REGIONS: REGIONS }
  us = await startServer({ environment, sawStatement: ofRequests(statements) })
  nowhere = await startServer()
  key = (await us.createKey()).key
})
after(async () => {
  await us.stop()
  await nowhere.stop()
})

const SPEAK = (keyText: string): string =>
  requestText(
    'POST /v1/tts/generate HTTP/1.1',
    [`Authorization: Bearer ${keyText}`, 'Content-Type: application/json'],
    '{"text":"word"}',
  )

/** Everything that a node can answer with. */
const ANSWERS: Record<string, () => { bytes: string; status: number }> = {
  speech: () => ({ bytes: SPEAK(key), status: 200 }),
  'an open route': () => ({ bytes: requestText('GET /health HTTP/1.1'), status: 200 }),
  'a page': () => ({ bytes: requestText('GET / HTTP/1.1'), status: 307 }),
  'a preflight': () => ({
    bytes: requestText('OPTIONS /v1/tts/generate HTTP/1.1', [
      'Origin: https://a',
      'Access-Control-Request-Method: POST',
    ]),
    status: 204,
  }),
  'no such route': () => ({ bytes: requestText('GET /nothing HTTP/1.1'), status: 404 }),
  'no key': () => ({ bytes: requestText('GET /v1/models HTTP/1.1'), status: 401 }),
  'bad input': () => ({
    bytes: requestText(
      'POST /v1/tts/generate HTTP/1.1',
      [`Authorization: Bearer ${key}`, 'Content-Type: application/json'],
      '{',
    ),
    status: 400,
  }),
  'a missing Host': () => ({ bytes: 'GET /health HTTP/1.1\r\n\r\n', status: 400 }),
  'no HTTP': () => ({ bytes: 'nonsense\r\n\r\n', status: 400 }),
  CONNECT: () => ({ bytes: requestText('CONNECT example.com:443 HTTP/1.1'), status: 405 }),
  'a key of another region': () => ({ bytes: SPEAK(`eu-${key}`), status: 421 }),
  'an upgrade that is refused': () => ({ bytes: handshakeText('/ws/tts'), status: 401 }),
  'an upgrade with a broken key': () => ({
    bytes: handshakeText(`/ws/tts?api_key=${key}`, ['Sec-WebSocket-Key: short']),
    status: 400,
  }),
  'an upgrade': () => ({ bytes: handshakeText(`/ws/tts?api_key=${key}`), status: 101 }),
  'an upgrade that is refused in a browser': () => ({
    bytes: handshakeText('/ws/tts', ['Origin: https://a']),
    status: 101,
  }),
}

for (const [what, make] of Object.entries(ANSWERS))
  test(`a node of a region says in every answer where it comes from: ${what}`, async () => {
    const { bytes, status } = make()
    const answer = await exchange(us.url, bytes)
    assert.equal(answer?.status, status)
    assert.equal(answer.headers['x-kugelaudio-region'], 'us')
  })

test('a node of no region names none, and takes keys with any prefix', async () => {
  const { key: own } = await nowhere.createKey()
  for (const prefix of ['', 'eu-', 'us-', 'global-']) {
    const answer = await generate(nowhere, prefix + own, { text: 'word' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('x-kugelaudio-region'), null)
    await answer.arrayBuffer()
  }
})

test('a key with the own region in front, or with global-, works over HTTP and on sockets', async () => {
  for (const prefix of ['us-', 'global-']) {
    const answer = await generate(us, prefix + key, { text: 'word' })
    assert.equal(answer.status, 200)
    assert.ok((await bytesOf(answer)).length > 0)
    const client = await SpeakClient.open(us, prefix + key)
    assert.ok((await client.speak('word')).samples > 0)
    await client.close()
  }
})

/** What nobody may find on the node that refuses it. */
const TEXT = 'a sentence that must stay in europe'
const ENDPOINT = /use https:\/\/eu\.example\.com$/

/** Ways to present a key over HTTP, each on the route that knows it. */
const PRESENTED: Record<
  string,
  (text: string) => { path?: string; headers: Record<string, string>; isDialect?: true }
> = {
  'as Authorization: Bearer': (text) => ({ headers: { authorization: `Bearer ${text}` } }),
  'as X-API-Key': (text) => ({ headers: { 'x-api-key': text } }),
  'in both': (text) => ({ headers: { 'x-api-key': text, authorization: `Bearer ${text}` } }),
  'as clients of ElevenLabs do': (text) => ({
    path: '/11labs/v1/text-to-speech/1',
    headers: { 'xi-api-key': text },
    isDialect: true,
  }),
}

for (const [way, present] of Object.entries(PRESENTED))
  test(`a raw key of another region, ${way}, is answered 421 with the right endpoint`, async () => {
    const { path = '/v1/tts/generate', headers, isDialect } = present(`eu-${key}`)
    const response = await fetch(us.url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ text: TEXT }),
    })
    const answer = await answerOf(response)
    assert.equal(answer.status, 421)
    const message = isDialect
      ? JSON.parse(answer.body).detail.message
      : expectFlat(answer, 'MISDIRECTED_REQUEST')
    assert.match(message, ENDPOINT)
  })

for (const [where, open] of Object.entries({
  'in the query': (text: string) => new WebSocket(`${us.wsUrl}/ws/tts?api_key=${text}`),
  'in a header': (text: string) =>
    new WebSocket(`${us.wsUrl}/ws/tts/stream`, { headers: { authorization: `Bearer ${text}` } }),
  'as a subprotocol': (text: string) =>
    new WebSocket(`${us.wsUrl}/ws/tts/multi`, ['kugelaudio', `kugelaudio-token.${text}`]),
}))
  test(`a socket with a raw key of another region ${where} is refused with 421 and the right endpoint`, async () => {
    const socket = open(`eu-${key}`)
    socket.on('error', () => {})
    const [, refusal] = await once(socket, 'unexpected-response')
    const answer = await answerOf(
      new Response(refusal, { status: refusal.statusCode, headers: refusal.headers }),
    )
    assert.match(expectFlat(answer, 'MISDIRECTED_REQUEST'), ENDPOINT)
  })

test('a browser reads the right endpoint in a frame', async () => {
  const socket = new WebSocket(`${us.wsUrl}/ws/tts?api_key=eu-${key}`, {
    headers: { origin: 'https://example.com' },
  })
  const client = new SpeakClient(socket)
  assert.match(await client.nextFailure('MISDIRECTED_REQUEST'), ENDPOINT)
  assert.equal((await client.closed).code, 4000)
})

test('what is sent with a key of another region is neither looked at nor kept: no statement, no usage, no line of it', async () => {
  const { key: fresh, id } = await us.createKey()
  const before = await usageOf(us, key)
  await us.serving.flush()
  const known = statements.length
  const answer = await generate(us, `eu-${fresh}`, { text: TEXT })
  assert.equal(answer.status, 421)
  assert.deepEqual(statements.slice(known), [])
  await us.serving.flush()
  assert.deepEqual(statements.slice(known), [])
  assert.deepEqual((await usageOf(us, key)).totals, before.totals)
  assert.deepEqual(
    (await eventsOf(us)).filter(({ target }) => target === id).map(({ action }) => action),
    ['key.created'],
  )
  assert.ok(!(await storedBytes(us)).includes(TEXT))
  const log = us.logged.join('')
  assert.ok(log.includes('MISDIRECTED_REQUEST'))
  for (const secret of [TEXT, fresh, key]) assert.ok(!log.includes(secret))
})

test('what nobody ever made is sent on by its prefix alone, like a key that works', async () => {
  const answers = await Promise.all(
    [key, mintKeyText(randomBytes), 'nonsense'].map(async (text) =>
      answerOf(await generate(us, `eu-${text}`, {})),
    ),
  )
  const messages = answers.map((answer) => expectFlat(answer, 'MISDIRECTED_REQUEST'))
  assert.equal(new Set(messages).size, 1)
})

test('where the address of a region is not known, the refusal does not invent one', async () => {
  const alone = await startServer({ environment: { KUGELAUDIO_REGION: 'us' } })
  try {
    const answer = await answerOf(await generate(alone, `eu-${mintKeyText(randomBytes)}`, { text: TEXT }))
    assert.match(expectFlat(answer, 'MISDIRECTED_REQUEST'), /ask the operator/)
  } finally {
    await alone.stop()
  }
})
