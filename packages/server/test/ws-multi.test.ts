import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toneOf, toneSamples, toneWords } from './engines/tone-speech.ts'
import { bytesOf, ContextClient, framesOf, kindsOf } from './harness/context-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

async function client(t: { after(then: () => Promise<void>): void }): Promise<ContextClient> {
  const opened = await ContextClient.open(server, key)
  t.after(() => opened.close())
  return opened
}

const toneBytes = (text: string, voice = 'tone-a'): Buffer =>
  Buffer.concat(toneWords(text, voice).map((word) => Buffer.from(toneOf(word).buffer)))

test('a context is created, spoken and closed, each with its frame', async (t) => {
  const multi = await client(t)
  await multi.create('a')
  multi.send({ text: 'Some words here', context_id: 'a', flush: true })
  const flushed = await multi.until('final')
  assert.deepEqual(kindsOf(flushed), ['started', 'audio', 'complete', 'final'])
  assert.deepEqual(bytesOf(flushed), toneBytes('Some words here'))
  multi.send({ close_context: true, context_id: 'a' })
  assert.deepEqual(await multi.nextOf('final'), { final: true, context_id: 'a' })
  assert.deepEqual(await multi.nextOf('closed'), {
    context_closed: true,
    context_id: 'a',
    usage: {
      audio_seconds: toneSamples('Some words here') / 24_000,
      characters: 15,
      cost_cents: null,
      cost_unavailable: true,
      model_id: 'kugel-3',
    },
  })
})

test('contexts are spoken side by side, each in its order and with its own numbers', async (t) => {
  const multi = await client(t)
  const texts: Record<string, string> = { a: 'alpha beta gamma delta', b: 'one two three four', c: 'x y z' }
  for (const [context_id, text] of Object.entries(texts)) multi.send({ text, context_id, flush: true })
  const frames = []
  for (const _ of 'abc') frames.push(...(await multi.until('final')))
  for (const [id, text] of Object.entries(texts)) {
    const own = framesOf(frames, id)
    assert.deepEqual(kindsOf(own), ['created', 'started', 'audio', 'complete', 'final'])
    assert.deepEqual(bytesOf(own), toneBytes(text))
    const audio = own.flatMap((next) => (next.kind === 'audio' ? [next.frame] : []))
    assert.deepEqual(
      audio.map(({ idx }) => idx),
      audio.map((_, at) => at),
    )
  }
})

test('a creator of blanks speaks nothing, and a keep-alive creates nothing', async (t) => {
  const multi = await client(t)
  await multi.create('a')
  server.clock.fire(500)
  multi.send({ text: '', context_id: 'a' })
  multi.send({ text: '', context_id: 'b' })
  assert.deepEqual(await multi.quiet(), [])
})

test('a warm-up frame without a context is ignored, but its settings stick', async (t) => {
  const multi = await client(t)
  multi.send({ text: '', voice_id: 2, model_id: 'kugel-3' })
  assert.deepEqual(await multi.quiet(), [])
  multi.send({ text: 'Warm', context_id: 'a', flush: true })
  assert.deepEqual(bytesOf(await multi.until('final')), toneBytes('Warm', 'tone-b'))
})

test('settings stick from the first context to those created later; a voice binds to its context', async (t) => {
  const multi = await client(t)
  await multi.create('a', { sample_rate: 8_000, word_timestamps: true, voice_settings: { voice_id: 3 } })
  await multi.create('b', { voice_settings: { voice_id: 2, stability: 0.5, style: 1, speed: 9 } })
  await multi.create('c')
  const spoken: Record<string, unknown> = {}
  for (const context_id of ['a', 'b', 'c']) {
    multi.send({ text: 'Same words', context_id, flush: true })
    const frames = await multi.until('final')
    spoken[context_id] = frames.flatMap((next) => (next.kind === 'audio' ? [next.frame.sr] : []))[0]
    assert.ok(kindsOf(frames).includes('words'))
  }
  assert.deepEqual(spoken, { a: 8_000, b: 8_000, c: 8_000 })
  multi.send({
    text: 'Bound',
    context_id: 'd',
    sample_rate: 24_000,
    voice_settings: { voice_id: 2 },
    flush: true,
  })
  assert.deepEqual(bytesOf(await multi.until('final')), toneBytes('Bound', 'tone-b'))
  multi.send({ text: 'Not bound', context_id: 'e', flush: true })
  assert.deepEqual(bytesOf(await multi.until('final')), toneBytes('Not bound'))
})

