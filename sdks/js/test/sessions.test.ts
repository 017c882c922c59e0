import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toneSamples } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import { type AudioChunk, KugelAudio, type TurnEvent } from '../src/index.ts'

let server: TestServer
let client: KugelAudio
before(async () => {
  server = await startServer()
  client = new KugelAudio({ apiKey: (await server.createKey()).key, apiUrl: server.url })
})
after(() => server.stop())

const LONG = `Begun. #slow:baa ${'word '.repeat(200)}`

const samplesIn = async (turn: AsyncIterable<TurnEvent>): Promise<number> => {
  let samples = 0
  for await (const event of turn) if (event.type === 'audio') samples += event.chunk.samples
  return samples
}

async function* written(...pieces: string[]): AsyncGenerator<string> {
  for (const piece of pieces) yield piece
}

/** A session that counts what it hears. */
async function counting(config = {}) {
  const heard: string[] = []
  let samples = 0
  const session = client.tts.streamingSession(config, {
    onChunk: (chunk: AudioChunk) => {
      heard.push('chunk')
      samples += chunk.samples
    },
    onGenerationStarted: () => heard.push('started'),
    onChunkComplete: () => heard.push('complete'),
    onWordTimestamps: () => heard.push('words'),
    onFinal: () => heard.push('final'),
    onSessionClosed: () => heard.push('closed'),
    onInterrupted: () => heard.push('interrupted'),
    onError: (error) => heard.push(error.name),
  })
  await session.connect()
  return { session, heard, samples: () => samples }
}

test('tokens, a flush, and the next turn at once: two finals and two ends, in order', async () => {
  const { session, heard, samples } = await counting()
  for (const token of ['Hello', ' there', ' now']) session.send(token)
  session.send('', true)
  session.send('Second')
  session.send('', true)
  await session.endSession()
  assert.equal(samples(), toneSamples('Hello there now') + toneSamples('Second'))
  const ends = heard.filter((kind) => kind === 'final' || kind === 'closed')
  assert.deepEqual(ends, ['final', 'closed', 'final', 'closed'])
  assert.equal(session.lastUsage?.characters, 6)
  await session.close()
  assert.equal(session.isConnected, false)
})

test('an empty flush is answered all the same', async () => {
  const { session, heard } = await counting()
  session.send('', true)
  await session.endSession()
  assert.deepEqual(heard, ['final', 'closed'])
  await session.close()
})

test('speak reads one turn of text that is being written, and the next after it', async () => {
  const session = client.tts.streamingSession({ wordTimestamps: true })
  assert.equal(
    await samplesIn(session.speak(written('Hello', ' there', '', ' now'))),
    toneSamples('Hello there now'),
  )
  const kinds: string[] = []
  for await (const event of session.speak('Second turn')) kinds.push(event.type)
  assert.deepEqual([...new Set(kinds)].sort(), ['audio', 'chunkComplete', 'chunkStarted', 'end', 'words'])
  assert.equal(kinds.at(-1), 'end')
  assert.equal(await samplesIn(session.speak(written())), 0)
  await session.close()
})

test('leaving a turn early is a barge-in: nothing of it is heard in the next', async () => {
  await using session = client.tts.streamingSession()
  for await (const event of session.speak(LONG)) if (event.type === 'audio') break
  assert.equal(await samplesIn(session.speak('New')), toneSamples('New'))
})

test('text that is sent right after a cancel belongs to the next turn', async () => {
  const { session, samples, heard } = await counting()
  session.send(LONG, true)
  while (!heard.includes('chunk')) await new Promise((resolve) => setImmediate(resolve))
  const before = samples()
  const cancelled = session.cancelCurrent()
  session.send('Next', true)
  await cancelled
  await session.endSession()
  assert.equal(samples() - before, toneSamples('Next'))
  await session.close()
})

test('text whose writer fails is cancelled, and the error is the writer’s', async () => {
  await using session = client.tts.streamingSession()
  async function* failing(): AsyncGenerator<string> {
    yield 'Hello '
    throw new Error('the model has stopped')
  }
  await assert.rejects(samplesIn(session.speak(failing())), /the model has stopped/)
  assert.equal(await samplesIn(session.speak('Again')), toneSamples('Again'))
})

test('settings change between turns, and what the server refuses is thrown', async () => {
  await using session = await client.tts.streamingSession({ speed: 1 }).connect()
  const inEffect = await session.updateSettings({ speed: 0.8 })
  assert.equal(inEffect['speed'], 0.8)
  assert.equal(await samplesIn(session.speak('Slow')), toneSamples('Slow', 0.8))
  await assert.rejects(session.updateSettings({ speed: 7 }), { name: 'ValidationError' })
  await assert.rejects(session.updateSettings({}), { name: 'ValidationError' })
  session.updateConfig({ speed: 1.2 })
  await session.endSession()
})

test('an error of a turn is that turn’s alone', async () => {
  const session = client.tts.streamingSession({ voiceId: 'nobody' })
  await assert.rejects(samplesIn(session.speak('Hello')), { name: 'NotFoundError' })
  session.updateConfig({ voiceId: 1 })
  assert.equal(await samplesIn(session.speak('Hello')), toneSamples('Hello'))
  await session.close()
})

test('a session that is not connected says so', () => {
  const session = client.tts.streamingSession()
  assert.throws(() => session.send('Hello'), { name: 'ConnectionError' })
  const contexts = client.tts.createMultiContextSession()
  assert.throws(() => contexts.send('a', 'Hello'), { name: 'ConnectionError' })
})

test('contexts speak beside each other, each in order and whole', async () => {
  const samples: Record<string, number> = {}
  const heard: string[] = []
  const session = await client.tts.createMultiContextSession({ defaultVoiceId: 1 }).connect({
    onContextCreated: (id) => heard.push(`${id} created`),
    onChunk: (chunk, id) => {
      samples[id] = (samples[id] ?? 0) + chunk.samples
    },
    onFinal: (id) => heard.push(`${id} final`),
    onContextClosed: (id) => heard.push(`${id} closed`),
    onError: (error, id) => heard.push(`${id} ${error.name}`),
  })
  session.createContext('a')
  session.send('a', 'First text', true)
  session.createContext('b', { voiceId: 'tone-b' })
  session.send('b', 'Second')
  session.flush('b')
  await session.drained()
  assert.deepEqual(samples, { a: toneSamples('First text'), b: toneSamples('Second') })
  session.closeContext('a')
  session.closeContext('b', true)
  while (session.activeContexts.length > 0) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(heard.toSorted(), [
    'a closed',
    'a created',
    'a final',
    'a final',
    'b closed',
    'b created',
    'b final',
  ])
  assert.equal(session.usageFor('a')?.characters, 10)
  session.close()
  assert.equal(session.isConnected, false)
})

test('the 21st context is a RateLimitError of its own, and the others go on', async () => {
  const errors: string[] = []
  const session = await client.tts
    .createMultiContextSession()
    .connect({ onError: (error, id) => errors.push(`${id} ${error.name}`) })
  for (let i = 0; i < 21; i++) session.createContext(`c${i}`)
  session.send('c0', 'Hello', true)
  await session.drained()
  assert.deepEqual(errors, ['c20 RateLimitError'])
  assert.equal(session.activeContexts.length, 20)
  session.close()
})
