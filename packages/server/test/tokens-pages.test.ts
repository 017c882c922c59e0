import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat, FORBIDDEN_BODY } from './harness/expect-failure.ts'
import { manage, mintToken } from './harness/manage.ts'
import { exchange } from './harness/raw-http.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const PAGE = 'https://app.example.com'

/** A browser's socket: it has an origin, and can set nothing but the address and the subprotocols. */
function browser(protocols: string[], { query = '', origin = PAGE } = {}): SpeakClient {
  return new SpeakClient(new WebSocket(`${server.wsUrl}/ws/tts${query}`, protocols, { headers: { origin } }))
}

const ways: Record<string, (token: string) => { query?: string; headers?: Record<string, string> }> = {
  'in the query': (token) => ({ query: `?token=${token}` }),
  'in the query as a key would be': (token) => ({ query: `?api_key=${token}` }),
  'as Authorization: Bearer': (token) => ({ headers: { authorization: `Bearer ${token}` } }),
}

for (const [way, present] of Object.entries(ways)) {
  test(`a socket opens and speaks with a token ${way}, and only one does`, async () => {
    const { token } = await mintToken(server, key)
    const client = await SpeakClient.open(server, present(token))
    for (let turn = 0; turn < 2; turn++)
      assert.equal((await client.speak('word')).samples, toneSamples('word'))
    await client.close()
    await assert.rejects(SpeakClient.open(server, present(token)), /401/)
  })
}

test('a page hands its token over as a subprotocol, and only the public name comes back', async () => {
  const { token } = await mintToken(server, key)
  const client = browser(['kugelaudio', `kugelaudio-token.${token}`])
  await once(client.socket, 'open')
  assert.equal(client.socket.protocol, 'kugelaudio')
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
  await client.close()
})

test('whatever is offered, a secret is never said again', async () => {
  for (const offered of [
    'kugelaudio-token.TOKEN',
    'kugelaudio-token.TOKEN, kugelaudio',
    'other, kugelaudio-token.TOKEN',
  ]) {
    const { token } = await mintToken(server, key)
    const line = `Sec-WebSocket-Protocol: ${offered.replace('TOKEN', token)}`
    const answer = await exchange(server.url, handshakeText('/ws/tts', [line]))
    assert.equal(answer?.status, 101)
    assert.equal(
      answer.headers['sec-websocket-protocol'],
      offered.endsWith(', kugelaudio') ? 'kugelaudio' : undefined,
    )
    assert.ok(!JSON.stringify(answer).includes(token))
    for (const logged of server.logged) assert.ok(!logged.includes(token.slice(3)))
  }
})

test('two credentials on one socket are one too many, wherever they are', async () => {
  const { token } = await mintToken(server, key)
  for (const [path, lines] of [
    [`/ws/tts?token=${token}&api_key=${key}`, []],
    [`/ws/tts?token=${token}&token=${token}`, []],
    [`/ws/tts?token=${token}`, [`Authorization: Bearer ${key}`]],
    [`/ws/tts?api_key=${key}`, [`Sec-WebSocket-Protocol: kugelaudio, kugelaudio-token.${token}`]],
    ['/ws/tts', [`Authorization: Bearer ${key}`, `Sec-WebSocket-Protocol: kugelaudio-token.${token}`]],
  ] as const)
    expectFlat(await exchange(server.url, handshakeText(path, [...lines])), 'VALIDATION_ERROR')
  assert.equal(
    (await generate(server, token, { text: 'word' })).status,
    200,
    'refused requests spend nothing',
  )
})

test('of many sockets that race for a single-use token exactly one opens', async () => {
  const { token } = await mintToken(server, key)
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => exchange(server.url, handshakeText(`/ws/tts?token=${token}`))),
  )
  assert.equal(answers.filter((answer) => answer?.status === 101).length, 1)
  assert.equal(answers.filter((answer) => answer?.status === 401).length, 39)
})

test('a page is told in a frame that its token is spent', async () => {
  const { token } = await mintToken(server, key)
  const first = browser(['kugelaudio', `kugelaudio-token.${token}`])
  await once(first.socket, 'open')
  const second = browser(['kugelaudio', `kugelaudio-token.${token}`])
  await second.nextFailure('UNAUTHORIZED')
  assert.equal((await second.closed).code, 4001)
  await first.close()
})