test('every flush is answered by one final, in order, and the numbers go on', async (t) => {
  const multi = await client(t)
  for (const text of ['First', 'Second']) multi.send({ text, context_id: 'a', flush: true })
  multi.send({ context_id: 'a', flush: true })
  const frames = [
    ...(await multi.until('final')),
    ...(await multi.until('final')),
    ...(await multi.until('final')),
  ]
  assert.deepEqual(kindsOf(frames), [
    'created',
    ...['started', 'audio', 'complete', 'final'],
    ...['started', 'audio', 'complete', 'final'],
    'final',
  ])
  assert.deepEqual(
    frames.flatMap((next) => (next.kind === 'started' ? [next.frame.chunk_id] : [])),
    [0, 1],
  )
  const audio = frames.flatMap((next) => (next.kind === 'audio' ? [next.frame.idx] : []))
  assert.deepEqual(audio, [...audio.keys()])
})

test('a graceful close speaks what waits; closing again adds nothing', async (t) => {
  const multi = await client(t)
  multi.send({ text: 'All of this is heard', context_id: 'a' })
  for (let times = 0; times < 3; times++) multi.send({ close_context: true, context_id: 'a' })
  const frames = await multi.until('closed')
  assert.deepEqual(kindsOf(frames), ['created', 'started', 'audio', 'complete', 'final', 'closed'])
  assert.deepEqual(bytesOf(frames), toneBytes('All of this is heard'))
  assert.deepEqual(await multi.quiet(), [])
})

test('an immediate close stops the context, without a final, and says what was used', async (t) => {
  const multi = await client(t)
  multi.send({ text: `Begun. #slow:fa ${'word '.repeat(100)}`, context_id: 'a', flush: true })
  multi.send({ text: 'The other', context_id: 'b', flush: true })
  await multi.until('audio')
  multi.send({ close_context: true, context_id: 'a', immediate: true })
  const frames = await multi.until('closed')
  assert.ok(framesOf(frames, 'a').every(({ kind }) => kind !== 'final'))
  const last = frames.at(-1)
  assert.ok(last?.kind === 'closed' && (last.frame.usage?.audio_seconds ?? 0) > 0)
  const rest = [...frames, ...(await multi.until('final'))]
  assert.deepEqual(framesOf(rest.slice(rest.indexOf(last) + 1), 'a'), [])
})

test('a close of a context that is not there is answered, without usage', async (t) => {
  const multi = await client(t)
  multi.send({ close_context: true, context_id: 'nowhere' })
  assert.deepEqual(await multi.nextOf('closed'), { context_closed: true, context_id: 'nowhere' })
  multi.send({ flush: true, context_id: 'nowhere' })
  assert.deepEqual(await multi.nextOf('final'), { final: true, context_id: 'nowhere' })
})

test('the id of a closed context creates a new one', async (t) => {
  const multi = await client(t)
  for (let times = 0; times < 2; times++) {
    multi.send({ text: 'Again', context_id: 'a' })
    multi.send({ close_context: true, context_id: 'a' })
    const frames = await multi.until('closed')
    assert.deepEqual(kindsOf(frames), ['created', 'started', 'audio', 'complete', 'final', 'closed'])
    const audio = frames.flatMap((next) => (next.kind === 'audio' ? [next.frame.idx] : []))
    assert.equal(audio[0], 0)
  }
})

test('twenty contexts speak at once, as one stream; a further one is too many until one is closed', async (t) => {
  const multi = await client(t)
  for (let at = 0; at < 20; at++) multi.send({ text: `Number ${at}`, context_id: `c${at}`, flush: true })
  multi.send({ text: 'One more', context_id: 'c20' })
  const frames = []
  for (let at = 0; at < 20; at++) frames.push(...(await multi.until('final')))
  const errors = frames.filter(({ kind }) => kind === 'error')
  assert.equal(errors.length, 1)
  for (const { frame } of errors) {
    assert.ok('error_code' in frame && 'context_id' in frame)
    assert.deepEqual([frame.error_code, frame.code, frame.context_id], ['TOO_MANY_CONTEXTS', 429, 'c20'])
  }
  multi.send({ close_context: true, context_id: 'c3', immediate: true })
  await multi.nextOf('closed')
  await multi.create('c20')
})

