import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import fc from 'fast-check'
import { type TextPassage, textPassages } from '../src/speech/text/passages.ts'
import { sentenceEnds } from '../src/speech/text/sentences.ts'
import { TextQueue } from '../src/speech/text/text-queue.ts'
import { sourceWords } from '../src/speech/text/word-ranges.ts'
import { sameInputsEveryRun } from './harness/fuzz-seed.ts'

sameInputsEveryRun()

const passagesOf = (text: string, language = 'en', normalize = true): TextPassage[] =>
  textPassages(text, { language, normalize, dictionary: null }).passages

const sentences = (text: string, language: string): string[] => {
  const ends = [0, ...sentenceEnds(text, language), text.length]
  return ends
    .slice(1)
    .map((end, at) => text.slice(ends[at], end).trim())
    .filter((sentence) => sentence !== '')
}

const SENTENCES: [language: string, ...sentences: string[]][] = [
  ['en', 'Hello there.', 'How are you?', 'Fine!'],
  ['en', 'Dr. Smith of the U.S. paid $3.50 to J. R. Jones.', 'Then he left.'],
  ['en', '"Hi!" he said.', 'Nobody answered.'],
  ['en', 'He said "Go."', 'She went.'],
  ['en', 'Well... Maybe.'.slice(0, 7), 'Maybe.'],
  ['en', 'See www.example.com/a.b or a.b@c.de today.', 'Thanks.'],
  ['en', 'One line', 'Another line'],
  ['en', 'I have 3.', 'Then 4.'],
  ['de', 'Am 3. Mai kam Dr. Müller, z. B. heute.', 'Gut.'],
  ['de', 'Das gilt bzw. galt ca. 3 Jahre.', 'Na und?'],
  ['de', 'Im Jahr 1998.', 'Danach nicht.'],
  ['fr', 'Bonjour !', 'Ça va ?', '« Non. » dit-il.'],
  ['es', '¿Qué tal?', '¡Bien!'],
  ['zh', '你好。', '今天好吗？', '好！'],
  ['ja', '「はい。」', 'そうです。'],
  ['hi', 'नमस्ते।', 'आप कैसे हैं?'],
]

for (const [language, ...expected] of SENTENCES) {
  test(`${language}: ${expected.join(' | ')}`, () => {
    const joint = language === 'zh' || language === 'ja' ? '' : expected[0] === 'One line' ? '\n' : ' '
    assert.deepEqual(sentences(expected.join(joint), language), expected)
  })
}

suite('passages', () => {
  const shown = (text: string, language = 'en') =>
    passagesOf(text, language).map(({ spoken, leadMs, speed }) => [spoken.text.trim(), leadMs, speed])

  test('pauses: between sentences, where the text asks for them, and at its end', () => {
    assert.deepEqual(shown('One. Two.'), [
      ['One.', 0, null],
      ['Two.', 300, null],
    ])
    assert.deepEqual(shown('One<break time="1s"/>two.'), [
      ['One', 0, null],
      ['two.', 500, null],
    ])
    assert.deepEqual(shown('One. <break/> Two.'), [
      ['One.', 0, null],
      ['Two.', 200, null],
    ])
    assert.deepEqual(shown('<break/>One<break/><break/>'), [
      ['One', 200, null],
      ['', 400, null],
    ])
  })

  test('speeds', () => {
    assert.deepEqual(shown('A <prosody rate="slow">sentence. C</prosody> d'), [
      ['A', 0, null],
      ['sentence.', 0, 0.8],
      ['C', 300, 0.8],
      ['d', 0, null],
    ])
  })

  test('spellings, in groups', () => {
    assert.deepEqual(shown('Code <spell group="2">AB1</spell>.'), [
      ['Code A, B', 0, null],
      ['1.', 200, null],
    ])
  })

  test('a pronunciation tells where it is in what is said', () => {
    const [passage] = passagesOf('A /ˈkuːɡl̩/ rolls 5 m.')
    assert.equal(passage?.spoken.text, 'A kuɡl rolls five meters.')
    assert.deepEqual(passage?.pronunciations, [{ start: 2, end: 6, ipa: 'ˈkuːɡl̩' }])
  })

  test('long sentences are cut at a clause, a word, or between characters', () => {
    const clauses = passagesOf(`${'word '.repeat(40)}end, ${'word '.repeat(60)}`)
    assert.match(clauses[0]?.spoken.text ?? '', /end,$/)
    assert.ok(clauses.every(({ spoken }) => spoken.text.length <= 300))
    const family = '👨‍👩‍👧‍👦'
    for (const { spoken } of passagesOf(family.repeat(100), 'en', false)) {
      assert.ok(spoken.text.length <= 300)
      assert.equal(spoken.text.length % family.length, 0)
    }
    for (const { spoken } of passagesOf(`${'w'.repeat(295)} 1 234 567 ${'w'.repeat(100)}`, 'fr', false))
      assert.doesNotMatch(spoken.text, /(^|\D)(1|1 234|234)\s*$/)
  })
})

const pieces = fc.constantFrom(
  'word ',
  'Dr. Who ',
  'two. ',
  'Three! ',
  '$42.50 ',
  '3.5 km ',
  '<break/>',
  '<spell>A1</spell> ',
  '<prosody rate="fast">',
  '</prosody>',
  '/ˈkuː/ ',
  '🙂 ',
  'e\u0301 ',
  '\n',
  '&amp; ',
  '<b>',
  '漢字。',
  'w'.repeat(400),
  ' ',
  '<',
  '>',
)
const text = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 30 })
  .map((all) => all.join(''))