test('a socket goes on when the time to present its token is over', async () => {
  const { token } = await mintToken(server, key, { ttl_seconds: 5 })
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  server.clock.advance(10_000)
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
  await client.close()
})

test('a session is over when its time is, in the middle of a word too', async () => {
  const { token } = await mintToken(server, key, { max_session_seconds: 77 })
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  client.send({ text: '#slow:ca word. '.repeat(500) })
  await client.nextOf('audio')
  server.clock.fire(77_000)
  assert.match((await client.answer()).failure('UNAUTHORIZED'), /session/)
  assert.equal((await client.closed).code, 4001)
})

test('an answer over HTTP is broken off when the time of its session is over', async () => {
  const { token } = await mintToken(server, key, { max_session_seconds: 78 })
  const answer = await generate(server, token, { text: '#slow:ca word. '.repeat(500) })
  assert.equal(answer.status, 200)
  server.clock.fire(78_000)
  await assert.rejects(bytesOf(answer))
})

test('a socket ends with the key of its token, and is counted', async () => {
  const own = await server.createKey()
  const { token } = await mintToken(server, own.key)
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  client.send({ text: '#slow:ca word. '.repeat(500) })
  await client.nextOf('audio')
  const receipt = await server.revokeKey(own.id)
  assert.equal(receipt.streams_severed, 1)
  ;(await client.answer()).failure('UNAUTHORIZED')
  assert.equal((await client.closed).code, 4001)
})

test('a socket ends with its token, and the socket of another token does not', async () => {
  const [ended, other] = [await mintToken(server, key), await mintToken(server, key)]
  const client = await SpeakClient.open(server, { query: `?token=${ended.token}` })
  const neighbour = await SpeakClient.open(server, { query: `?token=${other.token}` })
  const answer = await manage(server, key, 'DELETE', `/v1/tokens/${ended.id}`)
  const { receipt } = (await answer.json()) as { receipt: { streams_severed: number } }
  assert.equal(receipt.streams_severed, 1)
  await client.nextFailure('UNAUTHORIZED')
  assert.equal((await client.closed).code, 4001)
  assert.equal((await neighbour.speak('word')).end.kind, 'final')
  await neighbour.close()
})

test('a socket loses what its key loses', async () => {
  const own = await server.createKey()
  const { token } = await mintToken(server, own.key)
  const manager = (await server.createKey({ scopes: ['keys:manage'] })).key
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  await manage(server, manager, 'PATCH', `/v1/api-keys/${own.id}`, { name: 'renamed' })
  assert.equal((await client.speak('word')).end.kind, 'final', 'a change that takes nothing away')
  await manage(server, manager, 'PATCH', `/v1/api-keys/${own.id}`, { scopes: ['tokens:create'] })
  await client.nextFailure('FORBIDDEN')
  assert.equal((await client.closed).code, 4003)
})

test('a voice that is locked is spoken with, and no other', async () => {
  const { token } = await mintToken(server, key, { voices: ['tone-b'] })
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  const locked = await client.speak('word')
  for (const voice_id of ['tone-b', 2, '2'])
    assert.deepEqual((await client.speak({ text: 'word', voice_id })).bytes, locked.bytes)
  for (const voice_id of ['tone-a', 1]) (await client.speak({ text: 'word', voice_id })).failure('FORBIDDEN')
  assert.deepEqual((await client.speak({ text: 'word', language: 'fr' })).bytes, locked.bytes)
  await client.close()
  const free = await SpeakClient.open(server, key)
  assert.deepEqual((await free.speak({ text: 'word', voice_id: 'tone-b' })).bytes, locked.bytes)
  assert.notDeepEqual((await free.speak('word')).bytes, locked.bytes)
  await free.close()
})

test('a voice that the key itself may not use is not opened by a token', async () => {
  const own = await server.createKey({ limits: { voices: ['tone-a', 'tone-b'] } })
  const { token } = await mintToken(server, own.key, { voices: ['tone-c', '2'], single_use: false })
  assert.equal((await generate(server, token, { text: 'word' })).status, 200)
  for (const voice_id of ['tone-a', 'tone-c'])
    assert.equal((await generate(server, token, { text: 'word', voice_id })).status, 403)
})

