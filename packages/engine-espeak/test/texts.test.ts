import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { openBackend } from '../src/backends/choose.ts'
import { escapeMarkup } from '../src/markup.ts'
import { speakable } from '../src/speakable.ts'

test('an escaped text holds no tag, and each of its places leads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeMarkup(text)
      assert.doesNotMatch(escaped.text, /[<>]|&(?!amp;|lt;|gt;)/)
      const unescaped = escaped.text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? '')
      assert.equal(unescaped, text)
      const characters = [...text]
      const offsets = new Set([...escaped.text].map((_, index) => escaped.offsetOf(index)))
      assert.equal(offsets.size, characters.length)
    }),
  )
})

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }

test('a speakable text is as long as before, well-formed, and commands nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = speakable(text)
      assert.equal(clean.length, text.length)
      assert.ok(clean.isWellFormed())
      assert.doesNotMatch(clean, /\[\[|\p{Cc}|\p{Co}/u)
    }),
  )
})

for (const choice of ['native', 'javascript'] as const) {
  suite(`commands in a text (${choice})`, async () => {
    const backend = await openBackend(choice)
    const msOf = (text: string): number => {
      backend.setVoice('gmw/en-US')
      let samples = 0
      backend.speak(speakable(text), 1, (piece) => {
        samples += piece.length
        return true
      })
      return (samples * 1000) / backend.sampleRate
    }

    test('tags are read, not obeyed', () => {
      const plain = msOf('one two')
      assert.ok(msOf('one <break time="10s"/> two') < plain + 9_000)
      assert.ok(msOf('<prosody rate="10%">one two</prosody>') > plain)
      assert.ok(msOf('<voice name="de">one two</voice>') > plain)
    })

    test('phonemes are not obeyed', () => {
      assert.doesNotMatch(backend.phonemes(speakable('[[h@l@U]]')), /^_?h_?ə/)
      const said: number[] = []
      for (const text of ['[[h@l@U]]', '((h@l@U))']) said.push(Math.round(msOf(text)))
      assert.ok(Math.abs((said[0] ?? 0) - (said[1] ?? 0)) < 50, `${said}`)
    })

    test('embedded commands do not outlive their text', () => {
      const before = msOf('one two three')
      msOf('\x01400S one \x0199P two')
      assert.ok(Math.abs(msOf('one two three') - before) < 50)
    })

    test('a text can be broken off, and the next one is whole', () => {
      const whole = msOf('one two three')
      backend.speak('one two three', 1, () => false)
      assert.ok(Math.abs(msOf('one two three') - whole) < 50)
    })
  })
}