const language = fc.constantFrom('en', 'de', 'fr', 'pl', 'zh', 'sv')

test('passages are short, in order, and stand for parts of the text', () => {
  fc.assert(
    fc.property(text, language, fc.boolean(), (text, language, normalize) => {
      let at = 0
      for (const { spoken, source, start, leadMs, pronunciations } of passagesOf(text, language, normalize)) {
        assert.ok(spoken.text.length <= 300)
        assert.ok(start >= at)
        assert.equal(text.slice(start, start + source.length), source)
        assert.ok(leadMs >= 0 && leadMs <= 60_000)
        for (const { start, end } of pronunciations)
          assert.ok(start >= 0 && start <= end && end <= spoken.text.length)
        at = start + source.length
      }
      assert.ok(at <= text.length)
    }),
    { numRuns: 2_000 },
  )
})

test("the words of what is said are words of the caller's text, in order", () => {
  fc.assert(
    fc.property(text, language, (text, language) => {
      let at = 0
      for (const passage of passagesOf(text, language)) {
        const said = [...passage.spoken.text.matchAll(/\S+/g)].map(({ index, 0: word }, time) => ({
          start: index,
          end: index + word.length,
          startMs: time,
          endMs: time + 1,
        }))
        for (const { start, end, word } of sourceWords(passage, said)) {
          assert.ok(start >= at && end > start)
          assert.equal(word, text.slice(start, end))
          at = end
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test('what is said for one word of the text is one word', () => {
  const [passage] = passagesOf('Pay $42.50, <b>now</b>.')
  assert.ok(passage)
  const said = [...passage.spoken.text.matchAll(/\S+/g)].map(({ index, 0: word }, time) => ({
    start: index,
    end: index + word.length,
    startMs: time,
    endMs: time + 1,
  }))
  assert.deepEqual(
    sourceWords(passage, said).map(({ word, startMs, endMs }) => [word, startMs, endMs]),
    [
      ['Pay', 0, 1],
      ['$42.50,', 1, 6],
      ['now</b>.', 6, 7],
    ],
  )
})

test('text in pieces is read as one text, and a tag waits for its end', async () => {
  const queue = new TextQueue({ language: 'en', normalize: true, dictionary: null })
  queue.push('Code <spell>A')
  const read: number[] = []
  const onRead = (passages: number) => void read.push(passages)
  queue.flush(onRead)
  queue.push('B</spell> <prosody rate="slow">slow ')
  queue.flush(onRead)
  queue.push('too 🙂')
  queue.end(onRead)
  const found: [string, string, number | null][] = []
  for await (const { spoken, source, speed } of queue) found.push([spoken.text.trim(), source, speed])
  assert.deepEqual(found, [
    ['Code', 'Code ', null],
    ['A, B', '<spell>AB</spell> ', null],
    ['slow', '<prosody rate="slow">slow ', 0.8],
    ['too 🙂', 'too 🙂', 0.8],
  ])
  assert.deepEqual(read, [1, 2, 1])
})

test('a long text is read in pieces as it is read in one', async () => {
  const sentences = Array.from(
    { length: 200 },
    (_, at) =>
      `Dr. Who paid $${at}.50 on <b>May 5</b>, ${1900 + at}; <break/><spell>A${at}</spell> was e\u0301ven.\n`,
  )
  const text = `<prosody rate="slow">${sentences.join(' ')}</prosody>`
  const settings = { language: 'en', normalize: true, dictionary: null }
  const queue = new TextQueue(settings)
  queue.push(text)
  queue.end()
  const found: TextPassage[] = []
  for await (const passage of queue) found.push(passage)
  assert.deepEqual(found.map(toldOf), textPassages(text, settings).passages.map(toldOf))
})

/** Blanks around what is said may be on either side of a seam. */
const toldOf = ({ spoken, leadMs, speed }: TextPassage) => [spoken.text.trim(), leadMs, speed]

for (const hostile of ['½', '0 1 ', '1h', '+1 ', '<b>', 'a. ', '&#1;', '</', '1 000 ', '/ə']) {
  test(`10,000 characters of ${JSON.stringify(hostile)} are read once, and never many at a time`, async () => {
    let looks = 0
    // Asked for each character that is read: a count of the work.
    const lengths = new (class extends Map<string, number[]> {
      override has(): boolean {
        looks++
        return false
      }
    })([['x', [1]]])
    const queue = new TextQueue({
      language: 'en',
      normalize: true,
      dictionary: { exact: new Map(), folded: new Map(), lengths },
    })
    const text = hostile.repeat(10_000 / hostile.length)
    queue.push(text)
    let isRead = false
    queue.end(() => (isRead = true))
    const looksByTurn = [looks]
    while (!isRead) {
      looks = 0
      await turnOfLoop()
      looksByTurn.push(looks)
    }
    const perCharacter = 2
    const pieceLengthMax = 2_000
    assert.ok(Math.max(...looksByTurn) <= perCharacter * pieceLengthMax, `${looksByTurn}`)
    assert.ok(looksByTurn.reduce((sum, count) => sum + count) <= perCharacter * text.length, `${looksByTurn}`)
  })
}