test('a context that nothing is sent for times out after 20 seconds', async (t) => {
  const multi = await client(t)
  await multi.create('a')
  multi.send({ text: 'Spoken', context_id: 'b', flush: true })
  await multi.until('final')
  server.clock.fire(20_000)
  assert.deepEqual(await multi.nextOf('timeout'), { context_timeout: true, context_id: 'a' })
  assert.deepEqual(await multi.nextOf('timeout'), { context_timeout: true, context_id: 'b' })
  multi.send({ close_context: true, context_id: 'b' })
  await multi.nextOf('closed')
  await multi.create('a', { inactivity_timeout: 7 })
  server.clock.fire(20_000)
  assert.deepEqual(await multi.quiet(), [])
  server.clock.fire(7_000)
  await multi.nextOf('timeout')
})

test('a context that is being spoken does not time out', async (t) => {
  const multi = await client(t)
  multi.send({ text: '#slow:baa spoken', context_id: 'a', flush: true })
  await multi.nextOf('created')
  server.clock.fire(20_000)
  assert.deepEqual(kindsOf(await multi.until('final')), ['started', 'audio', 'complete', 'final'])
})

for (const [what, message, code] of [
  ['a wrong setting', { speed: 9 }, 'VALIDATION_ERROR'],
  ['an unknown voice', { voice_settings: { voice_id: 999 } }, 'NOT_FOUND'],
  ['an engine that fails', { text: '#fail' }, 'MODEL_UNAVAILABLE'],
  ['half a character', { text: 'a\ud83d' }, 'VALIDATION_ERROR'],
  ['too long a text', { text: 'a'.repeat(10_001) }, 'VALIDATION_ERROR'],
] as const) {
  test(`${what} is an error of its context; the others go on, and it can be closed`, async (t) => {
    const multi = await client(t)
    await multi.create('well')
    multi.send({ text: 'Begun', context_id: 'ill', ...message, flush: true })
    multi.send({ text: 'Well', context_id: 'well', flush: true })
    multi.send({ close_context: true, context_id: 'ill' })
    multi.send({ close_context: true, context_id: 'well' })
    const frames = [...(await multi.until('closed')), ...(await multi.until('closed'))]
    const ill = framesOf(frames, 'ill')
    const error = ill.find(({ kind }) => kind === 'error')
    assert.ok(error?.kind === 'error')
    assert.equal(error.frame.error_code, code)
    assert.equal(ill.filter(({ kind }) => kind === 'error').length, 1)
    assert.equal(ill.at(-1)?.kind, 'closed')
    assert.deepEqual(bytesOf(framesOf(frames, 'well')), toneBytes('Well'))
  })
}

test('a message that names no context is an error without one, if it wants anything', async (t) => {
  const multi = await client(t)
  for (const message of [
    { text: 'Whose?' },
    { flush: true },
    { close_context: true },
    'no JSON',
    { context_id: 5 },
  ]) {
    multi.send(message)
    await multi.nextFailure('VALIDATION_ERROR')
  }
})

test('update_settings holds for the contexts created after it', async (t) => {
  const multi = await client(t)
  await multi.create('a')
  multi.send({ update_settings: { speed: 0.8 } })
  assert.equal((await multi.nextOf('settings')).settings.speed, 0.8)
  for (const [context_id, speed] of [
    ['a', 1],
    ['b', 0.8],
  ] as const) {
    multi.send({ text: 'Same', context_id, flush: true })
    assert.equal(bytesOf(await multi.until('final')).length / 2, toneSamples('Same', speed))
  }
})

test('close_socket closes every context, says session_closed, and closes with 1000', async (t) => {
  const multi = await client(t)
  await multi.create('a')
  await multi.create('b')
  multi.send({ close_socket: true })
  assert.deepEqual(await multi.closed, { code: 1000, reason: 'closed' })
  assert.deepEqual(
    multi.frames.map(({ kind }) => kind),
    ['closed', 'closed', 'session'],
  )
})
