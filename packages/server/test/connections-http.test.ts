import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { isIdle, until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { closed, connectTo, exchange, readAnswer, requestText } from './harness/raw-http.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const raw = (bytes: string | Uint8Array) => exchange(server.url, bytes)
const authorized = (): string[] => [`X-API-Key: ${key}`]

test('a wrong method is 405 and told which ones are right', async () => {
  const allowed: Record<string, string> = {
    '/v1/models': 'GET, HEAD',
    '/v1/tts/generate': 'POST',
    '/predict': 'POST',
    '/health': 'GET, HEAD',
    '/ready': 'GET, HEAD',
    '/openapi.json': 'GET, HEAD',
  }
  for (const [path, allow] of Object.entries(allowed)) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      if (allow.split(', ').includes(method)) continue
      const answer = await raw(requestText(`${method} ${path} HTTP/1.1`))
      expectFlat(answer, 'METHOD_NOT_ALLOWED', `${method} ${path}`)
      assert.equal(answer?.headers['allow'], allow, `${method} ${path}`)
    }
  }
})

test('HEAD is GET without a body', async () => {
  for (const [path, status] of [
    ['/health', 200],
    ['/v1/models', 200],
    ['/nowhere', 404],
    ['/v1/tts/generate', 405],
  ] as const) {
    const answer = await fetch(server.url + path, { method: 'HEAD', headers: { 'x-api-key': key } })
    assert.equal(answer.status, status, path)
    assert.equal(await answer.text(), '')
    assert.match(answer.headers.get('x-request-id') ?? '', /^req_/)
  }
})

test('an unknown route is 404, with a key and without', async () => {
  const paths = [
    '/..%2f',
    '/v1/',
    '/v1/models/',
    '/v1/Models',
    '//v1/models',
    '/v1//models',
    '/v1/models/x',
    '/v1/tts',
    '/%76%31/nothing',
    '/v1/models%00',
    '/v1/models%2f',
    '/%ff%fe',
    '/%',
    '/%zz',
    '/..%2f',
    '/../../etc/passwd',
    '/.env',
    '/__proto__',
    '/constructor',
    `/${'a'.repeat(8_000)}`,
  ]
  for (const path of paths) {
    for (const headers of [[], authorized()]) {
      expectFlat(await raw(requestText(`GET ${path} HTTP/1.1`, headers)), 'NOT_FOUND', path.slice(0, 40))
    }
  }
})

