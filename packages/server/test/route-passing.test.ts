import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { after, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { createLog } from '../src/log.ts'
import { chooseRegions, type SeenRegion } from '../src/routing/choice.ts'
import { type Health, RegionWatch } from '../src/routing/region-watch.ts'
import { closeFrame, WholeFrames } from '../src/routing/whole-frames.ts'
import { until } from './engines/harness.ts'
import { ManualClock } from './engines/manual-clock.ts'
import { expectFlat } from './harness/expect-failure.ts'
import { closed, connectTo, exchange, readAnswer, requestText } from './harness/raw-http.ts'
import { rawFrame } from './harness/raw-socket.ts'
import { handshakeText } from './harness/speak-client.ts'
import { startEndpoint } from './harness/test-endpoint.ts'

// What passes through the endpoint, with a region that does what a test tells it.

type Scripted = { url: string; stop(): Promise<void> }

/** A region that answers `/health`, and everything else as it is told. */
async function startRegion(
  answer: NonNullable<Parameters<typeof createServer>[1]>,
  accept?: (message: IncomingMessage, socket: Socket, head: Buffer) => void,
): Promise<Scripted> {
  const server = createServer((message, reply) =>
    message.url === '/health' ? void reply.end('{}') : answer(message, reply),
  )
  if (accept !== undefined) server.on('upgrade', accept)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const opened: Scripted[] = []
after(async () => {
  for (const region of opened) await region.stop()
})

async function endpointOf(...script: Parameters<typeof startRegion>) {
  const region = await startRegion(...script)
  opened.push(region)
  return { region, endpoint: await startEndpoint({ eu: region }) }
}

test('a request arrives as it was sent: headers in their order and number, path, query and body; what was for the endpoint alone does not', async () => {
  let came: IncomingMessage | null = null
  const { region, endpoint } = await endpointOf((message, reply) => {
    came = message
    message.pipe(
      reply.writeHead(201, [
        'X-Answer',
        'one',
        'X-Answer',
        'two',
        'Connection',
        'close, X-Hop',
        'X-Hop',
        '1',
        'Keep-Alive',
        'timeout=9',
      ]),
    )
  })
  await using _ = endpoint
  const answer = await exchange(
    endpoint.url,
    requestText(
      'POST /v1/a%2Fb?x=%20&y HTTP/1.1',
      [
        'Authorization: Bearer secret',
        'X-API-Key: one',
        'X-API-Key: two',
        'X-Forwarded-For: 203.0.113.7',
        'Connection: keep-alive, X-Mine',
        'X-Mine: 1',
        'TE: trailers',
        'Proxy-Authorization: Basic x',
        'Expect: 100-continue',
        'X-Empty:',
      ],
      'what is said',
    ),
  )
  assert.ok(came !== null)
  const { method, url, rawHeaders, headers } = came as IncomingMessage
  assert.equal(method, 'POST')
  assert.equal(url, '/v1/a%2Fb?x=%20&y')
  assert.equal(headers.host, new URL(region.url).host)
  assert.equal(headers.authorization, 'Bearer secret')
  assert.deepEqual(
    rawHeaders.filter((_, at) => rawHeaders[at - 1] === 'X-API-Key'),
    ['one', 'two'],
  )
  assert.equal(headers['x-forwarded-for'], '203.0.113.7, 127.0.0.1')
  assert.equal(headers['x-empty'], '')
  for (const name of ['x-mine', 'te', 'proxy-authorization', 'expect'])
    assert.equal(headers[name], undefined, name)
  assert.equal(answer?.status, 201)
  assert.equal(answer.body, 'what is said')
  assert.equal(answer.headers['x-answer'], 'one, two')
  assert.equal(
    answer.headers['x-kugelaudio-region'],
    'eu',
    'a region that does not say which it is is named for it',
  )
  for (const name of ['x-hop', 'keep-alive'])
    assert.ok(!/X-Hop|timeout=9/.test(answer.headers[name] ?? ''), name)
})

test('bodies in chunks stay in chunks, and a method without a body gets none: nothing can be smuggled behind it', async () => {
  const came: string[] = []
  const { endpoint } = await endpointOf(async (message, reply) => {
    let body = ''
    for await (const piece of message) body += piece
    came.push(
      `${message.method} ${message.headers['transfer-encoding'] ?? message.headers['content-length']} ${body}`,
    )
    reply.end('ok')
  })
  await using _ = endpoint
  const smuggled = 'GET /stolen HTTP/1.1\r\nHost: x\r\n\r\n'
  const chunked = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
  for (const method of ['GET', 'DELETE', 'POST'])
    assert.equal(
      (
        await exchange(
          endpoint.url,
          `${requestText(`${method} /x HTTP/1.1`, ['Transfer-Encoding: chunked'])}${chunked}`,
        )
      )?.status,
      200,
    )
  assert.equal((await exchange(endpoint.url, requestText('POST /x HTTP/1.1')))?.status, 200)
  assert.deepEqual(came, [
    `GET chunked ${smuggled}`,
    `DELETE chunked ${smuggled}`,
    `POST chunked ${smuggled}`,
    'POST 0 ',
  ])
  const both = requestText('POST /x HTTP/1.1', ['Transfer-Encoding: chunked'], '0\r\n\r\n')
  expectFlat(await exchange(endpoint.url, both), 'VALIDATION_ERROR')
})

test('a request that has no Host, is no HTTP, or has headers without end is refused by the endpoint, which goes on', async () => {
  const { endpoint } = await endpointOf((_, reply) => void reply.end('ok'))
  await using _ = endpoint
  expectFlat(await exchange(endpoint.url, 'GET / HTTP/1.1\r\n\r\n'), 'VALIDATION_ERROR')
  expectFlat(await exchange(endpoint.url, 'nonsense\r\n\r\n'), 'VALIDATION_ERROR')
  const socket = await connectTo(endpoint.url)
  const answered = readAnswer(socket)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
  const line = `X-More: ${'x'.repeat(1_000)}\r\n`
  let written = 0
  while (!socket.destroyed && written < 10_000_000) {
    written += line.length
    await said(socket, line)
  }
  assert.ok(written < 10_000_000)
  expectFlat(await answered, 'PAYLOAD_TOO_LARGE')
  assert.equal((await exchange(endpoint.url, requestText('GET / HTTP/1.1')))?.status, 200)
})

/** Says something, unless the other end has gone, and lets everybody else have a turn. */
async function said(socket: Socket, bytes: string | Buffer): Promise<void> {
  if (!socket.write(bytes)) await Promise.race([once(socket, 'drain').catch(() => {}), closed(socket)])
  await new Promise((resolve) => setImmediate(resolve))
}

const MIB = 1024 * 1024
/** Far more than the system and the endpoint may hold of what nobody has taken: each of four sockets has a few MiB. */
const HELD_MAX = 48 * MIB
const LONG = 160 * MIB

test('a reader that is slow makes the region slow: of an answer nobody takes only little leaves it', async () => {
  let written = 0
  const { endpoint } = await endpointOf(async (_, reply) => {
    const piece = Buffer.alloc(64 * 1024)
    for (; written < LONG; written += piece.length) if (!reply.write(piece)) await once(reply, 'drain')
    reply.end()
  })
  await using _ = endpoint
  const socket = await connectTo(endpoint.url)
  socket.write(requestText('GET / HTTP/1.1'))
  assert.equal(await readSlowly(socket, () => written), LONG)
})

/** Takes everything, a piece at a time, and never finds that much more has left the other end; returns how much it was. */
async function readSlowly(socket: Socket, sent: () => number): Promise<number> {
  let read = 0
  let ended = false
  socket.on('end', () => {
    ended = true
  })
  socket.pause()
  while (!ended && read < LONG) {
    // Whoever sends gets far more turns than whoever reads.
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
    const piece: Buffer | null = socket.read()
    if (piece === null) await Promise.race([once(socket, 'readable'), closed(socket)])
    read += piece?.length ?? 0
    assert.ok(sent() - read < HELD_MAX, `${(sent() - read) / MIB} MiB have left and were not taken`)
  }
  socket.destroy()
  return sent()
}

test('the same holds on a socket, both ways', async () => {
  let written = 0
  let heard = 0
  let isReading = false
  const frame = Buffer.alloc(60_000, 'x')
  const { endpoint } = await endpointOf(
    (_, reply) => void reply.end(),
    (message, socket, head) => {
      new WebSocketServer({ noServer: true }).handleUpgrade(message, socket, head, async (ws) => {
        ws.on('message', (data: Buffer) => {
          heard += data.length
        })
        ws.pause()
        for (; written < LONG; written += frame.length)
          if (ws.bufferedAmount > MIB || written % MIB < frame.length)
            await new Promise((resolve) => ws.send(frame, resolve))
          else ws.send(frame)
        isReading = true
        ws.resume()
      })
    },
  )
  await using _ = endpoint
  const socket = await connectTo(endpoint.url)
  socket.write(handshakeText('/ws/tts'))
  // What it says meanwhile is not read by the region: it has to wait, too.
  let said = 0
  const message = rawFrame(0x2, Buffer.alloc(60_000, 'y'))
  const saying = (async () => {
    while (said < LONG / 4 && !socket.destroyed) {
      said += message.length
      if (!socket.write(message)) await Promise.race([once(socket, 'drain'), closed(socket)])
      if (!isReading) assert.ok(said - heard < HELD_MAX)
    }
  })()
  await readSlowly(socket, () => written)
  await saying
})

test('a body of 100 MiB that no region wants does no harm, whether it says its length or not', async () => {
  let unread = 0
  const { endpoint } = await endpointOf((message, reply) => {
    unread++
    // As our nodes do: it answers at once, and reads nothing.
    reply.writeHead(413, { connection: 'close', 'content-type': 'text/plain' }).end('too large')
    message.pause()
  })
  await using _ = endpoint
  for (const framing of [`Content-Length: ${100 * MIB}`, 'Transfer-Encoding: chunked']) {
    const socket = await connectTo(endpoint.url)
    const answered = readAnswer(socket)
    socket.write(requestText('POST /v1/tts/generate HTTP/1.1', [framing]))
    const piece = framing.startsWith('T')
      ? Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`)
      : Buffer.alloc(65_536)
    let isAnswered = false
    void answered.then(() => {
      isAnswered = true
    })
    for (let at = 0; at < 100 * MIB && !isAnswered && !socket.destroyed; at += 65_536)
      await Promise.race([said(socket, piece), answered])
    assert.equal((await answered)?.status, 413)
    socket.destroy()
  }
  assert.equal(unread, 2)
  assert.equal((await exchange(endpoint.url, requestText('GET /health HTTP/1.1')))?.status, 200)
})

test('half an answer does not look whole to a caller who reads until the connection ends', async () => {
  let breakOff = (): void => {}
  const { endpoint } = await endpointOf((_, reply) => {
    reply.write('half')
    breakOff = () => void reply.socket?.resetAndDestroy()
  })
  await using _ = endpoint
  const socket = await connectTo(endpoint.url)
  socket.write('GET / HTTP/1.0\r\n\r\n')
  await once(socket, 'data')
  const ending = once(socket, 'end').then(
    () => 'ended',
    ({ code }: NodeJS.ErrnoException) => code,
  )
  breakOff()
  assert.equal(await ending, 'ECONNRESET')
})

test('a region that breaks off before it answers is not asked twice for what may change something; another is for what may not', async () => {
  const asked: string[] = []
  const breaking = await startRegion((message) => {
    asked.push(`eu ${message.method}`)
    message.socket.destroy()
  })
  const other = await startRegion((message, reply) => {
    asked.push(`us ${message.method}`)
    reply.end('ok')
  })
  opened.push(breaking, other)
  await using endpoint = await startEndpoint({ eu: breaking, us: other })
  const at = ['X-Country: DE']
  const post = await exchange(endpoint.url, requestText('POST /x HTTP/1.1', at, '{}'))
  assert.match(expectFlat(post, 'SERVICE_UNAVAILABLE'), /eu has broken off/)
  assert.equal((await exchange(endpoint.url, requestText('GET /x HTTP/1.1', at)))?.status, 200)
  assert.deepEqual(asked, ['eu POST', 'eu GET', 'us GET'])
})

test('the country of a caller is believed only where a trusted proxy says it', async () => {
  const region = async (name: string): Promise<Scripted> => {
    const scripted = await startRegion((_, reply) => void reply.end(name))
    opened.push(scripted)
    return scripted
  }
  const regions = { eu: await region('eu'), us: await region('us') }
  await using believing = await startEndpoint(regions, { KUGELAUDIO_ROUTE_COUNTRIES: 'us=DE,eu=US' })
  await using doubting = await startEndpoint(regions, { KUGELAUDIO_TRUSTED_PROXIES: '203.0.113.1' })
  const whereIs = async ({ url }: { url: string }, country: string) =>
    (await exchange(url, requestText('GET / HTTP/1.1', [`X-Country: ${country}`])))?.body
  assert.equal(await whereIs(believing, 'DE'), 'us')
  assert.equal(await whereIs(believing, 'US'), 'eu')
  assert.equal(await whereIs(doubting, 'DE'), await whereIs(doubting, 'US'))
})

const seen = (name: string, roundTripMs: number, isHealthy = true): SeenRegion => ({
  name,
  url: '',
  roundTripMs,
  isHealthy,
})

test('of healthy regions the one that answers soonest comes first, the one of the country before it, a pin before all', () => {
  const three = [seen('eu', 30), seen('us', 10), seen('ap', 20)]
  const order = (pins: string[], near: string | null, regions = three) => {
    const choice = chooseRegions(regions, new Set(pins), near)
    return choice.kind === 'ways' ? choice.regions.map(({ name }) => name) : choice
  }
  assert.deepEqual(order([], null), ['us', 'ap', 'eu'])
  assert.deepEqual(order([], 'eu'), ['eu', 'us', 'ap'])
  assert.deepEqual(order([], 'mars'), ['us', 'ap', 'eu'])
  assert.deepEqual(order(['eu'], 'us'), ['eu'])
  assert.deepEqual(order([], 'us', [seen('eu', 30), seen('us', 10, false)]), ['eu'])
  assert.deepEqual(order(['us'], null, [seen('eu', 30), seen('us', 10, false)]), {
    kind: 'down',
    region: 'us',
  })
  assert.deepEqual(order([], null, [seen('eu', 1, false)]), { kind: 'down', region: null })
  assert.deepEqual(order(['us'], null, [seen('eu', 1)]), { kind: 'elsewhere', region: 'us' })
  assert.deepEqual(order(['us', 'eu'], null), { kind: 'torn' })
})

test('how far away regions are is measured by their health again and again, and one that is silent three times is gone', async () => {
  const clock = new ManualClock()
  const answers: ((health: Health) => void)[] = []
  const watch = new RegionWatch({
    regions: [{ name: 'eu', url: 'http://eu' }],
    ask: () => new Promise((resolve) => void answers.push(resolve)),
    clock,
    log: createLog('silent', { write: () => {} }),
  })
  const gone: number[] = []
  watch.onGone = (_, sinceMs) => void gone.push(sinceMs)
  const say = async (health: Health, afterMs: number): Promise<SeenRegion | undefined> => {
    clock.advance(afterMs)
    answers.shift()?.(health)
    await until(() => clock.timers > 0)
    const state = { ...watch.seen[0] } as SeenRegion
    clock.advance(1_000)
    return state
  }
  const started = watch.start()
  assert.deepEqual((await say('well', 10))?.roundTripMs, 10)
  await started
  assert.deepEqual((await say('well', 20))?.roundTripMs, 13)
  assert.equal((await say('ill', 0))?.isHealthy, false)
  assert.equal((await say('well', 13))?.isHealthy, true)
  const silentSinceMs = clock.monotonicMs()
  for (let times = 0; times < 3; times++) assert.equal((await say('silent', 2_000))?.isHealthy, false)
  assert.deepEqual(gone, [silentSinceMs])
  watch.stop()
})

test('frames pass whole, however they come in pieces; what was not whole is not passed', async () => {
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 200_000]
  const frames = sizes.map((size) => rawFrame(0x1, Buffer.alloc(size, 'a'), { isMasked: false }))
  let end = 0
  const ends = new Set(frames.map(({ length }) => (end += length)))
  const all = Buffer.concat(frames)
  for (const step of [1, 7, 4_096, 65_536, all.length]) {
    const whole = new WholeFrames()
    const passed: Buffer[] = []
    let length = 0
    whole.on('data', (piece: Buffer) => {
      passed.push(piece)
      length += piece.length
      assert.ok(ends.has(length), `${length} is in the middle of a frame`)
    })
    for (let at = 0; at < all.length; at += step) whole.write(all.subarray(at, at + step))
    await until(() => length === all.length)
    assert.deepEqual(Buffer.concat(passed), all)
    assert.equal(whole.hasClosed, false)
    ends.add(length + closeFrame(1012, 'x').length)
    whole.write(closeFrame(1012, 'x'))
    assert.equal(whole.hasClosed, true)
    // Half a frame, and the end.
    whole.end(frames[3]?.subarray(0, 100))
  }
})

test('a frame longer than any of ours passes without being held, and is known to be in the middle', () => {
  const whole = new WholeFrames()
  let passed = 0
  whole.on('data', (piece: Buffer) => {
    passed += piece.length
  })
  const long = rawFrame(0x2, Buffer.alloc(3 * MIB), { isMasked: false })
  whole.write(long.subarray(0, MIB))
  assert.equal(passed, MIB)
  assert.equal(whole.isBetweenFrames, false)
  whole.write(long.subarray(MIB))
  assert.equal(passed, long.length)
  assert.equal(whole.isBetweenFrames, true)
})
