import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { openBackend } from '../src/backends/choose.ts'
import { espeakEngine } from '../src/engine.ts'
import { wordTimes } from '../src/word-times.ts'
import { wordsOf } from '../src/words-of.ts'

test('words are what whitespace separates, and segments where there is none', () => {
  const words = (text: string, language: string) =>
    wordsOf(text, language).map(({ start, end }) => text.slice(start, end))
  assert.deepEqual(words("  Don't pay $42.50 — ok? ", 'en'), ["Don't", 'pay', '$42.50', '—', 'ok?'])
  assert.deepEqual(words('你好，世界。 ok', 'zh'), ['你好，', '世界。', 'ok'])
  assert.deepEqual(words('今日は良い天気です。', 'ja'), ['今日', 'は', '良い', '天気', 'です。'])
  assert.deepEqual(words('สวัสดีตอนเช้า', 'th'), ['สวัสดี', 'ตอน', 'เช้า'])
})

test('whatever the events, times never go back and stay within the audio', () => {
  const event = fc.record({
    kind: fc.constantFrom('word' as const, 'end' as const),
    position: fc.nat({ max: 60 }),
    ms: fc.nat({ max: 5_000 }),
  })
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '漢', '😀'), maxLength: 40 })
  fc.assert(
    fc.property(text, fc.array(event), fc.nat({ max: 4_000 }), (said, events, audioMs) => {
      const words = wordsOf(said, 'zh')
      const times = wordTimes(said, words, events, audioMs)
      assert.deepEqual(
        times.map(({ start, end }) => ({ start, end })),
        words,
      )
      let at = 0
      for (const { startMs, endMs } of times) {
        assert.ok(startMs >= at - 1e-6 && endMs >= startMs - 1e-6 && endMs <= audioMs + 1e-6)
        at = endMs
      }
    }),
  )
})

for (const choice of ['native', 'javascript'] as const) {
  suite(`word times (${choice})`, async () => {
    const engine = espeakEngine(await openBackend(choice))
    const timesOf = async (text: string, voice: string) => {
      let samples = 0
      const words = await engine.speak({ text, voice, speed: 1 }, (piece) => {
        samples += piece.length
        return true
      })
      return { words, audioMs: (samples * 1000) / engine.sampleRate }
    }

    test('a word after an emoji, an entity and a number is where it is in the text', async () => {
      const text = '😀 R&D <b> $42.50 of the money'
      const { words } = await timesOf(text, 'en-us')
      assert.deepEqual(
        words.map(({ start, end }) => text.slice(start, end)),
        ['😀', 'R&D', '<b>', '$42.50', 'of', 'the', 'money'],
      )
      const [emoji, , , number, , , money] = words.map(({ startMs, endMs }) => endMs - startMs)
      assert.ok((number ?? 0) > 800, `$42.50 takes ${number} ms`)
      assert.ok((money ?? 0) > 150 && (money ?? 0) < 900, `money takes ${money} ms`)
      assert.ok((emoji ?? 0) > 0)
    })

    test('a long word takes longer than a short one', async () => {
      const { words } = await timesOf('a internationalisation a', 'en-us')
      const [first = 0, second = 0, third = 0] = words.map(({ startMs, endMs }) => endMs - startMs)
      assert.ok(second > 3 * first && second > 2 * third)
    })

    for (const [voice, text, count] of [
      ['cmn', '早上好，你今天怎么样？', 4],
      ['ja', '今日は良い天気です。', 5],
      ['th', 'สวัสดีตอนเช้า', 3],
    ] as const) {
      test(`words of ${voice} share the whole audio`, async () => {
        const { words, audioMs } = await timesOf(text, voice)
        assert.ok(words.length >= count)
        assert.ok(words.every(({ startMs, endMs }) => endMs > startMs))
        assert.ok((words[0]?.startMs ?? audioMs) < 100 && (words.at(-1)?.endMs ?? 0) > audioMs - 400)
      })
    }
  })
}