test('a model that is locked is used, by any of its names, and no other', async () => {
  const { token } = await mintToken(server, key, { models: ['kugel-2'], single_use: false })
  for (const body of [{}, { model_id: 'kugel-3' }, { model_id: 'kugel-1' }])
    assert.equal((await generate(server, token, { text: 'word', ...body })).status, 200)
  const locked = await mintToken(server, key, { models: ['of-tomorrow'], single_use: false })
  const answer = await generate(server, locked.token, { text: 'word', model_id: 'kugel-3' })
  assert.equal(answer.status, 403)
  assert.equal(await answer.text(), FORBIDDEN_BODY)
})

test('characters are counted over all that is spoken with a token, exactly', async () => {
  const { token } = await mintToken(server, key, { max_characters: 10, single_use: false })
  const client = await SpeakClient.open(server, { query: `?token=${token}` })
  assert.equal((await client.speak('12345')).end.kind, 'final')
  ;(await client.speak('123456')).failure('RATE_LIMITED')
  const answer = await generate(server, token, { text: '123' })
  assert.equal(answer.status, 200)
  await bytesOf(answer)
  expectFlat(await answerOf(await generate(server, token, { text: '123' })), 'RATE_LIMITED')
  assert.equal((await client.speak('12')).end.kind, 'final')
  ;(await client.speak('1')).failure('RATE_LIMITED')
  await client.close()
})

test('racing requests never speak more characters than there are', async () => {
  const { token } = await mintToken(server, key, { max_characters: 20, single_use: false })
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => generate(server, token, { text: 'word.' })),
  )
  await Promise.all(answers.map(bytesOf))
  assert.equal(answers.filter(({ status }) => status === 200).length, 4)
  assert.equal(answers.filter(({ status }) => status === 429).length, 8)
})

test('a socket opens for the pages a token names, and for no others', async () => {
  const { token } = await mintToken(server, key, { origins: [PAGE], single_use: false })
  for (const origin of [
    'https://app.example.com.evil.example',
    'http://app.example.com',
    `${PAGE}:8443`,
    'null',
  ]) {
    const client = browser(['kugelaudio', `kugelaudio-token.${token}`], { origin })
    await client.nextFailure('FORBIDDEN')
    assert.equal((await client.closed).code, 4003, origin)
  }
  const none = await exchange(server.url, handshakeText(`/ws/tts?token=${token}`))
  assert.equal(none?.status, 403, 'a program that names no page')
  const client = browser(['kugelaudio', `kugelaudio-token.${token}`])
  await once(client.socket, 'open')
  assert.equal((await client.speak('word')).end.kind, 'final')
  await client.close()
})

test('a page reads an answer over HTTP if its token may be used there', async () => {
  const { token } = await mintToken(server, key, { origins: [PAGE], single_use: false })
  const ask = (origin: string, credential = token) =>
    generate(server, credential, { text: 'word' }, { headers: { origin } })
  const answer = await ask(PAGE)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('access-control-allow-origin'), PAGE)
  assert.match(answer.headers.get('vary') ?? '', /origin/i)
  const other = await ask('https://evil.example')
  assert.equal(other.status, 403)
  assert.equal(other.headers.get('access-control-allow-origin'), null)
  const withKey = await ask(PAGE, key)
  assert.equal(withKey.status, 200)
  assert.equal(withKey.headers.get('access-control-allow-origin'), null, 'a key is not for pages')
  const wrong = await generate(server, token, { text: '' }, { headers: { origin: PAGE } })
  assert.equal(wrong.status, 400)
  assert.equal(wrong.headers.get('access-control-allow-origin'), PAGE, 'a page reads what it did wrong')
})

test('a browser that asks before it speaks learns the same from every origin, and nothing elsewhere', async () => {
  const ask = (path: string, origin: string) =>
    fetch(server.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
  const answers = await Promise.all(
    [PAGE, 'https://evil.example'].map((origin) => ask('/v1/tts/generate', origin)),
  )
  for (const answer of answers) {
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.match(answer.headers.get('access-control-allow-headers') ?? '', /authorization/)
    assert.equal(answer.headers.get('access-control-allow-credentials'), null)
  }
  for (const path of ['/v1/api-keys', '/v1/tokens', '/v1/nothing']) {
    const answer = await ask(path, PAGE)
    assert.notEqual(answer.status, 204, path)
    assert.equal(answer.headers.get('access-control-allow-origin'), null, path)
  }
})
