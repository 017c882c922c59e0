import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { SENTENCE_PAUSE_MS } from '../src/speech/text/passages.ts'
import { until } from './engines/harness.ts'
import { TONE_RATE, toneSamples } from './engines/tone-speech.ts'
import { expectFlat } from './harness/expect-failure.ts'
import { connectTo, readAnswer } from './harness/raw-http.ts'
import { OPCODE, RawSocket, rawFrame } from './harness/raw-socket.ts'
import { settled } from './harness/settled.ts'
import { openLookingStage, openStage, SETTINGS } from './harness/socket-stage.ts'
import { handshakeText, SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

/** Between two sentences. */
const PAUSE_SAMPLES = (SENTENCE_PAUSE_MS * TONE_RATE) / 1_000

/** A server that the test stops, and a key. */
async function start(t: TestContext): Promise<{ server: TestServer; key: string }> {
  const server = await startServer()
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (isStopped) return
    isStopped = true
    await server.stop()
  }
  t.after(stop)
  return { server: { ...server, stop }, key: (await server.createKey()).key }
}

test('idle sockets close at once with 1012; a busy one speaks to its end first, and begins nothing more', async (t) => {
  const { server, key } = await start(t)
  const idle = await SpeakClient.open(server, key)
  const busy = await SpeakClient.open(server, key)
  const text = '#slow:daa word'
  busy.send({ text, normalize: false })
  busy.send({ text: 'not begun' })
  busy.send({ text: 'not begun either' })
  // Sent after them, so by its answer they are known to have arrived.
  busy.send({ update_settings: { speed: 1 } })
  await busy.nextOf('settings')
  const stopped = server.stop()
  assert.deepEqual(await idle.closed, { code: 1012, reason: 'restarting' })
  assert.equal(busy.socket.readyState, busy.socket.OPEN)
  const answer = await busy.answer()
  assert.equal(answer.final.total_samples, toneSamples(text))
  assert.equal(answer.samples, toneSamples(text))
  assert.deepEqual(await busy.closed, { code: 1012, reason: 'restarting' })
  assert.deepEqual(busy.frames, [])
  await stopped
  assert.equal(server.serving.grants.size, 0)
  await assert.rejects(connectTo(server.url), { code: 'ECONNREFUSED' })
})

test('a running HTTP answer is sent to its end', async (t) => {
  const { server, key } = await start(t)
  const text = '#slow:baa word '.repeat(5)
  const answer = await generate(server, key, { text, normalize: false })
  const stopped = server.stop()
  assert.equal((await answer.arrayBuffer()).byteLength, 2 * toneSamples(text))
  await stopped
})

test('a request that comes while the server stops is not begun', async (t) => {
  const { server, key } = await start(t)
  const busy = await SpeakClient.open(server, key)
  busy.send({ text: '#slow:daa word', normalize: false })
  busy.send({ update_settings: { speed: 1 } })
  await busy.nextOf('settings')
  const stopped = server.stop()
  busy.send({ text: 'too late' })
  assert.equal((await busy.answer()).end.kind, 'final')
  assert.equal((await busy.closed).code, 1012)
  assert.deepEqual(busy.frames, [])
  await stopped
})

test('a turn that goes on for too long ends with its sentence, not in a word, and says that the server restarts', async (t) => {
  const { server, key } = await start(t)
  const sentences = ['Begun.', '#slow:faa goes on.', ...Array(50).fill('And on it goes.')]
  const socket = await SpeakClient.open(server, key)
  socket.send({ text: sentences.join(' '), normalize: false })
  await until(() => server.engine.health().hosts[0]?.jobs === 1)
  const stopped = server.stop()
  server.clock.fire(3_000)
  const answer = await socket.answer()
  answer.failure('SERVICE_UNAVAILABLE')
  assert.deepEqual(await socket.closed, { code: 1012, reason: 'restarting' })
  const wholes = sentences.map(
    (_, at) => toneSamples(sentences.slice(0, at + 1).join(' ')) + at * PAUSE_SAMPLES,
  )
  assert.ok(wholes.includes(answer.samples), `${answer.samples} samples are no whole sentences`)
  await stopped
})

test('what takes longer than the limit is cut, and whoever does not answer is not waited for', async (t) => {
  const { server, key } = await start(t)
  const silent = await RawSocket.open(server, key)
  silent.connection.pause()
  const reader = await RawSocket.open(server, key)
  reader.connection.write(rawFrame(OPCODE.text, JSON.stringify({ text: 'word '.repeat(2_000) })))
  await reader.next()
  reader.connection.pause()
  const halfOpen = await connectTo(server.url)
  halfOpen.write('GET /v1/models HTTP/1.1\r\nHost: a\r\n')
  const slow = await SpeakClient.open(server, key)
  slow.send({ text: '#slow:gaaaa word', normalize: false })
  slow.send({ update_settings: { speed: 1 } })
  await slow.nextOf('settings')
  const stopped = server.stop()
  server.clock.fire(4_000)
  await stopped
  assert.equal(server.serving.grants.size, 0)
  assert.deepEqual(server.serving.engine.health().hosts, [])
  assert.notEqual((await slow.closed).code, 1000)
  for (const connection of [silent.connection, reader.connection, halfOpen]) {
    if (!connection.destroyed) await once(connection.resume(), 'close')
  }
})

test('a socket whose key was being looked up when the server began to stop is refused, and holds no grant', async (t) => {
  const stage = await openLookingStage()
  t.after(() => stage.stop())
  const late = await connectTo(stage.url)
  late.write(handshakeText('/ws/tts'))
  await stage.looking
  await stage.sockets.drain()
  stage.found()
  const answer = await readAnswer(late)
  expectFlat(answer, 'SERVICE_UNAVAILABLE')
  assert.equal(answer?.headers['retry-after'], '1')
  assert.equal(stage.grants.size, 0)
})

test('a socket that is not read, because it is owed too much, ends like any other', async (t) => {
  const gate = Promise.withResolvers<void>()
  const deciding = Promise.withResolvers<void>()
  let decided = 0
  const stage = await openStage({
    decideTurn: async () => {
      decided++
      deciding.resolve()
      await gate.promise
      return SETTINGS
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  for (let at = 0; at < 2_000; at++) client.send({ text: 'x'.repeat(9_000) })
  await deciding.promise
  assert.ok((await settled(stage.url, () => client.socket.bufferedAmount)) > 0)
  const drained = stage.sockets.drain()
  gate.resolve()
  assert.equal((await client.answer()).end.kind, 'final')
  assert.equal((await client.closed).code, 1012)
  await drained
  assert.equal(decided, 1)
  assert.deepEqual(client.frames, [])
  // Its answer to the close was read, past everything that was not.
  assert.match(stage.logged.join(), /"close":1012/)
})
