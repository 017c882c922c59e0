import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { KugelAudio } from '../../../sdks/js/src/index.ts'
import { ASKED_EVERY_MS } from '../src/routing/region-watch.ts'
import { HEALTH_MS_MAX } from '../src/routing/ways-out.ts'
import { until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { usageOf } from './harness/account-api.ts'
import { answerOf, expectFlat, expectUnauthorized } from './harness/expect-failure.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { exchange } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { COUNTRY_HEADER, startEndpoint, type TestEndpoint } from './harness/test-endpoint.ts'
import { postgresSetting, startServer, type TestServer } from './harness/test-server.ts'
import { Wire } from './harness/wire.ts'

// Two regions with one database, as nodes of one deployment have, and the endpoint in front of them.

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

let python: string
let postgres: PostgresServer
let eu: TestServer
let us: TestServer
let euWire: Wire
let usWire: Wire
let endpoint: TestEndpoint
let key: string
before(async () => {
  // It may have to be made first, which takes a minute: nothing runs yet that would have to wait.
  python = execFileSync('sh', ['scripts/python-tests', 'sdks/python/tests/requirements.txt'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim()
  postgres = await PostgresServer.open()
  const shared = postgresSetting(await createPostgresDatabase(postgres.url))
  const start = (region: string, isEmpty: boolean) =>
    startServer({
      isEmpty,
      environment: { ...shared, KUGELAUDIO_REGION: region, KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1' },
    })
  eu = await start('eu', false)
  us = await start('us', true)
  euWire = await Wire.open(eu)
  usWire = await Wire.open(us)
  endpoint = await startEndpoint({ eu: euWire, us: usWire })
  key = (await eu.createKey()).key
})
after(async () => {
  await endpoint.stop()
  await euWire[Symbol.asyncDispose]()
  await usWire[Symbol.asyncDispose]()
  await eu.stop()
  await us.stop()
  await postgres[Symbol.asyncDispose]()
})

const IN_EUROPE = { [COUNTRY_HEADER]: 'DE' }
const IN_AMERICA = { [COUNTRY_HEADER]: 'us' }
const HELD = `Begun. #slow:caaa ${'word '.repeat(200)}`

const speechIn = (headers: Record<string, string>, presented = key): Promise<Response> =>
  generate(endpoint, presented, { text: 'word' }, { headers })

const openIn = (headers: Record<string, string>, presented = key): Promise<SpeakClient> =>
  SpeakClient.open(endpoint, { query: `?api_key=${presented}`, headers })

const regionOf = (answer: Response): string | null => answer.headers.get('x-kugelaudio-region')

/** Without Europe while something is done. */
async function whileEuropeIsDown(act: () => Promise<void>): Promise<void> {
  await euWire.cut()
  try {
    await act()
  } finally {
    await euWire.mend()
    await untilEuropeIsUsed()
  }
}

async function untilEuropeIsUsed(): Promise<void> {
  for (;;) {
    endpoint.clock.fire(ASKED_EVERY_MS)
    const answer = await fetch(`${endpoint.url}/health`, { headers: IN_EUROPE })
    await answer.text()
    if (regionOf(answer) === 'eu') return
  }
}

test('a request goes to the region of the country that a trusted proxy names, and its answer says which it was', async () => {
  for (const [headers, region] of [
    [IN_EUROPE, 'eu'],
    [IN_AMERICA, 'us'],
  ] as const) {
    const answer = await speechIn(headers)
    assert.equal(answer.status, 200)
    assert.equal(regionOf(answer), region)
    assert.equal((await bytesOf(answer)).length, 2 * toneSamples('word'))
    const client = await openIn(headers)
    assert.equal((await client.speak('word')).samples, toneSamples('word'))
    await client.close()
  }
})

test('what a region says is passed on as it is: failures, request ids, headers, frames of browsers', async () => {
  const direct = await answerOf(await generate(eu, key, { text: '' }))
  const passed = await answerOf(await generate(endpoint, key, { text: '' }, { headers: IN_EUROPE }))
  assert.equal(passed.status, direct.status)
  assert.equal(JSON.parse(passed.body).error, JSON.parse(direct.body).error)
  const names = ({ headers }: typeof direct): string[] => Object.keys(headers).sort()
  assert.deepEqual(names(passed), names(direct))
  expectUnauthorized(await answerOf(await speechIn(IN_EUROPE, 'ka_none')))
  expectUnauthorized(await exchange(endpoint.url, handshakeText('/ws/tts')))
  const browser = new WebSocket(`${endpoint.wsUrl}/ws/tts?api_key=ka_none`, {
    headers: { origin: 'https://a.example' },
  })
  const client = new SpeakClient(browser)
  await client.nextFailure('UNAUTHORIZED')
  assert.equal((await client.closed).code, 4001)
})

test('a socket may offer its credential as a subprotocol through the endpoint, and only ours is agreed upon', async () => {
  const socket = new WebSocket(`${endpoint.wsUrl}/ws/tts`, ['kugelaudio', `kugelaudio-token.${key}`])
  const client = new SpeakClient(socket)
  await client.opened
  assert.equal(socket.protocol, 'kugelaudio')
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
  await client.close()
})

test('a region that fails is left out at once: what has not reached it goes to the next; it is used again when it is there', async () => {
  await whileEuropeIsDown(async () => {
    for (let times = 0; times < 2; times++) {
      const answer = await speechIn(IN_EUROPE)
      assert.equal(answer.status, 200)
      assert.equal(regionOf(answer), 'us')
      await answer.arrayBuffer()
    }
    const client = await openIn(IN_EUROPE)
    assert.equal((await client.speak('word')).samples, toneSamples('word'))
    await client.close()
  })
  assert.equal(regionOf(await speechIn(IN_EUROPE)), 'eu')
})

test('a stream of a region that dies is closed with 1012, and the next socket opens in another region', async () => {
  const client = await openIn(IN_EUROPE)
  client.send({ text: HELD })
  await client.nextOf('audio')
  await whileEuropeIsDown(async () => {
    assert.equal((await client.closed).code, 1012)
    const again = await openIn(IN_EUROPE)
    assert.equal((await again.speak('word')).samples, toneSamples('word'))
    await again.close()
    assert.ok(us.logged.some((line) => line.includes('"socket"')))
  })
})

test('an answer of which half has come when its region dies never looks like a whole one', async () => {
  const answer = await generate(endpoint, key, { text: HELD }, { headers: IN_EUROPE })
  const reader = answer.body?.getReader()
  assert.ok(((await reader?.read())?.value?.length ?? 0) > 0)
  await whileEuropeIsDown(async () => {
    await assert.rejects(async () => {
      while (!(await reader?.read())?.done);
    })
  })
})

test('a client of ours hears nothing of a region that dies before the first audio: it says its text again in another', async () => {
  const client = new KugelAudio({ apiKey: key, apiUrl: endpoint.url, telemetry: false })
  // It is nearest to whichever answers sooner: both hold it back, and the one that has it is cut.
  const busy = (server: TestServer): boolean => server.serving.streams.size > 0
  const spoken = client.tts.generate({ text: '#slow:caaa word' })
  await until(() => busy(eu) || busy(us))
  const wire = busy(eu) ? euWire : usWire
  await wire.cut()
  try {
    const { samples } = await spoken
    assert.equal(samples, toneSamples('#slow:caaa word'))
  } finally {
    client.close()
    await wire.mend()
    await endpoint.untilSays('region is there')
  }
})

test('a session of ours goes on in another region', async () => {
  const client = new KugelAudio({ apiKey: key, apiUrl: endpoint.url, telemetry: false })
  const session = await client.tts.streamingSession().connect()
  const samplesOf = async (text: string): Promise<number> => {
    let samples = 0
    for await (const event of session.speak(text)) if (event.type === 'audio') samples += event.chunk.samples
    return samples
  }
  assert.equal(await samplesOf('here'), toneSamples('here'))
  const wire = eu.serving.grants.size > 0 ? euWire : usWire
  await wire.cut()
  try {
    assert.equal(await samplesOf('and there'), toneSamples('and there'))
  } finally {
    await session.close()
    client.close()
    await wire.mend()
    await endpoint.untilSays('region is there')
  }
})

const SPOKEN = toneSamples('word')

test('our packages go to the endpoint of Europe with eu- in front of a key, fail while it is down, and speak elsewhere without it', async () => {
  const program = spawn(python, [fileURLToPath(new URL('python/routed.py', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: `${ROOT}/sdks/python/src`,
      PYTHONDONTWRITEBYTECODE: '1',
      KUGELAUDIO_API_KEY: key,
      KUGELAUDIO_API_URL: endpoint.url,
      KUGELAUDIO_EU_API_URL: euWire.url,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
  const told = async (): Promise<unknown> => (await lines.next()).value
  const client = new KugelAudio({ apiKey: `eu-${key}`, euApiUrl: euWire.url, telemetry: false })
  try {
    assert.equal((await client.tts.generate({ text: 'word' })).samples, SPOKEN)
    assert.deepEqual(
      [await told(), await told(), await told()],
      [`anywhere ${SPOKEN}`, `europe ${SPOKEN}`, 'ready'],
    )
    await whileEuropeIsDown(async () => {
      program.stdin.end('\n')
      await assert.rejects(client.models.list(), { name: 'ConnectionError' })
      assert.deepEqual(
        [await told(), await told(), await told()],
        [`anywhere ${SPOKEN}`, 'europe ConnectionError', 'europe ConnectionError'],
      )
    })
  } finally {
    client.close()
    program.kill()
  }
})

for (const [what, present] of Object.entries({
  'Authorization: Bearer': (text: string) => ({ authorization: `Bearer ${text}` }),
  'X-API-Key': (text: string) => ({ 'x-api-key': text }),
}))
  test(`what is bound to Europe goes there from wherever it comes, and fails with 503 while Europe is down: ${what}`, async () => {
    const text = `stays in europe by ${what.length}`
    const ask = (): Promise<Response> =>
      fetch(`${endpoint.url}/v1/tts/generate`, {
        method: 'POST',
        headers: { ...IN_AMERICA, ...present(`eu-${key}`), 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      })
    const answer = await ask()
    assert.equal(regionOf(answer), 'eu')
    assert.equal(answer.status, 200)
    await answer.arrayBuffer()
    await whileEuropeIsDown(async () => {
      await eu.serving.flush()
      const known = us.logged.length
      const before = await usageOf(us, key)
      for (let times = 0; times < 2; times++) {
        const refused = await ask()
        assert.equal(regionOf(refused), 'eu')
        assert.equal(refused.headers.get('retry-after'), '1')
        assert.match(expectFlat(await answerOf(refused), 'SERVICE_UNAVAILABLE'), /region eu is not reachable/)
      }
      const program = await exchange(endpoint.url, handshakeText(`/ws/tts?api_key=eu-${key}`))
      assert.match(expectFlat(program, 'SERVICE_UNAVAILABLE'), /region eu/)
      const offered = handshakeText('/ws/tts', [
        `Sec-WebSocket-Protocol: kugelaudio, kugelaudio-token.eu-${key}`,
      ])
      assert.match(expectFlat(await exchange(endpoint.url, offered), 'SERVICE_UNAVAILABLE'), /region eu/)
      const browser = new SpeakClient(
        new WebSocket(`${endpoint.wsUrl}/ws/tts?api_key=eu-${key}`, { headers: { origin: 'https://a' } }),
      )
      await browser.nextFailure('SERVICE_UNAVAILABLE')
      assert.equal((await browser.closed).code, 1013)
      await us.serving.flush()
      assert.deepEqual((await usageOf(us, key)).totals, before.totals)
      const log = us.logged.slice(known)
      assert.ok(log.every((line) => !line.includes('generateSpeech') && !line.includes('socket')))
      assert.ok(!log.join('').includes(text))
    })
  })

test('a stream that is bound to Europe and broken off there is opened nowhere else', async () => {
  const client = await openIn(IN_AMERICA, `eu-${key}`)
  client.send({ text: HELD })
  await client.nextOf('audio')
  const known = us.logged.length
  await whileEuropeIsDown(async () => {
    assert.equal((await client.closed).code, 1012)
    const socket = new WebSocket(`${endpoint.wsUrl}/ws/tts?api_key=eu-${key}`)
    socket.on('error', () => {})
    const [, refusal] = await once(socket, 'unexpected-response')
    assert.equal(refusal.statusCode, 503)
    assert.ok(us.logged.slice(known).every((line) => !line.includes('socket')))
  })
})

test('the endpoint of one region keeps everything in it, whatever the key says, and fails while it is down', async () => {
  await using only = await startEndpoint({ eu: euWire, us: usWire }, { KUGELAUDIO_ROUTE_ONLY: 'eu' })
  const answer = await generate(only, key, { text: 'word' }, { headers: IN_AMERICA })
  assert.equal(regionOf(answer), 'eu')
  await answer.arrayBuffer()
  const torn = await answerOf(await generate(only, `us-${key}`, { text: 'word' }))
  expectFlat(torn, 'VALIDATION_ERROR')
  await whileEuropeIsDown(async () => {
    for (const presented of [key, `eu-${key}`, `global-${key}`])
      expectFlat(
        await answerOf(await generate(only, presented, { text: 'word' }, { headers: IN_AMERICA })),
        'SERVICE_UNAVAILABLE',
      )
  })
})

test('a key with two regions, or with one that the endpoint does not lead to, is refused by the endpoint itself', async () => {
  const headers = { 'x-api-key': `us-${key}` }
  expectFlat(await answerOf(await generate(endpoint, `eu-${key}`, {}, { headers })), 'VALIDATION_ERROR')
  await using europe = await startEndpoint({ eu: euWire })
  expectFlat(await answerOf(await generate(europe, `us-${key}`, {})), 'MISDIRECTED_REQUEST')
})

test('a region that stands still is left out, and what hangs on it is ended with 1012', async () => {
  const client = await openIn(IN_EUROPE)
  await client.speak('word')
  euWire.goSilent()
  try {
    await until(() => {
      endpoint.clock.fire(ASKED_EVERY_MS)
      endpoint.clock.fire(HEALTH_MS_MAX)
      return client.socket.readyState >= WebSocket.CLOSING
    })
    assert.equal((await client.closed).code, 1012)
    // The other one was asked just as often, and takes a moment to answer.
    await until(() => endpoint.logged.some((line) => line.includes('"region":"eu","reason":"silent"')))
    for (let region: string | null = null; region !== 'us'; ) {
      endpoint.clock.fire(ASKED_EVERY_MS)
      const answer = await speechIn(IN_EUROPE)
      await answer.arrayBuffer()
      region = regionOf(answer)
      assert.notEqual(region, 'eu')
    }
  } finally {
    await euWire.mend()
    await untilEuropeIsUsed()
  }
})

test('where no region is reachable the endpoint says so, and comes back by itself', async () => {
  await usWire.cut()
  try {
    await whileEuropeIsDown(async () => {
      await until(() => {
        endpoint.clock.fire(ASKED_EVERY_MS)
        return endpoint.logged.at(-1)?.includes('left out') === true
      })
      const answer = await answerOf(await speechIn({}))
      assert.match(expectFlat(answer, 'SERVICE_UNAVAILABLE'), /No region is reachable/)
    })
  } finally {
    await usWire.mend()
    await endpoint.untilSays('region is there')
  }
  assert.equal((await speechIn(IN_AMERICA)).status, 200)
})

test('callers who go away are gone for the region too: what they asked for is not spoken on', async () => {
  const abort = new AbortController()
  const answer = await generate(endpoint, key, { text: HELD }, { headers: IN_EUROPE, signal: abort.signal })
  assert.equal(answer.status, 200)
  const client = await openIn(IN_EUROPE)
  client.send({ text: HELD })
  await client.nextOf('audio')
  abort.abort()
  client.socket.terminate()
  await until(() => eu.serving.streams.size === 0 && us.serving.streams.size === 0)
})

test('a key that is revoked ends its streams through the endpoint with 4001', async () => {
  const { key: fresh, id } = await eu.createKey()
  const client = await openIn(IN_AMERICA, fresh)
  client.send({ text: HELD })
  await client.nextOf('audio')
  await eu.revokeKey(id)
  assert.equal((await client.closed).code, 4001)
})

test('an endpoint that stops ends quiet sockets with 1012, lets answers end that have begun, and takes nothing new', async () => {
  const stopping = await startEndpoint({ eu: euWire })
  const client = await SpeakClient.open(stopping, key)
  const text = `Begun. ${'word '.repeat(50)}`
  const whole = await bytesOf(await generate(eu, key, { text }))
  const answer = await generate(stopping, key, { text })
  const stopped = stopping.stop()
  assert.deepEqual(await bytesOf(answer), whole)
  await until(() => {
    stopping.clock.fire(500)
    return client.socket.readyState >= WebSocket.CLOSING
  })
  assert.equal((await client.closed).code, 1012)
  await stopped
  await assert.rejects(fetch(`${stopping.url}/health`))
})

test('no line that the endpoint logs holds a key, an address with a query, or a text', () => {
  const log = endpoint.logged.join('')
  for (const secret of [key, 'ka_', '?api_key', 'stays in europe']) assert.ok(!log.includes(secret), secret)
  const lines = endpoint.logged.map((line) => JSON.parse(line))
  assert.ok(lines.some(({ msg, region, status, ms }) => msg === 'request' && region && status && ms >= 0))
})
