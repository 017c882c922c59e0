import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openBackend } from '../src/backends/choose.ts'
import { readJapanese } from '../src/japanese.ts'

const READINGS: [text: string, katakana: string, phonemes: string][] = [
  ['日本語', 'ニホンゴ', 'nihoŋɡo'],
  ['東京', 'トーキョー', 'tookʲoo'],
  ['今日は良い天気です', 'キョーワ ヨイ テンキデス', 'kʲoowa joi teŋkidesɯ'],
  ['私は学生です。', 'ワタシワ ガクセイデス。', 'wataɕiwa ɡakɯseidesɯ'],
  ['10月5日', '10 ガツ 5 ニチ', 'dzɯ ɡatsɯ ɡo nitɕi'],
]

for (const choice of ['native', 'javascript'] as const) {
  suite(`Japanese (${choice})`, async () => {
    const backend = await openBackend(choice)
    backend.setVoice('jpx/ja')
    for (const [text, katakana, phonemes] of READINGS) {
      test(`reads ${text}`, async () => {
        const reading = await readJapanese(text)
        assert.equal(reading.text, katakana)
        assert.equal(broad(backend.phonemes(reading.text)), phonemes)
      })
    }
  })
}

test('every place in a reading leads back to the text it stands for', async () => {
  const text = '今日は, CDを 3枚買う'
  const reading = await readJapanese(text)
  assert.equal(reading.text, 'キョーワ, CDヲ 3 マイ カウ')
  const back = (katakana: string) => text.slice(reading.offsetOf(reading.text.indexOf(katakana)))
  assert.match(back('キョー'), /^今日/)
  assert.match(back('ワ'), /^は/)
  assert.match(back('CD'), /^CD/)
  assert.match(back('D'), /^Dを/)
  assert.match(back('マイ'), /^枚/)
  assert.match(back('カウ'), /^買う/)
  assert.equal(reading.offsetOf(10_000) <= text.length, true)
})

/** Phonemes without stress, separators and diacritics. */
const broad = (phonemes: string): string =>
  phonemes
    .normalize('NFD')
    .replace(/[ˈˌ_ᵝ\p{Mn}]/gu, '')
    .trim()