/** What is not a request, or one that nobody can answer. */
const GARBAGE: Record<string, string | Uint8Array> = {
  'random bytes': Buffer.from([0, 1, 2, 3, 255, 254, 253, 13, 10, 13, 10]),
  words: 'Hello, is this the speech API?\r\n\r\n',
  'a TLS greeting': Buffer.from('16030100c8010000c40303', 'hex'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a method of no one': requestText('BREW /v1/models HTTP/1.1'),
  'a method in small letters': requestText('get /health HTTP/1.1'),
  'a version of no one': requestText('GET /health HTTP/9.9'),
  'a start line without an address': requestText('GET HTTP/1.1'),
  'a space in the address': requestText('GET /health now HTTP/1.1'),
  'a header without a colon': requestText('GET /health HTTP/1.1', ['Nonsense']),
  'a space before the colon': requestText('GET /health HTTP/1.1', ['Accept : x']),
  'NUL in a header': requestText('GET /health HTTP/1.1', ['Accept: \0']),
  'a length that is no number': requestText('POST /predict HTTP/1.1', ['Content-Length: ten']),
  'a negative length': requestText('POST /predict HTTP/1.1', ['Content-Length: -1']),
  'two lengths': requestText('POST /predict HTTP/1.1', ['Content-Length: 1', 'Content-Length: 2']),
  'a length and chunks': requestText('POST /predict HTTP/1.1', [
    'Content-Length: 1',
    'Transfer-Encoding: chunked',
  ]),
  'no host': 'GET /health HTTP/1.1\r\n\r\n',
  'two hosts': 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'a host with a space': 'GET /health HTTP/1.1\r\nHost: a b\r\n\r\n',
  'a host with a path': 'GET /health HTTP/1.1\r\nHost: localhost/v1\r\n\r\n',
  'a host with a user': 'GET /health HTTP/1.1\r\nHost: a@localhost\r\n\r\n',
  'a host with a wrong port': 'GET /health HTTP/1.1\r\nHost: localhost:99999\r\n\r\n',
  'an address with another scheme': requestText('GET ftp://localhost/health HTTP/1.1'),
  'an address without a host': requestText('GET http:// HTTP/1.1'),
  'an address with a backslash': requestText('GET /\\health HTTP/1.1'),
}

for (const [what, bytes] of Object.entries(GARBAGE)) {
  test(`${what}: 400 in the form of every other error`, async () => {
    expectFlat(await raw(bytes), 'VALIDATION_ERROR', what)
  })
}

test('headers or an address of more than 16 KiB are 413', async () => {
  expectFlat(
    await raw(requestText('GET /health HTTP/1.1', [`X: ${'a'.repeat(20_000)}`])),
    'PAYLOAD_TOO_LARGE',
  )
  expectFlat(await raw(requestText(`GET /${'a'.repeat(20_480)} HTTP/1.1`)), 'PAYLOAD_TOO_LARGE')
  const many = Array.from({ length: 3_000 }, (_, at) => `X-${at}: a`)
  expectFlat(await raw(requestText('GET /health HTTP/1.1', many)), 'PAYLOAD_TOO_LARGE')
})

test('odd but right requests are served', async () => {
  const odd: Record<string, string> = {
    'HTTP/1.0 without a host, as load balancers ask': 'GET /health HTTP/1.0\r\n\r\n',
    'a query': requestText('GET /health?a=1&a=2&__proto__=3#x HTTP/1.1'),
    'an endless query': requestText(`GET /health?${'a=1&'.repeat(3_000)} HTTP/1.1`),
    'an absolute address': requestText('GET http://localhost/health HTTP/1.1'),
    'a foreign host': 'GET /health HTTP/1.1\r\nHost: speech.example.com:8443\r\n\r\n',
    'an IPv6 host': 'GET /health HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n',
    'empty lines before it': `\r\n\r\n${requestText('GET /health HTTP/1.1')}`,
    'a body on GET': requestText('GET /health HTTP/1.1', [], 'abc'),
    'an expectation of no one': requestText('GET /health HTTP/1.1', ['Expect: a miracle']),
    'an offer of HTTP/2, as Java makes': requestText('GET /health HTTP/1.1', [
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    ]),
    'an upgrade to nothing known': requestText('GET /health HTTP/1.1', [
      'Connection: Upgrade',
      'Upgrade: foo',
    ]),
  }
  for (const [what, bytes] of Object.entries(odd)) assert.equal((await raw(bytes))?.status, 200, what)
})

test('an offer of HTTP/2 does not cost a request its body', async () => {
  const body = '{"text":"a"}'
  const answer = await raw(
    requestText(
      'POST /v1/tts/generate HTTP/1.1',
      [...authorized(), 'Content-Type: application/json', 'Connection: Upgrade', 'Upgrade: h2c'],
      body,
    ),
  )
  assert.equal(answer?.status, 200)
})

test('a client that waits for 100 Continue is told to go on', async () => {
  const socket = await connectTo(server.url)
  const body = '{"text":"a"}'
  socket.write(
    requestText('POST /v1/tts/generate HTTP/1.1', [
      ...authorized(),
      'Content-Type: application/json',
      'Expect: 100-continue',
      `Content-Length: ${body.length}`,
    ]),
  )
  const [first] = (await once(socket, 'data')) as [Buffer]
  assert.match(first.toString('latin1'), /^HTTP\/1\.1 100 /)
  socket.write(body)
  assert.equal((await readAnswer(socket))?.status, 200)
  socket.destroy()
})

test('this is not a proxy', async () => {
  expectFlat(await raw(requestText('CONNECT example.com:443 HTTP/1.1')), 'METHOD_NOT_ALLOWED')
})

test('the address of a socket asked for without a handshake says what it is', async () => {
  const answer = await answerOf(await fetch(`${server.url}/ws/tts`, { headers: { 'x-api-key': key } }))
  expectFlat(answer, 'UPGRADE_REQUIRED')
})

test('requests in a row on one connection are answered in order', async () => {
  const socket = await connectTo(server.url)
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.write(
    requestText('GET /health HTTP/1.1') +
      requestText('GET /nowhere HTTP/1.1') +
      requestText('GET /v1/models HTTP/1.1', authorized()) +
      requestText('GET /v1/models HTTP/1.1', ['Connection: close']),
  )
  await closed(socket)
  const statuses = [
    ...Buffer.concat(received)
      .toString('latin1')
      .matchAll(/HTTP\/1\.1 (\d+)/g),
  ]
  assert.deepEqual(
    statuses.map(([, status]) => status),
    ['200', '404', '200', '401'],
  )
})

test('garbage behind a request breaks the connection, but never gets into the answer', async () => {
  const socket = await connectTo(server.url)
  const text = 'word '.repeat(400)
  const body = JSON.stringify({ text })
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.write(
    requestText('POST /v1/tts/generate HTTP/1.1', [...authorized(), 'Content-Type: application/json'], body),
  )
  await once(socket, 'data')
  socket.write('garbage garbage garbage\r\n\r\n')
  await closed(socket)
  const answers = Buffer.concat(received)
    .toString('latin1')
    .match(/HTTP\/1\.1 /g)
  assert.equal(answers?.length, 1, 'no second head inside the audio')
  await until(() => isIdle(server.serving.engine) && server.serving.grants.size === 0)
})

test('every answer has a request id of its own, and none repeats what a caller sent', async () => {
  const ids = new Set<string>()
  for (let at = 0; at < 20; at++) {
    const answer = await raw(requestText('GET /health HTTP/1.1', ['X-Request-Id: mine']))
    ids.add(answer?.headers['x-request-id'] ?? '')
  }
  assert.equal(ids.size, 20)
  assert.ok(!ids.has('mine'))
})

/** Sockets that have sent half a header. */
async function halfOpen(url: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  for (let at = 0; at < count; at += 100) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => connectTo(url)))))
  }
  for (const socket of sockets) socket.write('GET /health HTTP/1.1\r\nHost: local')
  return sockets
}

test('2,000 connections that send half a header do not stop a good request', async () => {
  const sockets = await halfOpen(server.url, 2_000)
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  const spoken = await generate(server, key, { text: 'a good request' })
  assert.equal((await bytesOf(spoken)).length, 2 * toneSamples('a good request'))
  for (const socket of sockets) socket.destroy()
})

test('the server answers each of 2,000 such connections with 408, and closes it', async () => {
  const impatient = await startServer({ listenerLimits: { headersMs: 300, requestMs: 600, checkedMs: 100 } })
  try {
    const sockets = await halfOpen(impatient.url, 2_000)
    const answers = await Promise.all(
      sockets.map(async (socket) => {
        const end = closed(socket)
        const answer = await readAnswer(socket)
        await end
        return answer
      }),
    )
    assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [408])
    expectFlat(answers[0] ?? null, 'REQUEST_TIMEOUT')
    assert.equal((await fetch(`${impatient.url}/health`)).status, 200)
  } finally {
    await impatient.stop()
  }
})

test('after all of this nothing has failed on our side', () => {
  const lines = server.logged.map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.filter(({ level, status }) => level >= 50 || status >= 500),
    [],
  )
})
