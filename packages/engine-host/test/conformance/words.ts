import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../../src/audio/formats.ts'
import type { Subject } from '../conformance.ts'
import { speak } from '../spoken.ts'
import { LONG_PASSAGE, SENTENCE } from './texts.ts'
import { assertWordsFit } from './words-fit.ts'

/** Word times. */
export function tellsWords({ host, voice }: Subject): void {
  test('words lie within their text and their audio, in order', async () => {
    const texts = [SENTENCE, LONG_PASSAGE, '', SENTENCE]
    const lines = texts.map((text) => ({ text, leadMs: 100 }))
    const { words, passages } = await speak(host(), { voice: voice(), format: FORMAT, lines })
    assert.equal(words.length, texts.length)
    for (const [index, text] of texts.entries()) {
      const passage = passages[index]
      assert.ok(passage !== undefined)
      assertWordsFit(words[index] ?? [], text, passage)
      assert.equal(words[index]?.length, text.match(/\S+/g)?.length ?? 0)
    }
  })

  test('words come only where they are wanted', async () => {
    const order = { voice: voice(), format: FORMAT, lines: [{ text: SENTENCE }] }
    const { words } = await speak(host(), { ...order, words: false })
    assert.deepEqual(words, [])
  })
}

const FORMAT: Format = { codec: 'pcm_s16le', sampleRate: 24_000 }
