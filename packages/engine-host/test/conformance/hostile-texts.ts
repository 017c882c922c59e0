import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { speak } from '../spoken.ts'
import { assertWordsFit } from './words-fit.ts'

/** Texts that break things; each must yield a passage, though perhaps a silent one. */
export function survivesHostileTexts({ host, voice }: Subject): void {
  for (const [name, texts] of Object.entries(HOSTILE_TEXTS)) {
    test(`survives ${name}`, async () => {
      const lines = texts.map((text) => ({ text }))
      const { words, passages, done } = await speak(host(), { voice: voice(), format: FORMAT, lines })
      assert.equal(passages.length, texts.length)
      for (const [index, text] of texts.entries()) {
        const passage = passages[index]
        assert.ok(passage !== undefined && passage.audio_ms >= 0)
        assertWordsFit(words[index] ?? [], text, passage)
      }
      const last = passages.at(-1)
      assert.ok(Math.abs((last?.start_ms ?? 0) + (last?.audio_ms ?? 0) - done.audio_ms) <= 1)
    })
  }
}

const FORMAT: Format = { codec: 'pcm_s16le', sampleRate: 8_000 }

/** The longest text that is taken. */
const LONGEST = 2_000
const run = (text: string): string => text.repeat(LONGEST).slice(0, LONGEST)

const HOSTILE_TEXTS: Record<string, string[]> = {
  markup: [
    '<speak>one <break time="10s"/> two</speak>',
    '<voice name="xx">one',
    '</speak> one',
    '<!-- one --> two',
    '<![CDATA[one]]>',
    '<audio src="file:///etc/passwd"/>',
    '<mark name="x"/>one',
    'a < b > c & d &amp; e &lt;f&gt; &#0; &#xFFFFFF; &bogus;',
    '<',
    '&',
    '<<<<>>>>&&&&',
  ],
  'phonemes and escapes': [
    '[[h@l@U]]',
    '[[',
    ']]',
    '[[[[[[',
    'one [[ two ]] three',
    '[[_:]]',
    '{{one}}',
    '\\x01',
    '%s%n',
  ],
  'control characters': [
    '\0',
    'a\0b',
    '\x01 50P one',
    '\x1b[31mone',
    'one\r\ntwo\ttree\vfour\f',
    '\u0085\u2028\u2029',
    '\x7f',
  ],
  'broken Unicode': [
    '\ud800',
    'a\udc00b',
    '\ud83d',
    '\udfff\ud800',
    '\ufffe\uffff',
    '\ufeffone',
    '\u{10ffff}',
  ],
  'emoji and combining marks': [
    '👩‍👩‍👧‍👦 one 🏳️‍🌈',
    '😀',
    `Z${'\u0301'.repeat(500)}algo`,
    '🇩🇪🇫🇷',
    '\u200d\u200b\u2060 one',
  ],
  'scripts in both directions': [
    'مرحبا بالعالم',
    'שלום one עולם',
    '\u202eone two\u202c',
    '\u2066one\u2069',
    'ひらがな 漢字 one',
  ],
  'nothing to say': ['.', '...', '?!', '—', '   ', '\n', '\u00a0', '. . . .', '"\'"', '()[]{}', '*'],
  'very long runs': [
    run('a'),
    run('a '),
    run('1'),
    run('.'),
    run('漢'),
    run('\u0301'),
    run('<'),
    run('😀'),
    run('-'),
    run('\0'),
  ],
}
