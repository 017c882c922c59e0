import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Receipt } from '@kugelaudio/contract'
import { manage, mintToken } from './harness/manage.ts'
import { Machine } from './harness/processes.ts'
import { Receiver } from './harness/receiver.ts'
import { type SentSpan, SpanCollector } from './harness/spans.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'
const TEXT = 'Every word of this is mine alone.'
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS'

/** Writes the name of every package on standard error when something of it is loaded. */
const TELLING_WHAT_IS_LOADED = `--import data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    load(url, context, next) {
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]
      if (name !== undefined) process.stderr.write('loaded ' + name + '\\n')
      return next(url, context)
    },
  })
`)}`

let collector: SpanCollector
let server: TestServer
/** All that must be nowhere in what is sent. */
const secrets: string[] = [TEXT]
before(async () => {
  collector = await SpanCollector.start()
  process.env[HEADERS] = 'x-collector-token=let-me-in'
  server = await startServer({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.receiver.url, OTEL_SERVICE_NAME: 'voices' },
  })
  delete process.env[HEADERS]
})
after(async () => {
  await server.stop()
  collector.receiver.stop()
})

async function createKey(): Promise<{ key: string; id: string }> {
  const made = await server.createKey()
  secrets.push(made.key, made.key.slice(8))
  return made
}

const spanOf = (requestId: string | null): Promise<SentSpan> =>
  collector.find(server, ({ attributes }) => attributes['kugelaudio.request_id'] === requestId)

const below = (above: SentSpan, name: string): SentSpan =>
  collector.spans.find((span) => span.parentSpanId === above.spanId && span.name === name) ??
  assert.fail(`no ${name} under ${above.name}`)

test('a request is a span under that of its caller, with its verification, its turn and the engine under it', async () => {
  const { key } = await createKey()
  const headers = { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: `mine=${key}` }
  const body = { text: TEXT, language: 'en' }
  const answers: Response[] = []
  for (let i = 0; i < 2; i++) {
    const path = `/v1/tts/generate?api_key=${key}`
    const answer = await generate(server, key, body, { headers, path })
    assert.equal(answer.status, 200)
    await bytesOf(answer)
    answers.push(answer)
  }
  const spans: SentSpan[] = []
  for (const { headers } of answers) spans.push(await spanOf(headers.get('x-request-id')))
  for (const span of spans) {
    assert.equal(span.traceId, TRACE)
    assert.equal(span.parentSpanId, CALLER)
    assert.equal(span.name, 'POST /v1/tts/generate')
    assert.equal(span.attributes['http.response.status_code'], 200)
    assert.equal(span.attributes['http.route'], '/v1/tts/generate')
    assert.deepEqual(collector.tree(span), { verify: {}, turn: { engine: {} } })
    const turn = below(span, 'turn')
    assert.equal(turn.attributes['kugelaudio.characters'], TEXT.length)
    assert.equal(turn.attributes['kugelaudio.language'], 'en')
    assert.equal(turn.attributes['kugelaudio.ended'], 'whole')
    assert.deepEqual(
      turn.events.map(({ name }) => name),
      ['first audio'],
    )
  }
  const found = spans.map((span) => below(span, 'verify').attributes)
  assert.deepEqual(
    found.map((attributes) => attributes['kugelaudio.key_found_in']),
    ['database', 'memory'],
  )
  assert.ok(found.every((attributes) => attributes['kugelaudio.result'] === 'ACCEPTED'))
})

test('a request that is refused says with what code, and is no fault of the server', async () => {
  const { key } = await createKey()
  const answer = await generate(server, `${key}x`, { text: TEXT })
  assert.equal(answer.status, 401)
  const span = await spanOf(answer.headers.get('x-request-id'))
  assert.equal(span.attributes['http.response.status_code'], 401)
  assert.equal(span.attributes['error.type'], 'UNAUTHORIZED')
  assert.ok(!span.status.code)
  assert.ok(!span.parentSpanId, 'nobody else is named')
  assert.deepEqual(collector.tree(span), { verify: {} })
  assert.equal(below(span, 'verify').attributes['kugelaudio.result'], 'UNAUTHORIZED')
})

test('a socket is a span, each of its turns one under it; a revocation says how long it took and what it ended', async () => {
  const { key } = await createKey()
  const token = await mintToken(server, key)
  secrets.push(token.token)
  const client = await SpeakClient.open(server, token.token)
  for (let i = 0; i < 2; i++) await client.speak(TEXT)
  const { id } = token
  const revoked = await manage(server, key, 'DELETE', `/v1/tokens/${id}`)
  assert.equal(revoked.status, 200)
  const receipt = (await revoked.json()) as { receipt: Receipt }
  assert.equal((await client.closed).code, 4001)

  const socket = await collector.find(server, ({ name }) => name === 'GET /ws/tts')
  assert.equal(socket.attributes['kugelaudio.close_code'], 4001)
  const under = collector.spans.filter(({ parentSpanId }) => parentSpanId === socket.spanId)
  assert.deepEqual(under.map(({ name }) => name).sort(), ['turn', 'turn', 'verify'])

  const request = await spanOf(revoked.headers.get('x-request-id'))
  assert.deepEqual(collector.tree(request), { verify: {}, settle: {} })
  const { attributes } = below(request, 'settle')
  assert.equal(attributes['kugelaudio.change'], 'token.revoked')
  assert.equal(attributes['kugelaudio.epoch'], receipt.receipt.epoch)
  assert.equal(attributes['kugelaudio.nodes'], 1)
  assert.equal(attributes['kugelaudio.streams_severed'], 1)
  assert.ok(Number.isFinite(attributes['kugelaudio.window_ms']))
})

test('turns of sockets that speak at the same time are each under their own socket, also where text comes in pieces', async () => {
  const { key } = await createKey()
  const clients = await Promise.all([0, 1].map(() => StreamClient.open(server, key)))
  for (let i = 0; i < 2; i++)
    await Promise.all(clients.map((client) => client.speak({ text: TEXT }, { text: TEXT }, { close: true })))
  const sockets: SentSpan[] = []
  for (const client of clients) {
    client.socket.close()
    await client.closed
    const isNext = ({ name, spanId }: SentSpan): boolean =>
      name === 'GET /ws/tts/stream' && !sockets.some((known) => known.spanId === spanId)
    sockets.push(await collector.find(server, isNext))
  }
  for (const { spanId } of sockets) {
    const names = collector.spans
      .filter(({ parentSpanId }) => parentSpanId === spanId)
      .map(({ name }) => name)
    assert.deepEqual(
      [names.filter((name) => name === 'turn').length >= 2, names.includes('verify')],
      [true, true],
    )
  }
  assert.ok(collector.spans.every(({ name, parentSpanId }) => name !== 'turn' || parentSpanId))
})

test('a turn whose key is revoked ends with that, its request and its engine too; a socket that is refused says why', async () => {
  const { key, id } = await createKey()
  const answer = await generate(server, key, { text: `${TEXT} `.repeat(60) })
  const broken = assert.rejects(bytesOf(answer))
  await server.revokeKey(id)
  await broken
  const span = await spanOf(answer.headers.get('x-request-id'))
  for (const ended of [span, below(span, 'turn'), below(below(span, 'turn'), 'engine')])
    assert.equal(ended.attributes['error.type'], 'UNAUTHORIZED')
  assert.equal(below(span, 'turn').attributes['kugelaudio.ended'], 'UNAUTHORIZED')

  await assert.rejects(SpeakClient.open(server, key))
  const refused = await collector.find(
    server,
    ({ name, attributes }) => name === 'GET /ws/tts' && attributes['error.type'] !== undefined,
  )
  assert.equal(refused.attributes['error.type'], 'UNAUTHORIZED')
  assert.deepEqual(collector.tree(refused), { verify: {} })
})

test('a collector that is gone is told of once, by what the system calls it, and changes nothing', async () => {
  const gone = await Receiver.start()
  gone.stop()
  const endpoint = `${gone.url}/secret-path`
  const lonely = await startServer({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } })
  const { key } = await lonely.createKey()
  for (let i = 0; i < 3; i++) {
    const answer = await generate(lonely, key, { text: 'Hello' })
    assert.equal(answer.status, 200)
    assert.ok((await bytesOf(answer)).length > 0)
    await lonely.serving.flush()
  }
  await lonely.stop()
  const told = lonely.logged.filter((line) => line.includes('spans are not taken'))
  assert.deepEqual(
    told.map((line) => JSON.parse(line).reason),
    ['ECONNREFUSED'],
  )
  assert.ok(!lonely.logged.some((line) => line.includes('secret-path')))
})

test('a collector that never answers holds up neither a request nor the end of the server', async () => {
  const silent = await Receiver.start()
  silent.answer = () => {}
  const lonely = await startServer({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: silent.url } })
  const { key } = await lonely.createKey()
  assert.ok((await bytesOf(await generate(lonely, key, { text: 'Hello' }))).length > 0)
  await lonely.stop()
  assert.equal((await silent.next()).path, '/v1/traces')
  silent.stop()
})

test('nothing of OpenTelemetry is loaded unless spans are wanted; those of the last moment are sent on stop', async () => {
  await using machine = await Machine.open({ NODE_OPTIONS: TELLING_WHAT_IS_LOADED })
  const silent = await machine.serve()
  assert.equal((await silent.stop()).code, 0)
  assert.match(silent.complaints, /^loaded pino$/m)
  assert.doesNotMatch(silent.complaints, /^loaded @opentelemetry\/(?!api$|semantic-conventions$)/m)

  const ending = await SpanCollector.start()
  const traced = await machine.serve({ OTEL_EXPORTER_OTLP_ENDPOINT: ending.receiver.url })
  assert.match(traced.complaints, /^loaded @opentelemetry\/sdk-trace$/m)
  assert.equal((await fetch(`${traced.url}/health`)).status, 200)
  assert.equal((await traced.stop()).code, 0)
  ending.receiver.stop()
  assert.deepEqual(
    ending.spans.map(({ name }) => name),
    ['GET /health'],
  )
})

test('what is sent names the service and the node, and no key, token, text, account or URL', async () => {
  await server.serving.flush()
  const [resource] = collector.resources
  assert.equal(resource?.['service.name'], 'voices')
  assert.equal(resource?.['service.instance.id'], server.node)
  const [first] = collector.receiver.received
  assert.equal(first?.path, '/v1/traces')
  assert.equal(first?.headers['x-collector-token'], 'let-me-in')
  assert.ok(secrets.length > 5 && collector.spans.length > 15, 'there is something to look through')
  for (const secret of [...secrets, server.account.account_id, 'api_key', '127.0.0.1'])
    assert.ok(!collector.bodies.includes(secret))
  assert.ok(!server.logged.some((line) => line.includes('let-me-in')))
})
