import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { applyDictionary, type DictionaryEntry, dictionaryOf } from '../src/speech/text/dictionaries.ts'
import { completeLength, readMarkup, type Span } from '../src/speech/text/markup.ts'
import { spelled } from '../src/speech/text/spell.ts'
import { type TrackedText, track } from '../src/speech/text/tracked-text.ts'
import { sameInputsEveryRun } from './harness/fuzz-seed.ts'
import { checkOrigins } from './harness/origins.ts'

sameInputsEveryRun()

/** Spans as one reads them: text, [pause], {spelling}, /ipa/, with the speed before a colon. */
const shown = (spans: readonly Span[]): string =>
  spans
    .map((span) => {
      if (span.kind === 'pause') return `[${span.ms}]`
      const speed = span.speed === null || span.text.text === '' ? '' : `${span.speed}:`
      if (span.kind === 'ipa') return `${speed}/${span.ipa}/`
      if (span.kind === 'spell' && span.text.text === '') return ''
      if (span.kind === 'spell') return `${speed}{${span.group ?? ''}|${span.text.text}}`
      return speed + span.text.text
    })
    .join('')

const CASES: Record<string, [written: string, read: string][]> = {
  'breaks (6.1)': [
    ['a<break/>b', 'a[200]b'],
    ['a<break>b', 'a[200]b'],
    ['a<break></break>b', 'a[200] b'],
    ['a<BREAK TIME="1S"/>b', 'a[500]b'],
    ...(
      [
        ['0ms', 200],
        ['1ms', 200],
        ['299ms', 200],
        ['299.9ms', 200],
        ['300ms', 400],
        ['449ms', 400],
        ['450ms', 500],
        ['500ms', 500],
        ['0.2s', 200],
        ['0.3s', 400],
        ['.45s', 500],
        ['1.5s', 500],
        ['10s', 500],
        ['250', 200],
        ['x', 200],
      ] as const
    ).map(([time, ms]): [string, string] => [`<break time="${time}"/>`, `[${ms}]`]),
    ["<break time='1.5s' />", '[500]'],
    ['<break strength="none"/>a', ' a'],
    ['<break strength="x-weak"/>', '[200]'],
    ['<break strength="weak"/>', '[200]'],
    ['<break strength="medium"/>', '[200]'],
    ['<break strength="strong"/>', '[500]'],
    ['<break strength="x-strong"/>', '[500]'],
    ['<break strength="odd"/>', '[200]'],
    ['<break/><break time="1s"/>', '[200][500]'],
  ],
  'spellings (6.2)': [
    ['<spell>AB-1</spell>', '{|AB-1}'],
    ['<spell group="2">ABCD</spell>', '{2|ABCD}'],
    ["<spell group='3'>ABCD</spell>.", '{3|ABCD}.'],
    ['<spell group="0">A</spell>', '{|A}'],
    ['<spell/>a', 'a'],
    ['<spell>A', '{|A}'],
    ['</spell>a', 'a'],
    ['<spell>A<spell>B</spell>C</spell>', '{|A}{|B}C'],
    ['<spell>A<break/>B</spell>', '{|A}[200]{|B}'],
    ['<spell>a &lt; b</spell>', '{|a < b}'],
  ],
  'speeds (6.3)': [
    ['<prosody rate="slow">a</prosody>b', '0.8:ab'],
    ['<prosody rate="medium">a</prosody>', '1:a'],
    ['<prosody rate="fast">a</prosody>', '1.2:a'],
    ['<prosody rate="1.1">a</prosody>', '1.1:a'],
    ['<prosody rate="3">a</prosody>', '1.2:a'],
    ['<prosody rate="0.1">a</prosody>', '0.8:a'],
    ['<prosody rate="90%">a</prosody>', '0.9:a'],
    ['<prosody rate="odd">a</prosody>', 'a'],
    ['<prosody rate="slow">a<prosody rate="fast">b</prosody>c</prosody>d', '0.8:a1.2:b0.8:cd'],
    ['<prosody rate="slow">a', '0.8:a'],
    ['a</prosody></prosody>b', 'ab'],
    ['<prosody rate="slow">a<spell>B</prosody>C</spell>', '0.8:a0.8:{|B}{|C}'],
  ],
  'pronunciations and the rest (6.4)': [
    ['a /ˈkuːɡl̩/ b', 'a /ˈkuːɡl̩/ b'],
    ['(/ˈkæt/)', '(/ˈkæt/)'],
    ['and/or /usr/bin 1/2/3', 'and/or /usr/bin 1/2/3'],
    ['http://ə/ə', 'http://ə/ə'],
    ['a <b>c</b> <i class="x">d</i>', 'a c d'],
    ['a<br/>b<p>c</p>', 'a\nb\nc\n'],
    ['a < b', 'a < b'],
    ['a<b && c>d', 'a<b && c>d'],
    ['1 <2> 3', '1 <2> 3'],
    ['<', '<'],
    ['I <3 you', 'I <3 you'],
    ['<b', '<b'],
    ['a <break time="1s', 'a '],
    ['<<b>b>', '<, b>'],
    ['&amp;&lt;b&gt;&quot;&apos;&#65;&#x42;&nbsp;&bogus;&', '&<b>"\'AB\u00a0&bogus;&'],
    ['&#0;&#xD800;&#x110000;', ' &#xD800;&#x110000;'],
  ],
}

