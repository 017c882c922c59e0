import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { FAILURES, type FailureCode } from '@kugelaudio/contract'
import { mintKeyText } from '@kugelaudio/keycore'
import { WebSocket } from 'ws'
import { OPERATOR } from '../src/store/audit-log.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { expectFlat, expectUnauthorized, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { connectTo, exchange, type RawAnswer, readAnswer, requestText } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

/** A handshake's answer; an accepted one answers 101. */
const shake = (path: string, headerLines: string[] = [], version: string | null = '13') =>
  exchange(server.url, handshakeText(path, headerLines, version))

/** Ways to present a key. */
const presented: Record<string, (key: string) => { query?: string; headers?: Record<string, string> }> = {
  'in the query': (key) => ({ query: `?api_key=${key}` }),
  'as Authorization: Bearer': (key) => ({ headers: { authorization: `Bearer ${key}` } }),
  'as authorization: bearer': (key) => ({ headers: { authorization: `bearer  ${key}` } }),
  'as X-API-Key': (key) => ({ headers: { 'x-api-key': key } }),
  'in both headers': (key) => ({ headers: { 'x-api-key': key, authorization: `Bearer ${key}` } }),
  'in the query and a header': (key) => ({ query: `?api_key=${key}`, headers: { 'x-api-key': key } }),
  'with a region in front': (key) => ({ query: `?api_key=eu-${key}` }),
  'percent-encoded': (key) => ({ query: `?api_key=${key.replace('_', '%5F')}` }),
  'as the JavaScript SDK does': (key) => ({ query: `?api_key=${key}&org_id=12&sdk=js&sdk_version=3.1.0` }),
  'as the Python SDK does': (key) => ({
    query: `?api_key=${key}&model_id=kugel-3&sdk=python&sdk_version=2.7.0`,
  }),
  'beside parameters nobody knows': (key) => ({ query: `?x=%zz&api_key=${key}&&=&token` }),
}

for (const [way, present] of Object.entries(presented)) {
  test(`a socket opens and speaks with a key ${way}`, async () => {
    const client = await SpeakClient.open(server, present(key))
    assert.equal((await client.speak('word')).samples, toneSamples('word'))
    await client.close()
  })
}

/** What is no valid key, and how it is refused. */
const refused: Record<
  string,
  () => Promise<{ path: string; lines?: string[]; code: FailureCode; bare?: true }>
