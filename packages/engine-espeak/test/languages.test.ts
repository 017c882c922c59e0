import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openBackend } from '../src/backends/choose.ts'
import { espeakEngine } from '../src/engine.ts'
import { readJapanese } from '../src/japanese.ts'
import { SENTENCES } from './sentences.ts'

/** Of speech, per character: Chinese ones are syllables, Latin ones are sounds. */
const CHARACTER_MS_MIN = 35
const CHARACTER_MS_MAX = 300

for (const choice of ['native', 'javascript'] as const) {
  suite(`languages (${choice})`, async () => {
    const backend = await openBackend(choice)
    const engine = espeakEngine(backend)

    test('offers a default voice and a female one for each', () => {
      assert.deepEqual(Object.keys(engine.defaultVoices).sort(), Object.keys(SENTENCES).sort())
      const handles = new Set(engine.voices.map(({ handle }) => handle))
      for (const handle of Object.values(engine.defaultVoices)) assert.ok(handles.has(`${handle}+f3`), handle)
    })

    for (const [language, sentence] of Object.entries(SENTENCES)) {
      test(`speaks ${language}`, async () => {
        const voice = engine.defaultVoices[language] ?? ''
        const samples: number[] = []
        const words = await engine.speak({ text: sentence, voice, speed: 1 }, (piece) => {
          for (const sample of piece) samples.push(sample)
          return true
        })
        const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length)
        assert.ok(rms > 1_000 && rms < 10_000, `RMS ${rms}`)
        const characterMs = (samples.length * 1000) / engine.sampleRate / [...sentence].length
        assert.ok(characterMs > CHARACTER_MS_MIN && characterMs < CHARACTER_MS_MAX, `${characterMs} ms`)
        assert.ok(words.length >= 3)

        const read = language === 'ja' ? (await readJapanese(sentence)).text : sentence
        // `(en)`: characters it cannot read are named or spelled in English.
        if (language !== 'en') assert.doesNotMatch(backend.phonemes(read), /\(en\)/)
      })
    }

    test('every voice that is offered speaks', async () => {
      for (const { handle } of engine.voices) {
        let loudest = 0
        await engine.speak({ text: 'one two 3', voice: handle, speed: 1 }, (piece) => {
          loudest = piece.reduce((most, sample) => Math.max(most, sample), loudest)
          return loudest <= 1_000
        })
        assert.ok(loudest > 1_000, handle)
      }
    })
  })
}