for (const [name, cases] of Object.entries(CASES)) {
  suite(name, () => {
    for (const [written, read] of cases) {
      test(written, () => {
        const { spans } = readMarkup(written)
        assert.equal(shown(spans), read)
        checkSpans(spans, written)
      })
    }
  })
}

/** Checks that spans account for all of a text, in order. */
function checkSpans(spans: readonly Span[], source: string): void {
  let at = 0
  for (const span of spans) {
    const { start, end } = span.kind === 'pause' ? span.range : edgesOf(span.text)
    assert.equal(start, at)
    at = end
    if (span.kind !== 'pause') checkOrigins(shifted(span.text, -start), source.slice(start, end))
  }
  assert.equal(at, source.length)
}

const edgesOf = ({ origins }: TrackedText) => ({
  start: origins[0]?.start ?? 0,
  end: origins.at(-1)?.end ?? 0,
})

const shifted = ({ text, origins }: TrackedText, by: number): TrackedText => ({
  text,
  origins: origins.map((origin) => ({ ...origin, start: origin.start + by, end: origin.end + by })),
})

const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '/',
        '"',
        "'",
        '&',
        '</',
        '<!--',
        '-->',
        '<b',
        '<break',
        ' time="1s"',
        '/>',
        '<break/>',
        '<break time="300ms">',
        '<spell>',
        '<spell group="2">',
        '</spell>',
        '<prosody rate="slow">',
        '<prosody rate=fast>',
        '</prosody>',
        '<b>',
        '</b>',
        '<a href="x>y">',
        '&amp;',
        '&#65;',
        '/ˈkuː/',
        'word',
        ' ',
        '\n',
        '1 < 2',
        '🙂',
        '=',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''))

test('any markup is read, and every piece leads back to its place', () => {
  fc.assert(
    fc.property(markup, (text) => checkSpans(readMarkup(text).spans, text)),
    { numRuns: 3_000 },
  )
})

test('no tag is left in what is read', () => {
  fc.assert(
    fc.property(markup, (text) => {
      fc.pre(!text.includes('&'))
      for (const span of readMarkup(text).spans) {
        if (span.kind !== 'text') continue
        assert.doesNotMatch(span.text.text, /<\/?(?:break|spell|prosody|b)(?:\s+\w+="[^"<>]*")*\s*\/?>/i)
      }
    }),
    { numRuns: 3_000 },
  )
})

test('of a stream, too, every piece leads back to its place, wherever it is cut', () => {
  fc.assert(
    fc.property(markup, fc.array(fc.nat(60), { maxLength: 6 }), (text, cuts) => {
      let buffer = ''
      let from = 0
      let start = 0
      let { open } = readMarkup('')
      const spans: Span[] = []
      for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
        const to = Math.max(from, Math.min(cut, text.length))
        buffer += text.slice(from, to)
        from = to
        const length = to === text.length ? buffer.length : completeLength(buffer, open)
        const read = readMarkup(buffer.slice(0, length), start, open)
        spans.push(...read.spans)
        open = read.open
        start += length
        buffer = buffer.slice(length)
      }
      checkSpans(spans, text)
    }),
    { numRuns: 1_000 },
  )
})

