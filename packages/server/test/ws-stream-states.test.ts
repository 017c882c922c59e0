import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toneSamples } from './engines/tone-speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

async function streamer(t: { after(then: () => Promise<void>): void }): Promise<StreamClient> {
  const client = await StreamClient.open(server, key)
  t.after(() => client.close())
  return client
}

/** A word that the engine needs so long for, in ms, that what a test sends next comes while it is spoken. */
const slow = (ms: number): string => `#slow:${ms}`

test('ready: an empty text is nothing', async (t) => {
  const client = await streamer(t)
  client.send({ text: '' })
  client.send({ text: '', flush: false })
  assert.deepEqual(await client.quiet(), [])
})

test('ready: a flush is answered by an empty final and a bare session_closed', async (t) => {
  const client = await streamer(t)
  for (const message of [{ flush: true }, { text: '', flush: true }]) {
    const turn = await client.speak(message)
    assert.deepEqual(turn.kinds, ['final', 'closed'])
    assert.deepEqual(turn.final, {
      final: true,
      total_audio_seconds: 0,
      total_text_chunks: 0,
      total_audio_chunks: 0,
    })
    assert.deepEqual(turn.closed, { session_closed: true })
  }
})

for (const end of ['close', 'end_session']) {
  test(`ready: ${end} is answered by session_closed alone, without usage`, async (t) => {
    const client = await streamer(t)
    client.send({ [end]: true })
    assert.deepEqual(await client.nextOf('closed'), { session_closed: true })
    assert.deepEqual(await client.quiet(), [])
    assert.equal((await client.speak({ text: 'Still usable', flush: true })).kinds.at(-1), 'closed')
  })

  test(`open: ${end} speaks what is left, and the socket stays`, async (t) => {
    const client = await streamer(t)
    const turn = await client.speak({ text: 'The rest of it' }, { [end]: true })
    assert.deepEqual(turn.kinds, ['started', 'audio', 'complete', 'final', 'closed'])
    assert.equal(turn.samples, toneSamples('The rest of it'))
    client.send({ [end]: true })
    assert.deepEqual(await client.nextOf('closed'), { session_closed: true })
  })

  test(`draining: ${end} is answered by the session_closed of what is being spoken`, async (t) => {
    const client = await streamer(t)
    const turn = await client.speak({ text: slow(30), flush: true }, { [end]: true })
    assert.deepEqual(turn.kinds.slice(-2), ['final', 'closed'])
    assert.deepEqual(await client.quiet(), [])
  })
}

test('ready: cancel is answered by interrupted', async (t) => {
  const client = await streamer(t)
  client.send({ cancel: true })
  await client.nextOf('interrupted')
  assert.deepEqual(await client.quiet(), [])
})

test('open: cancel is answered by interrupted alone, and nothing of the turn comes after it', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'never spoken' })
  client.send({ cancel: true })
  await client.nextOf('interrupted')
  server.clock.fire(500)
  server.clock.fire(5_000)
  assert.deepEqual(await client.quiet(), [])
  client.send({ flush: true })
  assert.deepEqual((await client.turn()).kinds, ['final', 'closed'])
})

test('draining: cancel stops what is spoken and forgets what waits', async (t) => {
  const client = await streamer(t)
  client.send({ text: `Begun. ${slow(50)} ${'word '.repeat(200)}`, flush: true })
  client.send({ text: 'Second', flush: true })
  client.send({ text: 'Third' })
  await client.until('audio')
  client.send({ cancel: true })
  const stopped = await client.until('interrupted')
  assert.ok(
    stopped.slice(0, -1).every(({ kind }) => kind === 'audio' || kind === 'complete' || kind === 'started'),
  )
  assert.deepEqual(await client.quiet(), [])
  const next = await client.speak({ text: 'After it', flush: true })
  assert.deepEqual(next.chunks, ['After it'])
  assert.equal(next.samples, toneSamples('After it'))
  assert.equal(next.audio[0]?.idx, 0)
})

