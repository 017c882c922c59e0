import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { LANGUAGES } from '@kugelaudio/contract'
import fc from 'fast-check'
import { LEXICONS } from '../src/speech/text/normalize/lexicons.ts'
import { findings, normalize } from '../src/speech/text/normalize/normalize.ts'
import { WRITTEN_OUT, type WrittenLanguage } from '../src/speech/text/normalize/nouns.ts'
import { sameInputsEveryRun } from './harness/fuzz-seed.ts'
import { checkOrigins } from './harness/origins.ts'

sameInputsEveryRun()

for (const language of WRITTEN_OUT) {
  suite(`reading ${language}`, () => {
    const cases = readFileSync(new URL(`./text-cases/${language}.txt`, import.meta.url), 'utf8')
    for (const line of cases.trim().split('\n')) {
      const [written = '', spoken = ''] = line.split(' → ')
      test(`"${written}" is "${spoken}"`, () => {
        assert.equal(normalize(written, language).text, spoken)
        assert.equal(normalize(spoken, language).text, spoken, 'and stays so')
      })
    }
  })
}

/** What texts that need reading are made of. */
const PIECES = [
  ...'0 1 3 5 12 42 007 1998 2024 1.234 1,234 3.5 3,5 1/2 ½ 3.5.2024 2024-05-03 14:30 10-20 21st 1er 3. 2.º 5% 5km 10 kg +49'.split(
    ' ',
  ),
  ...'$5 42,50€ € $ £ % ° § # & @ = + - – × < > * / \\ ~ ^ _ | . , ; : ! ? … ( ) [ ] " \' « » “ „'.split(' '),
  ...'Dr. z. B. e.g. etc. usw. No. Nr. p. a.m. M. St. XIV IV I a@b.de www.a.de/b-c http://x.y am um Mai May maja 🙂 é e\u0301 한글 漢字'.split(
    ' ',
  ),
  ...'word Haus the der le el il de o w'.split(' '),
  ' ',
  '  ',
  '\n',
  '\u00a0',
  '',
]
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.constantFrom(...PIECES),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 25 },
  )
  .chain((pieces) => fc.constantFrom('', ' ').map((joint) => pieces.join(joint)))
const language = fc.constantFrom<WrittenLanguage>(...WRITTEN_OUT)

test('what has been written out stays as it is', () => {
  fc.assert(
    fc.property(text, language, (written, language) => {
      const once = normalize(written, language).text
      assert.equal(normalize(once, language).text, once)
    }),
    { numRuns: 3_000 },
  )
})

test('every piece of what is read leads back to its place, and all of the text is accounted for', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...LANGUAGES), (written, language) => {
      checkOrigins(normalize(written, language), written)
    }),
    { numRuns: 2_000 },
  )
})

test('no word is lost and none invented where there is nothing to read', () => {
  const word = fc.stringMatching(/^[a-zäöüéèñç]{5,12}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), language, (words, language) => {
      const written = words.join(' ').normalize('NFC')
      assert.equal(normalize(written, language).text, written)
    }),
  )
})

test('no digit is left unread', () => {
  fc.assert(
    fc.property(text, language, (written, language) => {
      assert.doesNotMatch(normalize(written, language).text, /[0-9]/)
    }),
    { numRuns: 2_000 },
  )
})

test('anything at all can be read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom(...LANGUAGES),
      (written, language) => {
        checkOrigins(normalize(written, language), written)
      },
    ),
  )
})

test('other languages get composed characters and nothing else', () => {
  assert.equal(normalize('e\u0301 12 % & 3.5', 'sv').text, 'é 12 % & 3.5')
})

for (const hostile of [
  '1',
  '1.',
  '1,',
  '1/',
  '1-',
  '+1 ',
  '0 1 ',
  '(',
  'a.',
  'a@',
  'a.a@',
  'www.',
  'I',
  'X ',
  '$',
  '$1 ',
  '½',
  "'9",
  '-',
  'é',
  '1h',
  '12:',
  '1 000 ',
  'z. ',
  '"',
]) {
  test(`the work for ${JSON.stringify(hostile)} over and over grows with its length`, () => {
    for (const language of WRITTEN_OUT) {
      const triesOf = (length: number) => {
        const text = hostile.repeat(length / hostile.length)
        return findings({ text, language, lexicon: LEXICONS[language] }).tries
      }
      assert.ok(triesOf(20_000) <= 12 * 20_000)
      assert.ok(triesOf(20_000) <= 2.2 * triesOf(10_000) + 50)
    }
  })
}
