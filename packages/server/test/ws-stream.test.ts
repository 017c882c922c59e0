import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CHARACTER_MS, toneOf, toneSamples, toneWords } from './engines/tone-speech.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

type TestContext = { after(then: () => Promise<void>): void }

async function streamer(t: TestContext): Promise<StreamClient> {
  const client = await StreamClient.open(server, key)
  t.after(() => client.close())
  return client
}

const toneBytes = (text: string): Buffer =>
  Buffer.concat(toneWords(text).map((word) => Buffer.from(toneOf(word).buffer)))

test('a turn is its chunks, then its totals, then its end with usage', async (t) => {
  const client = await streamer(t)
  const turn = await client.speak({ text: 'One sentence of words', flush: true })
  assert.deepEqual(turn.kinds, ['started', 'audio', 'complete', 'final', 'closed'])
  assert.deepEqual(turn.chunks, ['One sentence of words'])
  assert.deepEqual(turn.bytes, toneBytes('One sentence of words'))
  assert.deepEqual(
    turn.audio.map(({ idx, chunk_id, sr, enc }) => ({ idx, chunk_id, sr, enc })),
    turn.audio.map((_, idx) => ({ idx, chunk_id: 0, sr: 24_000, enc: 'pcm_s16le' })),
  )
  const seconds = turn.samples / 24_000
  const totals = { total_audio_seconds: seconds, total_text_chunks: 1, total_audio_chunks: turn.audio.length }
  assert.deepEqual(turn.final, { final: true, ...totals })
  assert.deepEqual(turn.closed, {
    session_closed: true,
    ...totals,
    usage: {
      audio_seconds: seconds,
      characters: 21,
      cost_cents: null,
      cost_unavailable: true,
      model_id: 'kugel-3',
    },
  })
  assert.equal(turn.completes[0]?.audio_seconds, seconds)
})

test('pieces are put together as they are, and their offsets count in the text of the turn', async (t) => {
  const client = await streamer(t)
  const pieces = ['Hel', 'lo wor', 'ld. ', 'How a', 're you', ' today? 🐈', ' Fi', 'ne.']
  const turn = await client.speak(
    ...pieces.map((text) => ({ text, word_timestamps: true, chunk_length_schedule: [5], auto_mode: true })),
    { flush: true },
  )
  const text = pieces.join('')
  assert.deepEqual(turn.chunks, ['Hello world. ', 'How are you today? ', '🐈 Fine.'])
  for (const { word_timestamps } of turn.words)
    for (const { word, char_start, char_end } of word_timestamps)
      assert.equal(text.slice(char_start, char_end), word)
  assert.equal(turn.words.length, 3)
  assert.deepEqual(
    turn.words.map(({ chunk_id }) => chunk_id),
    [0, 1, 2],
  )
})

test('words are timed from the start of their chunk', async (t) => {
  const client = await streamer(t)
  const turn = await client.speak({
    text: 'Four are here today. Two more.',
    auto_mode: true,
    word_timestamps: true,
    flush: true,
  })
  const [first, second] = turn.words.map(({ word_timestamps }) => word_timestamps)
  assert.equal(first?.[0]?.start_ms, 0)
  assert.equal(first?.at(-1)?.end_ms, toneSamples('Four are here today.') / 24)
  assert.ok((second?.[0]?.start_ms ?? Number.NaN) <= 300)
  assert.equal((second?.[0]?.end_ms ?? 0) - (second?.[0]?.start_ms ?? 0), 3 * CHARACTER_MS)
})

test('text that ends no sentence is spoken when no more comes for a while, and the turn goes on', async (t) => {
  const client = await streamer(t)
  client.send({ text: 'no end of it' })
  assert.deepEqual(await client.quiet(), [])
  server.clock.fire(500)
  const spoken = await client.until('complete')
  assert.deepEqual(spoken[0]?.frame, { generation_started: true, chunk_id: 0, text: 'no end of it' })
  const turn = await client.speak({ text: ' and more', flush: true })
  assert.deepEqual(turn.chunks, [' and more'])
  assert.equal(turn.final.total_text_chunks, 2)
})

test('the pause between two sentences is the same whether they come together or in two chunks', async (t) => {
  const client = await streamer(t)
  const text = 'The first of them. The second one.'
  const apart = await client.speak({ text, auto_mode: true, flush: true })
  assert.equal(apart.chunks.length, 2)
  const together = await client.speak({ text, auto_mode: false, chunk_length_schedule: [100], flush: true })
  assert.equal(together.chunks.length, 1)
  assert.equal(apart.samples, together.samples)
  assert.ok(together.samples > toneSamples(text))
})

test('text handed over in the middle of a sentence goes on without a pause', async (t) => {
  const client = await streamer(t)
  const turn = await client.speak({ text: 'word '.repeat(12), max_buffer_length: 20 }, { flush: true })
  assert.ok(turn.chunks.length > 1)
  assert.equal(turn.samples, toneSamples('word '.repeat(12)))
})
