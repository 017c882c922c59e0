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