> = {
  'without a key': async () => ({ path: '/ws/tts', code: 'UNAUTHORIZED', bare: true }),
  'with an empty key': async () => ({ path: '/ws/tts?api_key=', code: 'UNAUTHORIZED' }),
  'with a key of the wrong shape': async () => ({ path: '/ws/tts?api_key=sk-123', code: 'UNAUTHORIZED' }),
  'with a mistyped key': async () => ({
    path: `/ws/tts?api_key=${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
    code: 'UNAUTHORIZED',
  }),
  'with a key nobody made': async () => ({
    path: `/ws/tts?api_key=${mintKeyText(randomBytes)}`,
    code: 'UNAUTHORIZED',
  }),
  'with a header that is not Bearer': async () => ({
    path: '/ws/tts',
    lines: [`Authorization: Basic ${key}`],
    code: 'UNAUTHORIZED',
  }),
  'with a revoked key': async () => {
    const { key, id } = await server.createKey()
    await server.revokeKey(id)
    return { path: `/ws/tts?api_key=${key}`, code: 'UNAUTHORIZED' }
  },
  'with an expired key': async () => {
    const { key } = await server.createKey({ expiresAtMs: server.clock.nowMs() + 1_000 })
    server.clock.advance(1_000)
    return { path: `/ws/tts?api_key=${key}`, code: 'UNAUTHORIZED' }
  },
  'with the key of a suspended account': async () => {
    const accountId = await server.createAccount(`${Math.random()}@example.com`)
    const { key } = await server.createKey({ accountId })
    await server.suspendAccount(accountId)
    return { path: `/ws/tts?api_key=${key}`, code: 'FORBIDDEN' }
  },
  'with two different keys': async () => ({
    path: `/ws/tts?api_key=${key}`,
    lines: [`X-API-Key: ${(await server.createKey()).key}`],
    code: 'VALIDATION_ERROR',
  }),
  'with a key twice in the query': async () => ({
    path: `/ws/tts?api_key=${key}&api_key=${key}`,
    code: 'VALIDATION_ERROR',
  }),
  'on a path that is none': async () => ({ path: `/ws/nothing?api_key=${key}`, code: 'NOT_FOUND' }),
  'on a path of HTTP': async () => ({ path: `/v1/models?api_key=${key}`, code: 'NOT_FOUND' }),
}

for (const [how, make] of Object.entries(refused)) {
  test(`a program that opens a socket ${how} reads why in the HTTP answer`, async () => {
    const { path, lines, code, bare } = await make()
    const answer = await shake(path, lines)
    expectRefusal(answer, code)
    if (code === 'UNAUTHORIZED') {
      const challenge = answer?.headers['www-authenticate'] ?? ''
      assert.equal(challenge.includes('error="invalid_token"'), !bare, challenge)
    }
    expectNoSecret(answer, path, lines)
  })

  test(`a browser that opens a socket ${how} reads why in a frame and the close code`, async () => {
    const { path, lines = [], code } = await make()
    const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string]))
    const socket = new WebSocket(server.wsUrl + path, {
      headers: { ...headers, origin: 'https://example.com' },
    })
    const client = new SpeakClient(socket)
    const message = await client.nextFailure(code)
    const { code: closeCode, reason } = await client.closed
    assert.equal(closeCode, FAILURES[code].close)
    assert.equal(reason, code)
    assert.ok(!message.includes(key))
  })
}

/** That a refused handshake has the right answer: the page's body for 401 and 403, flat for all others. */
function expectRefusal(answer: RawAnswer | null, code: FailureCode): void {
  if (code === 'UNAUTHORIZED') return expectUnauthorized(answer)
  if (code !== 'FORBIDDEN') return void expectFlat(answer, code)
  assert.equal(answer?.status, 403)
  assert.equal(answer.body, FORBIDDEN_BODY)
  assert.match(answer.headers['www-authenticate'] ?? '', /error="insufficient_scope"/)
  assert.match(answer.headers['x-request-id'] ?? '', /^req_[0-9a-f-]{36}$/)
}

function expectNoSecret(answer: RawAnswer | null, path: string, lines: string[] = []): void {
  const keys = `${path} ${lines.join(' ')}`.match(/ka_\w+/g) ?? []
  for (const text of [JSON.stringify(answer), ...server.logged])
    for (const secret of keys) assert.ok(!text.includes(secret), 'a key was echoed')
}

test('a handshake that is answered leaves no key in the log', async () => {
  const own = (await server.createKey()).key
  const client = await SpeakClient.open(server, own)
  await client.speak('word')
  await client.close()
  await shake(`/ws/tts?api_key=${own}&api_key=x`)
  for (const line of server.logged) assert.ok(!line.includes(own.slice(3)))
})

test('a plain GET on the path of a socket is told to upgrade', async () => {
  const answer = await exchange(server.url, requestText(`GET /ws/tts?api_key=${key} HTTP/1.1`))
  expectFlat(answer, 'UPGRADE_REQUIRED')
  assert.equal(answer?.headers['upgrade'], 'websocket')
  assert.match(answer?.headers['connection'] ?? '', /\bupgrade\b/i)
})

for (const version of ['12', '8', '14', 'x', null]) {
  test(`a handshake of version ${version} is told which one to use, and holds no grant`, async () => {
    const answer = await shake(`/ws/tts?api_key=${key}`, [], version)
    expectFlat(answer, 'UPGRADE_REQUIRED')
    assert.equal(answer?.headers['sec-websocket-version'], '13')
    assert.equal(server.serving.grants.size, 0)
  })
}

for (const line of [
  'Sec-WebSocket-Key: short',
  'Sec-WebSocket-Key: ',
  'Sec-WebSocket-Protocol: a,,b',
  'Sec-WebSocket-Protocol: a, a',
]) {
  test(`a handshake with "${line}" is refused in our own words, and holds no grant`, async () => {
    expectFlat(await shake(`/ws/tts?api_key=${key}`, [line]), 'VALIDATION_ERROR')
    assert.equal(server.serving.grants.size, 0)
  })
}

test('an HTTP client that offers HTTP/2 by upgrading is answered in HTTP/1.1', async () => {
  const answer = await exchange(
    server.url,
    requestText('GET /v1/models HTTP/1.1', [
      `Authorization: Bearer ${key}`,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    ]),
  )
  assert.equal(answer?.status, 200)
  assert.match(answer.body, /kugel-3/)
})

test('a compression that is offered is not accepted', async () => {
  const answer = await shake(`/ws/tts?api_key=${key}`, ['Sec-WebSocket-Extensions: permessage-deflate'])
  assert.equal(answer?.status, 101)
  assert.equal(answer.headers['sec-websocket-extensions'], undefined)
})

test('a key that expires while its socket is open speaks no further turn', async () => {
  const { key } = await server.createKey({ expiresAtMs: server.clock.nowMs() + 60_000 })
  const client = await SpeakClient.open(server, key)
  assert.equal((await client.speak('word')).end.kind, 'final')
  server.clock.advance(60_000)
  client.send({ text: 'word' })
  await client.nextFailure('UNAUTHORIZED')
  assert.equal((await client.closed).code, 4001)
  assert.deepEqual(client.frames, [])
})

test('a socket that nothing is asked of ends when its key has expired, or the overlap of its old secret', async () => {
  const ending = await server.createKey({ expiresAtMs: server.clock.nowMs() + 60_000 })
  const rotated = await server.createKey()
  const lasting = await server.createKey()
  const clients = await Promise.all(
    [ending, rotated, lasting].map(({ key }) => SpeakClient.open(server, key)),
  )
  const overlap = { overlapSeconds: 60, idempotencyKey: null }
  await server.operator.keys.rotate({ accountId: null }, rotated.id, overlap, OPERATOR)
  server.clock.advance(60_000)
  server.clock.fire(30_000)
  for (const client of clients.slice(0, 2)) {
    await client.nextFailure('UNAUTHORIZED')
    assert.equal((await client.closed).code, 4001)
  }
  assert.equal((await clients[2]?.speak('word'))?.end.kind, 'final')
})

test('a key that expires while it speaks is cut', async () => {
  const { key } = await server.createKey({ expiresAtMs: server.clock.nowMs() + 60_000 })
  const client = await SpeakClient.open(server, key)
  client.send({ text: '#slow:ca word. '.repeat(500), normalize: false })
  await client.nextOf('audio')
  server.clock.advance(60_000)
  const answer = await client.answer()
  answer.failure('UNAUTHORIZED')
  assert.equal((await client.closed).code, 4001)
  assert.ok(answer.samples < toneSamples('#slow:ca word. '.repeat(500)) / 2)
})

test('a handshake that arrives while the server drains is refused with 503', async () => {
  const own = await startServer()
  const { key } = await own.createKey()
  const busy = await SpeakClient.open(own, key)
  busy.send({ text: '#slow:faa word', normalize: false })
  const late = await connectTo(own.url)
  const text = handshakeText(`/ws/tts?api_key=${key}`)
  late.write(text.slice(0, 20))
  // By the time this is answered, the beginning of the other has been read.
  await fetch(`${own.url}/health`)
  const stopped = own.stop()
  late.write(text.slice(20))
  const answer = await readAnswer(late)
  expectFlat(answer, 'SERVICE_UNAVAILABLE')
  assert.equal(answer?.headers['retry-after'], '1')
  late.destroy()
  assert.equal((await busy.answer()).end.kind, 'final')
  await stopped
})
