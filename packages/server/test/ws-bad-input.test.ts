import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setImmediate as aside } from 'node:timers/promises'
import { until } from './engines/harness.ts'
import { toneSamples } from './engines/tone-speech.ts'
import { connectTo } from './harness/raw-http.ts'
import { OPCODE, RawSocket, rawFrame } from './harness/raw-socket.ts'
import { settled } from './harness/settled.ts'
import { DONE, openLookingStage, openStage, pieceOf, SETTINGS } from './harness/socket-stage.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(async () => {
  await until(holdsNothing)
  await stillSpeaks()
  for (const line of server.logged) assert.doesNotMatch(line, /"level":[56]0/)
  await server.stop()
})

/** Whether no grant is open and no engine works. */
const holdsNothing = (): boolean =>
  server.serving.grants.size === 0 && server.serving.engine.health().hosts.every(({ jobs }) => jobs === 0)

async function stillSpeaks(): Promise<void> {
  const client = await SpeakClient.open(server, key)
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
  await client.close()
}

const speech = (rest: string): string => `{"text":"word",${rest}}`
const nested = (open: string, close: string): string => open.repeat(10_000) + close.repeat(10_000)

/** What a client may send that is no request, and what it reads. */
const wrong: Record<string, { message: string | Uint8Array; says: RegExp }> = {
  'a binary message': { message: Buffer.from('{"text":"word"}'), says: /text messages/ },
  'an empty message': { message: '', says: /Invalid JSON/ },
  'no JSON': { message: 'hello', says: /Invalid JSON/ },
  'half of a JSON object': { message: '{"text":"word"', says: /Invalid JSON/ },
  'two JSON objects': { message: '{"text":"word"}{"text":"word"}', says: /Invalid JSON/ },
  NaN: { message: speech('"speed":NaN'), says: /Invalid JSON/ },
  'an array': { message: '[{"text":"word"}]', says: /must be a JSON object/ },
  'a number': { message: '7', says: /must be a JSON object/ },
  null: { message: 'null', says: /must be a JSON object/ },
  'a string': { message: '"word"', says: /must be a JSON object/ },
  'an empty object': { message: '{}', says: /text: is required/ },
  'arrays 10,000 deep': { message: nested('[', ']'), says: /must be a JSON object/ },
  'objects 10,000 deep': {
    message: `{"text":${nested('{"a":', '}').replace('}', '0}')}}`,
    says: /text: must be a string/,
  },
  '300 kB': { message: JSON.stringify({ text: 'a'.repeat(300_000) }), says: /262144 bytes/ },
  'a blank text': { message: '{"text":" \\n\\t\\u00a0 "}', says: /not blank/ },
  'a text of 10,001 characters': {
    message: JSON.stringify({ text: 'a'.repeat(10_001) }),
    says: /10000 characters/,
  },
  'a text of 10,001 astral characters': {
    message: JSON.stringify({ text: '👋'.repeat(10_001) }),
    says: /10000 characters/,
  },
  'a text that is a number': { message: '{"text":1}', says: /text: must be a string/ },
  'a text that is null': { message: '{"text":null}', says: /text: must be a string/ },
  'a text with NUL': { message: '{"text":"a\\u0000b"}', says: /NUL/ },
  'a text with half a surrogate pair': { message: '{"text":"a\\ud83db"}', says: /surrogate/ },
  'an unknown model': { message: speech('"model_id":"gpt"'), says: /model_id: unknown model/ },
  'a model of another type': { message: speech('"model_id":3'), says: /^model_id: / },
  'an unknown language': { message: speech('"language":"tlh"'), says: /^language: must be one of/ },
  'a region tag': { message: speech('"language":"en-GB"'), says: /^language: must be one of/ },
  'a language that nobody here speaks': { message: speech('"language":"ja"'), says: /^language: / },
  'an unknown format': { message: speech('"output_format":"aiff"'), says: /^output_format: unknown format/ },
  'an unknown rate': { message: speech('"sample_rate":11025'), says: /^sample_rate: must be one of/ },
  'a rate that contradicts the format': {
    message: speech('"output_format":"pcm_16000","sample_rate":48000'),
    says: /^sample_rate: .* contradicts/,
  },
  'a speed of 1.3': { message: speech('"speed":1.3'), says: /^speed: / },
  'a speed of 1e999': { message: speech('"speed":1e999'), says: /^speed: / },
  'a temperature of -1': { message: speech('"temperature":-1'), says: /^temperature: / },
  '0 new tokens': { message: speech('"max_new_tokens":0'), says: /^max_new_tokens: / },
  'half a new token': { message: speech('"max_new_tokens":1.5'), says: /^max_new_tokens: / },
  'a voice of -1': { message: speech('"voice_id":-1'), says: /^voice_id: / },
  'a voice that is an object': { message: speech('"voice_id":{}'), says: /^voice_id: / },
  '51 dictionaries': {
    message: speech(`"dictionary_ids":[${Array(51).fill(1).join()}]`),
    says: /^dictionary_ids: /,
  },
  'word_timestamps as text': { message: speech('"word_timestamps":"yes"'), says: /^word_timestamps: / },
}