test('draining: text belongs to the next turn, and every turn ends by itself, in order', async (t) => {
  const client = await streamer(t)
  const texts = ['First one', 'Second here', 'Third']
  for (const text of texts) {
    client.send({ text: text.slice(0, 3) })
    client.send({ text: text.slice(3), flush: true })
  }
  for (const text of texts) {
    const turn = await client.turn()
    assert.deepEqual(turn.chunks, [text])
    assert.equal(turn.samples, toneSamples(text))
    assert.equal(turn.closed.usage?.characters, text.length)
  }
})

test('draining: a flush without text is answered after what is spoken', async (t) => {
  const client = await streamer(t)
  client.send({ text: slow(30), flush: true })
  client.send({ flush: true })
  assert.equal((await client.turn()).final.total_text_chunks, 1)
  assert.equal((await client.turn()).final.total_text_chunks, 0)
})

test('open: five seconds without text or flush end the turn, with a warning', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'Left behind' })
  assert.deepEqual(await client.quiet(), [])
  server.clock.fire(5_000)
  const turn = await client.turn()
  assert.deepEqual(turn.kinds, ['started', 'audio', 'complete', 'warning', 'final', 'closed'])
  assert.equal(turn.samples, toneSamples('Left behind'))
  server.clock.fire(5_000)
  assert.deepEqual(await client.quiet(), [])
})

test('a text with nothing to speak in it ends like every other', async (t) => {
  const client = await streamer(t)
  for (const text of [' ', '...', '\n\n', '—']) {
    const turn = await client.speak({ text, flush: true })
    assert.deepEqual(turn.kinds, ['final', 'closed'], JSON.stringify(text))
    assert.equal(turn.final.total_audio_seconds, 0)
  }
})

for (const [what, message, code] of [
  ['an unknown voice', { voice_id: 'nobody' }, 'NOT_FOUND'],
  ['an unknown model', { model_id: 'nothing' }, 'VALIDATION_ERROR'],
  ['a format that no frame carries', { output_format: 'mp3' }, 'VALIDATION_ERROR'],
  [
    'a rate that contradicts the format',
    { output_format: 'pcm_16000', sample_rate: 8_000 },
    'VALIDATION_ERROR',
  ],
  ['an engine that fails', { text: '#fail' }, 'MODEL_UNAVAILABLE'],
  ['NUL', { text: 'a\0b' }, 'VALIDATION_ERROR'],
  ['half a character', { text: 'a\ud83db' }, 'VALIDATION_ERROR'],
  ['half a character at the end', { text: 'a\ud83d' }, 'VALIDATION_ERROR'],
  ['a wrong speed', { speed: 3 }, 'VALIDATION_ERROR'],
] as const) {
  test(`${what} is one error frame and nothing more; the socket, and a close, still work`, async (t) => {
    const client = await streamer(t)
    client.send({ text: 'Begun', ...message, flush: true })
    const failed = await client.until('error')
    const last = failed.at(-1)
    assert.ok(last?.kind === 'error')
    assert.equal(last.frame.error_code, code, last.frame.error)
    assert.deepEqual(await client.quiet(), [])
    client.send({ close: true })
    assert.deepEqual(await client.nextOf('closed'), { session_closed: true })
    const turn = await client.speak({
      text: 'Well',
      voice_id: null,
      model_id: null,
      output_format: null,
      sample_rate: null,
      flush: true,
    })
    assert.equal(turn.samples, toneSamples('Well'))
  })
}

test('an error drops the turn that is open; the turn before it is spoken to its end', async (t) => {
  const client = await streamer(t)
  client.send({ text: slow(30), flush: true })
  client.send({ text: 'Open' })
  client.send('no JSON')
  client.send({ text: 'Next', flush: true })
  assert.deepEqual((await client.turn()).kinds.slice(-2), ['final', 'closed'])
  await client.nextFailure('VALIDATION_ERROR')
  assert.deepEqual((await client.turn()).chunks, ['Next'])
})

