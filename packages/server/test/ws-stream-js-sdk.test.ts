import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toneSamples } from './engines/tone-speech.ts'
import { ContextClient, framesOf, kindsOf } from './harness/context-client.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

// The frames of the official JS package, as the wire reference has them (sections 5.2, 5.3 and 12).

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const opened = (key: string) => ({ query: `?api_key=${key}&sdk=js&sdk_version=1.1.0` })

test('row 10: tokens, a flush, and the next turn at once: two finals, two session_closed, in order', async () => {
  const client = await StreamClient.open(server, opened(key))
  const config = { model_id: 'kugel-3', voice_id: 1, cfg_scale: 2, language: 'en' }
  for (const [at, token] of ['Hello', ' there', ' now'].entries())
    client.send({ text: token, flush: false, ...(at === 0 ? config : {}) })
  client.send({ text: '', flush: true })
  client.send({ text: 'Second', flush: false })
  client.send({ text: '', flush: true })
  for (const text of ['Hello there now', 'Second']) {
    const turn = await client.turn()
    assert.equal(turn.samples, toneSamples(text))
    assert.deepEqual(turn.kinds.slice(-2), ['final', 'closed'])
  }
  await client.close()
})

test('row 11: a session that is ended right after its turn is answered at once, and the config is sent again', async () => {
  const client = await StreamClient.open(server, opened(key))
  await client.speak({ text: 'Turn', flush: true, speed: 1 })
  client.send({ end_session: true })
  assert.deepEqual(await client.nextOf('closed'), { session_closed: true })
  const again = await client.speak({ text: 'Turn', flush: true, speed: 0.8 })
  assert.equal(again.samples, toneSamples('Turn', 0.8))
  await client.close()
})

test('row 13: a cancel, and the next turn with its config sent again: no audio of the old one', async () => {
  const client = await StreamClient.open(server, opened(key))
  client.send({ text: `Begun. #slow:baa ${'word '.repeat(100)}`, flush: true })
  await client.until('audio')
  client.send({ cancel: true })
  await client.until('interrupted')
  const next = await client.speak({ text: 'New', flush: true, sample_rate: 8_000 })
  assert.deepEqual(new Set(next.audio.map(({ sr }) => sr)), new Set([8_000]))
  await client.close()
})

test('row 16: every context is created with the whole configuration, and unknown voice settings', async () => {
  const client = await ContextClient.open(server, opened(key))
  const config = { sample_rate: 16_000, cfg_scale: 2, normalize: true, inactivity_timeout: 20 }
  const voice_settings = {
    voice_id: 1,
    stability: 0.5,
    similarity_boost: 0.7,
    style: 0,
    use_speaker_boost: true,
  }
  for (const context_id of ['one', 'two']) await client.create(context_id, { ...config, voice_settings })
  client.send({ text: 'First', context_id: 'one', flush: true })
  client.send({ text: 'Second', context_id: 'two', flush: true })
  const frames = [...(await client.until('final')), ...(await client.until('final'))]
  for (const id of ['one', 'two'])
    assert.deepEqual(kindsOf(framesOf(frames, id)), ['started', 'audio', 'complete', 'final'])
  await client.close()
})

test('a one-shot plugin closes its context with every chunk it has heard, and hears all of them', async () => {
  const client = await ContextClient.open(server, opened(key))
  const text = 'The first sentence is here. '.repeat(12)
  client.send({ text, context_id: 'a', flush: true, model_id: 'kugel-3', word_timestamps: true })
  let samples = 0
  let completes = 0
  for (let isOver = false; !isOver; ) {
    const { kind, frame } = await client.next()
    if (kind === 'audio') samples += frame.samples
    if (kind === 'complete') {
      completes += 1
      client.send({ close_context: true, context_id: 'a' })
    }
    isOver = kind === 'closed'
  }
  assert.ok(completes > 1 && samples >= toneSamples(text))
  assert.ok((await client.quiet()).every((kind) => kind === 'closed'))
  await client.close()
})