for (const [what, { message, says }] of Object.entries(wrong)) {
  test(`${what} is answered with VALIDATION_ERROR, and the socket goes on`, async () => {
    const client = await SpeakClient.open(server, key)
    client.send(message)
    assert.match(await client.nextFailure('VALIDATION_ERROR'), says)
    assert.equal((await client.speak('word')).samples, toneSamples('word'))
    assert.deepEqual(client.frames, [])
    await client.close()
  })
}

for (const rest of ['"voice_id":"nobody"', '"voice_id":999999', '"dictionary_ids":[1]']) {
  test(`${rest} is answered with NOT_FOUND, and the socket goes on`, async () => {
    const client = await SpeakClient.open(server, key)
    client.send(speech(rest))
    await client.nextFailure('NOT_FOUND')
    assert.equal((await client.speak('word')).samples, toneSamples('word'))
    await client.close()
  })
}

test('a text of exactly 10,000 astral characters is taken', async () => {
  const client = await SpeakClient.open(server, key)
  client.send({ text: '👋'.repeat(10_000) })
  await client.nextOf('audio')
  client.send({ cancel: true })
  assert.equal((await client.answer()).end.kind, 'interrupted')
  await client.close()
})

test('a message of 2 MiB is too much: close code 1009', async () => {
  const client = await SpeakClient.open(server, key)
  client.send(JSON.stringify({ text: 'a'.repeat(2 * 1024 * 1024) }))
  assert.equal((await client.closed).code, 1009)
})

