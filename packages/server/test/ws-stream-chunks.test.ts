import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpenGrants } from '../src/auth/grants.ts'
import { type Chunking, chunkLength } from '../src/speech/chunk-length.ts'
import { createOpenStreamedTurn } from '../src/speech/streamed-turn.ts'
import { OPENED, SETTINGS } from './harness/socket-stage.ts'
import { TestClock } from './harness/test-clock.ts'

const CHUNKING: Chunking = {
  schedule: [5, 80, 150, 250],
  isBySentence: false,
  bufferLengthMax: 1_000,
  flushTimeoutMs: 500,
}

/** The chunks of a text that comes in pieces, and what is left waiting. */
function chunksOf(
  pieces: string[],
  chunking: Partial<Chunking> = {},
  language = 'en',
): { chunks: string[]; left: string } {
  const chunks: string[] = []
  let left = ''
  for (const piece of pieces) {
    left += piece
    for (;;) {
      const length = chunkLength(left, chunks.length, { ...CHUNKING, ...chunking }, language)
      if (length === 0) break
      chunks.push(left.slice(0, length))
      left = left.slice(length)
    }
  }
  return { chunks, left }
}

const SENTENCE = 'This is a sentence of forty characters. '

test('a chunk waits for its entry of the schedule, then for the end of a sentence', () => {
  const { chunks, left } = chunksOf([...SENTENCE.repeat(20)])
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [40, 80, 120, 240, 240],
  )
  assert.equal(chunks.join('') + left, SENTENCE.repeat(20))
})

test('the same text makes the same chunks, in whatever pieces it comes', () => {
  const text = `${SENTENCE.repeat(20)}And a short end. Yes. No!`
  assert.deepEqual(chunksOf([text]), chunksOf([...text]))
  assert.deepEqual(chunksOf(text.match(/.{1,33}/g) ?? []), chunksOf([...text]))
})

for (const [what, text, chunks] of [
  ['a sentence', 'Hello there. How', ['Hello there. ']],
  ['a mark that nothing follows yet', 'Hello there.', []],
  ['a number with a point', 'It costs 3.50 now', []],
  ['an ordinal', 'Am 3. Mai war', []],
  ['an abbreviation', 'I met Dr. Smith', []],
  ['a quotation', '“Come in!” She said', ['“Come in!” ']],
  ['a line', 'A heading\nText', ['A heading\n']],
  ['marks of other scripts', '你好。今天', ['你好。']],
  ['dots that go on', 'Well... perhaps', ['Well... ']],
] as const) {
  test(`where sentences end: ${what}`, () => {
    assert.deepEqual(chunksOf([text], {}, what === 'an ordinal' ? 'de' : 'en').chunks, chunks)
  })
}

test('auto_mode ends a chunk with every sentence', () => {
  assert.deepEqual(chunksOf([SENTENCE.repeat(3)], { isBySentence: true }).chunks, [
    SENTENCE,
    SENTENCE,
    SENTENCE,
  ])
})

test('max_buffer_length is spoken even where no sentence ends, and words stay whole', () => {
  const { chunks } = chunksOf([...'word '.repeat(30)], { bufferLengthMax: 52 })
  assert.deepEqual(new Set(chunks), new Set(['word '.repeat(10)]))
  assert.deepEqual(chunksOf(['x'.repeat(60)], { bufferLengthMax: 52 }).chunks, ['x'.repeat(52)])
})

test('nor does a chunk that is handed over because it is full', () => {
  const tag = '<prosody rate="fast">'
  for (const bufferLengthMax of [50, 51, 60, 83, 84, 85]) {
    const { chunks, left } = chunksOf([...tag.repeat(12), 'word'], { bufferLengthMax })
    assert.equal(chunks.join('') + left, `${tag.repeat(12)}word`)
    for (const chunk of chunks) assert.equal(chunk.length % tag.length, 0, chunk)
  }
  const { chunks } = chunksOf([`Some words ${tag}${'more '.repeat(20)}`], { bufferLengthMax: 50 })
  assert.equal(chunks[0], `Some words ${tag}more more more `)
})

test('no chunk ends inside of markup, and no text is spoken of a tag that is not whole', () => {
  for (const text of ['Code: <spell>A. B. C. D', 'Wait <break time="3', 'Now <']) {
    assert.deepEqual(chunksOf([text], { isBySentence: true }).chunks, [], text)
  }
  const whole = 'Code: <spell>A. B. C.</spell> is meant. And'
  assert.deepEqual(chunksOf([whole], { isBySentence: true }).chunks, [whole.slice(0, -3)])
  assert.deepEqual(chunksOf(['If a < b here. Then'], { isBySentence: true }).chunks, ['If a < b here. '])
})

for (const [what, piece] of [
  ['dots', '.'],
  ['tags', '<'],
  ['open elements', '<spell>'],
  ['whole elements', '<spell>a</spell>'],
  ['quotes', '."'],
  ['blanks', ' '],
  ['lines', '\n'],
  ['sentences in an element', '. a'],
  ['letters', 'a'],
] as const) {
  test(`10,000 characters of ${what}, piece by piece, cost little`, () => {
    const turn = openTurnOf({ bufferLengthMax: 10_000, isBySentence: true })
    const startMs = performance.now()
    if (what.endsWith('element')) turn.push('<spell>')
    for (let length = 0; length < 10_000; length += piece.length) turn.push(piece)
    turn.cancel(new Error('over'))
    assert.ok(performance.now() - startMs < 4_000)
  })
}

test('a turn that is over leaves no timer behind', async () => {
  const turn = openTurnOf({}, () => assert.fail('handed over after the end'))
  turn.push('text')
  turn.cancel(new Error('over'))
  clock.fire(500)
  await assert.rejects(async () => {
    for await (const _ of turn.events);
  }, /over/)
})

const clock = new TestClock()

/** A turn that is never spoken. */
function openTurnOf(chunking: Partial<Chunking>, flush: () => number = () => 1) {
  const ending = new AbortController()
  const openTurn = createOpenStreamedTurn({
    clock,
    openTurn: () => ({
      push: () => {},
      flush,
      end: () => 0,
      cancel: (reason) => ending.abort(reason),
      events: (async function* () {
        ending.signal.throwIfAborted()
        yield* []
      })(),
    }),
  })
  return openTurn(new OpenGrants().open(OPENED), SETTINGS, { ...CHUNKING, ...chunking })
}
