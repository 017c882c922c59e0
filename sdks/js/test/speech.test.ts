import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inspect } from 'node:util'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { KugelAudio } from '../src/index.ts'

let server: TestServer
let apiKey: string
let client: KugelAudio
before(async () => {
  server = await startServer()
  apiKey = (await server.createKey()).key
  client = new KugelAudio({ apiKey, apiUrl: server.url })
})
after(async () => {
  client.close()
  await server.stop()
})

test('generate answers all of the audio, and what it came to', async () => {
  const spoken = await client.tts.generate({ text: 'Hello there', modelId: 'kugel-3' })
  assert.equal(spoken.samples, toneSamples('Hello there'))
  assert.equal(spoken.audio.byteLength, 2 * spoken.samples)
  assert.equal(spoken.sampleRate, 24_000)
  assert.equal(spoken.durationMs, (spoken.samples / 24_000) * 1_000)
  assert.equal(spoken.usage?.characters, 11)
  assert.equal(spoken.usage?.costAvailable, false)
  assert.deepEqual(spoken.wordTimestamps, [])
  assert.equal(spoken.toWav().byteLength, spoken.audio.byteLength + 44)
})

test('five calls at a time on one client: five right answers, unmixed', async () => {
  const texts = ['a', 'bb', 'ccc', 'dddd', 'eeeee']
  const spoken = await Promise.all(texts.map((text) => client.tts.generate({ text })))
  assert.deepEqual(
    spoken.map(({ samples }) => samples),
    texts.map((text) => toneSamples(text)),
  )
})

test('words come with their times and places', async () => {
  const { wordTimestamps } = await client.tts.generate({ text: 'Hello you', wordTimestamps: true })
  assert.deepEqual(
    wordTimestamps.map(({ word, charStart, charEnd }) => [word, charStart, charEnd]),
    [
      ['Hello', 0, 5],
      ['you', 6, 9],
    ],
  )
})

test('a stream is read chunk by chunk, in order, and ends with its totals', async () => {
  const kinds: string[] = []
  let samples = 0
  for await (const event of client.tts.stream({ text: 'One two three four' })) {
    kinds.push(event.type)
    if (event.type === 'audio') {
      assert.equal(event.chunk.bytes.byteLength, 2 * event.chunk.samples)
      samples += event.chunk.samples
    }
  }
  assert.equal(samples, toneSamples('One two three four'))
  assert.equal(kinds.at(-1), 'final')
})

test('leaving a stream early cancels it, and the next turn is heard whole', async () => {
  const long = `Begun. #slow:baa ${'word '.repeat(200)}`
  for await (const event of client.tts.stream({ text: long })) if (event.type === 'audio') break
  const spoken = await client.tts.generate({ text: 'After' })
  assert.equal(spoken.samples, toneSamples('After'))
})

test('an abort ends a turn with its reason, also one that waits in line', async () => {
  const abort = new AbortController()
  const long = { text: `Begun. #slow:baa ${'word '.repeat(200)}` }
  const first = client.tts.generate({ ...long, signal: abort.signal })
  const second = client.tts.generate({ text: 'Never', signal: abort.signal })
  const third = client.tts.generate({ text: 'Third' })
  abort.abort(new Error('changed my mind'))
  await assert.rejects(first, /changed my mind/)
  await assert.rejects(second, /changed my mind/)
  assert.equal((await third).samples, toneSamples('Third'))
})

test('callbacks hear the same, and the promise resolves at the end', async () => {
  const heard: string[] = []
  await client.tts.stream(
    { text: 'Hello', wordTimestamps: true },
    {
      onOpen: () => heard.push('open'),
      onChunk: () => heard.push('chunk'),
      onWordTimestamps: () => heard.push('words'),
      onFinal: () => heard.push('final'),
      onClose: () => heard.push('close'),
    },
    false,
  )
  assert.deepEqual([...new Set(heard)], ['open', 'chunk', 'words', 'final', 'close'])
})

test('a Readable and a web stream hold the same bytes', async () => {
  const text = 'Bytes as they are'
  const chunks: Uint8Array[] = []
  for await (const chunk of client.tts.toReadable({ text })) chunks.push(chunk)
  const web = await new Response(client.tts.toWebStream({ text })).arrayBuffer()
  assert.equal(web.byteLength, 2 * toneSamples(text))
  assert.ok(Buffer.concat(chunks).equals(Buffer.from(web)))
})

test('formats: G.711 is one byte a sample, and a WAV says so', async () => {
  const spoken = await client.tts.generate({ text: 'Hello', outputFormat: 'ulaw_8000', sampleRate: 24_000 })
  assert.equal(spoken.encoding, 'mulaw')
  assert.equal(spoken.sampleRate, 8_000)
  assert.equal(spoken.audio.byteLength, spoken.samples)
  assert.equal(new DataView(spoken.toWav()).getUint16(20, true), 7)
})

test('download gives files of formats that no socket carries', async () => {
  const response = await client.tts.download({ text: 'Hello', outputFormat: 'wav' })
  const file = Buffer.from(await response.arrayBuffer())
  assert.equal(file.subarray(0, 4).toString(), 'RIFF')
})

test('errors of the server keep their class, code and request id', async () => {
  const failing = client.tts.generate({ text: 'Hello', voiceId: 'nobody' })
  await assert.rejects(failing, (error: Error & { requestId?: string }) => {
    assert.equal(error.name, 'NotFoundError')
    assert.match(error.requestId ?? '', /^req_/)
    return true
  })
  assert.equal((await client.tts.generate({ text: 'Still here' })).samples, toneSamples('Still here'))
})

test('a text that is too long is refused, and the socket goes on', async () => {
  await assert.rejects(client.tts.generate({ text: 'a'.repeat(10_001) }), { name: 'ValidationError' })
  await assert.rejects(client.tts.generate({ text: ' ' }), { name: 'ValidationError' })
  assert.equal((await client.tts.generate({ text: 'Fine' })).samples, toneSamples('Fine'))
})

test('a key that the server does not know is an AuthenticationError everywhere, and is never shown', async () => {
  const unknown = 'sk_live_0123456789abcdefghij'
  const stranger = new KugelAudio({ apiKey: unknown, apiUrl: server.url })
  for (const call of [
    () => stranger.models.list(),
    () => stranger.tts.generate({ text: 'Hello' }),
    () => stranger.connect(),
    () => stranger.tts.streamingSession().connect(),
    () => stranger.tts.createMultiContextSession().connect(),
  ])
    await assert.rejects(call(), (error: Error) => {
      assert.equal(error.name, 'AuthenticationError')
      assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(unknown))
      return true
    })
  assert.ok(!inspect(stranger, { depth: 9, showHidden: true }).includes(unknown))
  assert.ok(!JSON.stringify(stranger).includes(unknown))
})

test('a key that is revoked in the midst of its speech ends it with AuthenticationError', async () => {
  const { id, key } = await server.createKey()
  const own = new KugelAudio({ apiKey: key, apiUrl: server.url })
  const long = `Begun. #slow:baa ${'word '.repeat(200)}`
  await assert.rejects(
    async () => {
      for await (const event of own.tts.stream({ text: long }))
        if (event.type === 'audio') await server.revokeKey(id)
    },
    { name: 'AuthenticationError' },
  )
  await assert.rejects(own.tts.generate({ text: 'Again' }), { name: 'AuthenticationError' })
})

test('models are listed', async () => {
  assert.deepEqual(await client.models.list(), [
    {
      id: 'kugel-3',
      name: 'Kugel 3',
      description: '',
      parameters: '',
      maxInputLength: 10_000,
      sampleRate: 24_000,
    },
  ])
})