/** Bytes that are no WebSocket, and the close code of each. */
const violations: Record<string, { bytes: Buffer[]; code: number }> = {
  'a text that is not UTF-8': { bytes: [rawFrame(OPCODE.text, Buffer.from([0x22, 0xff, 0x22]))], code: 1007 },
  'an unmasked frame': { bytes: [rawFrame(OPCODE.text, '{"text":"word"}', { isMasked: false })], code: 1002 },
  'opcode 3': { bytes: [rawFrame(0x3, 'x')], code: 1002 },
  'opcode 15': { bytes: [rawFrame(0xf, 'x')], code: 1002 },
  'a reserved bit': { bytes: [rawFrame(OPCODE.text, '{"text":"word"}', { reserved: 4 })], code: 1002 },
  'a ping in pieces': { bytes: [rawFrame(OPCODE.ping, 'x', { isLast: false })], code: 1002 },
  'a ping of 126 bytes': { bytes: [rawFrame(OPCODE.ping, 'x'.repeat(126))], code: 1002 },
  'the rest of nothing': { bytes: [rawFrame(OPCODE.continuation, 'x')], code: 1002 },
  'a text inside a text': {
    bytes: [rawFrame(OPCODE.text, '{', { isLast: false }), rawFrame(OPCODE.text, '}')],
    code: 1002,
  },
  'a close of one byte': { bytes: [rawFrame(OPCODE.close, Buffer.from([3]))], code: 1002 },
  'a close with a code that does not exist': {
    bytes: [rawFrame(OPCODE.close, Buffer.from([0, 1]))],
    code: 1002,
  },
  'a frame of 2^62 bytes': {
    bytes: [Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    code: 1009,
  },
  '20,000 pieces of one message': {
    bytes: [
      rawFrame(OPCODE.text, '', { isLast: false }),
      Buffer.concat(
        Array.from({ length: 20_000 }, () => rawFrame(OPCODE.continuation, '', { isLast: false })),
      ),
    ],
    code: 1008,
  },
}

for (const [what, { bytes, code }] of Object.entries(violations)) {
  test(`${what} ends the socket with ${code}`, async () => {
    const raw = await RawSocket.open(server, key)
    for (const part of bytes) raw.connection.write(part)
    // What comes behind it must not keep the client from reading why.
    raw.connection.write(Buffer.alloc(1_000_000))
    assert.equal(await raw.closeCode(), code)
  })
}

test('a close is answered with its own code', async () => {
  const raw = await RawSocket.open(server, key)
  raw.connection.write(rawFrame(OPCODE.close, Buffer.from([0x0f, 0xa1])))
  assert.equal(await raw.closeCode(), 4001)
})

test('a message in pieces, with a ping in between and bytes that trickle in, is one message', async () => {
  const raw = await RawSocket.open(server, key)
  const bytes = Buffer.concat([
    rawFrame(OPCODE.text, '{"text":', { isLast: false }),
    rawFrame(OPCODE.ping, 'in between'),
    rawFrame(OPCODE.continuation, '"wör', { isLast: false }),
    rawFrame(OPCODE.continuation, 'd"}'),
  ])
  for (const byte of bytes) {
    await new Promise<void>((resolve) => raw.connection.write(Uint8Array.of(byte), () => resolve()))
  }
  assert.deepEqual(await raw.next(), { opcode: OPCODE.pong, payload: Buffer.from('in between') })
  const audio = await raw.next()
  assert.match(String(audio?.payload), /"audio"/)
  raw.connection.destroy()
})

test('pings are answered while the socket speaks', async () => {
  const client = await SpeakClient.open(server, key)
  client.send({ text: '#slow:fa word '.repeat(20), normalize: false })
  await client.nextOf('audio')
  client.socket.ping('are you there')
  const [payload] = await once(client.socket, 'pong')
  assert.equal(String(payload), 'are you there')
  assert.equal((await client.answer()).end.kind, 'final')
  await client.close()
})

test('5,000 messages in one burst are all answered, in their order', async () => {
  const client = await SpeakClient.open(server, key)
  for (let at = 0; at < 5_000; at++) client.send(at % 100 === 0 ? { text: 'ab' } : `${'no'.repeat(at % 3)}`)
  for (let at = 0; at < 5_000; at++) {
    const answer = await client.answer()
    if (at % 100 === 0) assert.equal(answer.samples, toneSamples('ab'))
    else assert.equal(answer.failure('VALIDATION_ERROR'), 'Invalid JSON body')
  }
  await client.close()
})

test('while answers are owed nothing more is read, and then all of it', async (t) => {
  const gate = Promise.withResolvers<void>()
  const stage = await openStage({
    decideTurn: async () => {
      await gate.promise
      return SETTINGS
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  const text = 'x'.repeat(9_000)
  for (let at = 0; at < 2_000; at++) client.send({ text })
  assert.ok((await settled(stage.url, () => client.socket.bufferedAmount)) > 1_000_000)
  // It waits for answers and is not dead, though nobody reads its pongs.
  for (let pings = 0; pings < 3; pings++) stage.clock.fire(30_000)
  gate.resolve()
  for (let at = 0; at < 2_000; at++) assert.equal((await client.answer()).end.kind, 'final')
  await client.close()
})

for (const message of ['{"cancel":true}', '{"update_settings":{"speed":1}}', 'nonsense']) {
  test(`a client that sends ${message} without end and reads nothing has to wait`, async () => {
    const raw = await RawSocket.open(server, key)
    raw.connection.pause()
    const burst = Buffer.concat(Array.from({ length: 10_000 }, () => rawFrame(OPCODE.text, message)))
    for (let sent = 0; sent < 60_000_000; sent += burst.length) raw.connection.write(burst)
    assert.ok((await settled(server.url, () => raw.connection.writableLength)) > 1_000_000)
    raw.connection.destroy()
  })
}

test('a client that pings without end and reads nothing is ended', async () => {
  const raw = await RawSocket.open(server, key)
  raw.connection.pause()
  const burst = Buffer.concat(Array.from({ length: 10_000 }, () => rawFrame(OPCODE.ping, 'x'.repeat(125))))
  for (let at = 0; at < 40; at++) raw.connection.write(burst)
  await until(holdsNothing)
  raw.connection.destroy()
})

test('a reader that takes nothing stops the speaker, and is ended by its limit', async (t) => {
  let pieces = 0
  let left = 0
  const stage = await openStage({
    say: async function* (_, signal) {
      try {
        for (; ; pieces++) {
          await aside()
          signal.throwIfAborted()
          yield pieceOf(48_000)
        }
      } finally {
        left++
      }
    },
  })
  t.after(() => stage.stop())
  const raw = await RawSocket.open(stage, '')
  raw.connection.pause()
  raw.connection.write(rawFrame(OPCODE.text, '{"text":"word"}'))
  const taken = await settled(stage.url, () => pieces)
  assert.ok(taken > 0 && taken < 200, `${taken} pieces of 128 kB were handed to the system`)
  assert.equal(stage.grants.size, 1)
  stage.clock.fire(60_000)
  await until(() => stage.grants.size === 0 && left === 1)
  raw.connection.resume()
  await raw.ended
})

test('a peer that no longer answers pings is ended; one that does is not', async () => {
  const client = await SpeakClient.open(server, key)
  const raw = await RawSocket.open(server, key)
  for (let round = 0; round < 2; round++) {
    const pinged = once(client.socket, 'ping')
    server.clock.fire(30_000)
    await pinged
    assert.equal((await client.speak('word')).end.kind, 'final')
  }
  const frames = await raw.ended
  assert.deepEqual(
    frames.map(({ opcode }) => opcode),
    [OPCODE.ping],
  )
  await client.close()
})

test('thousands of handshakes that stop half-way leave nothing behind', async () => {
  const text = handshakeText(`/ws/tts?api_key=${key}`)
  for (let batch = 0; batch < 6; batch++) {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => connectTo(server.url)))
    for (const [at, socket] of sockets.entries()) {
      // Every second one sends all of it, and goes without reading the answer.
      socket.write(at % 2 === 0 ? text : text.slice(0, (at * text.length) / 500))
      if (at % 3 === 0) socket.resetAndDestroy()
      else socket.destroy()
    }
    await stillSpeaks()
  }
  await until(holdsNothing)
})

test('a client that goes while its key is looked up leaves no grant', async (t) => {
  const stage = await openLookingStage()
  t.after(() => stage.stop())
  for (const isReset of [true, false]) {
    const socket = await connectTo(stage.url)
    socket.write(handshakeText('/ws/tts'))
    await stage.looking
    if (isReset) socket.resetAndDestroy()
    else socket.destroy()
  }
  await settled(stage.url, () => 0)
  stage.found()
  await settled(stage.url, () => stage.grants.size)
  await until(() => stage.grants.size === 0)
})

test('a client that goes while its settings are decided leaves no grant and starts no turn', async (t) => {
  const gate = Promise.withResolvers<void>()
  const deciding = Promise.withResolvers<void>()
  let turns = 0
  const stage = await openStage({
    decideTurn: async () => {
      deciding.resolve()
      await gate.promise
      return SETTINGS
    },
    say: async function* () {
      turns++
      yield DONE
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  client.send({ text: 'word' })
  client.send({ text: 'word' })
  await deciding.promise
  client.socket.terminate()
  await until(() => stage.grants.size === 0)
  gate.resolve()
  await settled(stage.url, () => turns)
  assert.equal(turns, 0)
})

test('clients that go right after their request, or in the middle of its audio, leave nothing behind', async () => {
  for (let round = 0; round < 20; round++) {
    const clients = await Promise.all(Array.from({ length: 10 }, () => SpeakClient.open(server, key)))
    for (const client of clients) client.send({ text: '#slow:ca word '.repeat(50), normalize: false })
    for (const [at, client] of clients.entries()) {
      if (at % 2 === 0) await client.nextOf('audio')
      client.socket.terminate()
    }
  }
  await until(holdsNothing)
})