const wellFormed = fc
  .array(
    fc.constantFrom(
      'word ',
      'a < b ',
      'Tom & Jerry ',
      '&amp;',
      '<break time="300ms"/>',
      '<spell group="2">AB-1</spell> ',
      '<prosody rate="slow">slowly</prosody> ',
      '/ˈkuːɡl̩/ ',
      'and/or ',
      '<b>bold</b> ',
      '🙂 ',
      'https://a.b/c ',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

test('a stream says what the whole text says, wherever it is cut', () => {
  fc.assert(
    fc.property(wellFormed, fc.nat(200), (text, cut) => {
      const at = completeLength(text.slice(0, cut))
      const first = readMarkup(text.slice(0, at))
      const second = readMarkup(text.slice(at), at, first.open)
      const said = (spans: readonly Span[]) => shown(spans).replace(/(?:0\.8|1\.2):/g, '')
      assert.equal(said([...first.spans, ...second.spans]), said(readMarkup(text).spans))
    }),
    { numRuns: 2_000 },
  )
})

for (const [text, complete] of [
  ['Hello <br', 6],
  ['Hello <break time="1s"', 6],
  ['Hello <break time="1s"/>', 24],
  ['Hello <spell>AB', 6],
  ['Hello <spell>AB</spell>', 23],
  ['Hello <spell>AB</spell> and <spell>C', 28],
  ['<prosody rate="slow">a', 22],
  ['a < b', 5],
  ['Tom &am', 4],
  ['Tom & J', 7],
  ['a /ˈku', 2],
  ['a /usr and others, ever so many', 31],
  ['', 0],
] as const) {
  test(`of ${JSON.stringify(text)} ${complete} units are complete`, () => {
    assert.equal(completeLength(text), complete)
  })
}

test('nesting a thousand deep costs no more than a thousand tags', () => {
  const text = `${'<prosody rate="slow">'.repeat(1_000)}a${'</prosody>'.repeat(1_000)}b${'<b>'.repeat(1_000)}${'<spell>'.repeat(1_000)}c`
  const { spans, open } = readMarkup(text)
  assert.equal(shown(spans), '0.8:ab{|c}')
  assert.deepEqual(open.speeds, [])
})

suite('spelling', () => {
  const read = (text: string, language: string, group: number | null = null) =>
    spelled(track(text), language, group).map(({ text }) => text)

  test('characters have their names in the language', () => {
    assert.deepEqual(read('a@b.c', 'en'), ['A, at, B, dot, C'])
    assert.deepEqual(read('a@b.c', 'de'), ['A, ät, B, Punkt, C'])
    assert.deepEqual(read('a@b.c', 'fr'), ['A, arobase, B, point, C'])
    assert.deepEqual(read('a_b-c/d:e#f+g', 'en'), [
      'A, underscore, B, dash, C, slash, D, colon, E, hash, F, plus, G',
    ])
    for (const language of ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'pl'])
      assert.doesNotMatch(
        read('@.-_/:#+,;!?&*=%$€()"\'\\<>~|', language).join(),
        /[@._/:#+;!?&*=%$€()"\\<>~|]/,
      )
  })

  test('groups', () => {
    assert.deepEqual(read('ABCDE', 'en', 2), ['A, B', 'C, D', 'E'])
    assert.deepEqual(read('AB C', 'en', 4), ['A, B', 'C'])
  })

  test('clusters stay whole, and each leads back to its place', () => {
    const [text] = spelled(track('e\u0301ß🙂'), 'de', null)
    assert.equal(text?.text, 'e\u0301, ß, 🙂')
    assert.ok(text)
    checkOrigins(text, 'e\u0301ß🙂')
  })
})

suite('dictionaries', () => {
  const entry = (
    word: string,
    replacement: string,
    more: Partial<DictionaryEntry> = {},
  ): DictionaryEntry => ({
    word,
    replacement,
    ipa: null,
    caseSensitive: false,
    ...more,
  })
  const applied = (text: string, ...entries: DictionaryEntry[]) =>
    shown(applyDictionary(readMarkup(text).spans, dictionaryOf(entries)))

  test('whole words only, in any case unless the case counts', () => {
    assert.equal(
      applied('sql SQL SQLite mySQL (SQL)', entry('SQL', 'sequel')),
      'sequel sequel SQLite mySQL (sequel)',
    )
    assert.equal(applied('sql SQL', entry('SQL', 'sequel', { caseSensitive: true })), 'sql sequel')
    assert.equal(applied('naïve naïveté', entry('naïve', 'x')), 'x naïveté')
    assert.equal(applied('C++ C', entry('C++', 'c plus plus')), 'c plus plus C')
    assert.equal(applied('İ i', entry('i', 'x')), 'İ x')
  })

  test('the longest first, and never twice', () => {
    assert.equal(applied('New York', entry('new', 'a'), entry('new york', 'b')), 'b')
    assert.equal(applied('a b', entry('a', 'b'), entry('b', 'a')), 'b a')
  })

  test('in scripts without spaces wherever they stand', () => {
    assert.equal(applied('大東京都', entry('東京', 'とうきょう')), '大とうきょう都')
  })

  test('a pronunciation, and nothing within tags that spell', () => {
    assert.equal(applied('ein Kugel.', entry('Kugel', 'Kugel', { ipa: 'ˈkuːɡl̩' })), 'ein /ˈkuːɡl̩/.')
    assert.equal(applied('<spell>SQL</spell>', entry('SQL', 'sequel')), '{|SQL}')
  })

  test('thousands of entries are one look at the text', () => {
    const entries = Array.from({ length: 20_000 }, (_, at) => entry(`word${at}`, `spoken ${at}`))
    const dictionary = dictionaryOf(entries)
    const text = Array.from({ length: 1_000 }, (_, at) => `word${at * 7}`).join(' ')
    const startMs = performance.now()
    const spans = applyDictionary(readMarkup(text).spans, dictionary)
    assert.ok(performance.now() - startMs < 500)
    assert.match(shown(spans), /^spoken 0 spoken 7 /)
    checkSpans(spans, text)
  })
})