test('a text of more than 10,000 characters is an error, however it comes', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'a'.repeat(10_001), flush: true })
  await client.nextFailure('VALIDATION_ERROR')
  for (let piece = 0; piece < 11; piece++) client.send({ text: ' '.repeat(1_000), flush_timeout_ms: 60_000 })
  await client.nextFailure('VALIDATION_ERROR')
  assert.deepEqual(await client.quiet(), [])
})

test('a character may come in two halves', async (t) => {
  const client = await streamer(t)
  const turn = await client.speak({ text: 'Cat \ud83d' }, { text: '\udc08 here', flush: true })
  assert.deepEqual(turn.chunks, ['Cat 🐈 here'])
})

test('settings stick, may be sent alone, and hold from the next turn on', async (t) => {
  const client = await streamer(t)
  client.send({ sample_rate: 8_000, voice_id: 2 })
  client.send({ text: 'Open turn', sample_rate: 16_000 })
  client.send({ sample_rate: 22_050 })
  const rates = [(await client.speak({ flush: true })).audio[0]?.sr]
  for (let turn = 0; turn < 2; turn++)
    rates.push((await client.speak({ text: 'Again', flush: true })).audio[0]?.sr)
  rates.push((await client.speak({ text: 'Default', sample_rate: null, flush: true })).audio[0]?.sr)
  assert.deepEqual(rates, [16_000, 22_050, 22_050, 24_000])
})

test('sample_rate 24000 beside an output_format is no contradiction', async (t) => {
  const client = await streamer(t)
  const turn = await client.speak({
    text: 'Law',
    output_format: 'ulaw_8000',
    sample_rate: 24_000,
    flush: true,
  })
  assert.deepEqual([turn.audio[0]?.enc, turn.audio[0]?.sr], ['mulaw', 8_000])
})

test('update_settings echoes all that is in effect, and holds from the next turn on', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'Open', speed: 0.8 })
  client.send({ update_settings: { speed: 1.25, temperature: 0.3 } })
  await client.nextFailure('VALIDATION_ERROR')
  client.send({ update_settings: { speed: 1.2, cfg_scale: 9 } })
  assert.deepEqual((await client.nextOf('settings')).settings, {
    cfg_scale: 2.5,
    temperature: null,
    speed: 1.2,
    max_new_tokens: null,
    language: null,
    normalize: null,
  })
  assert.equal((await client.speak({ flush: true })).samples, toneSamples('Open', 0.8))
  assert.equal((await client.speak({ text: 'Open', flush: true })).samples, toneSamples('Open', 1.2))
})

for (const forbidden of [
  'voice_id',
  'model_id',
  'sample_rate',
  'output_format',
  'project_id',
  'dictionary_ids',
]) {
  test(`update_settings takes no ${forbidden}; the open turn goes on`, async (t) => {
    const client = await streamer(t)
    client.send({ text: 'Going on' })
    client.send({ update_settings: { [forbidden]: 1 } })
    await client.nextFailure('VALIDATION_ERROR')
    assert.deepEqual((await client.speak({ flush: true })).chunks, ['Going on'])
  })
}

test('close_socket speaks what is left, says session_closed, and closes with 1000', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'To the end' })
  client.send({ close_socket: true })
  client.send({ text: 'not heard', flush: true })
  const turn = await client.turn()
  assert.equal(turn.samples, toneSamples('To the end'))
  assert.deepEqual(await client.closed, { code: 1000, reason: 'closed' })
  assert.deepEqual(client.frames, [])
})

test('close_socket without a turn, and after an error, is answered by one session_closed', async (t) => {
  for (const before of [
    [],
    [{ text: 'a\0' }],
    [
      { text: 'One', flush: true },
      { text: '#fail', flush: true },
    ],
  ]) {
    const client = await streamer(t)
    for (const message of before) client.send(message)
    client.send({ close_socket: true })
    await client.closed
    const last = client.frames.at(-1)
    assert.deepEqual(last?.frame, { session_closed: true })
    assert.equal(client.frames.filter(({ kind }) => kind === 'closed').length, before.length === 2 ? 2 : 1)
  }
})
