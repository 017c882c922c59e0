import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { openBackend } from '../src/backends/choose.ts'
import { espeakEngine } from '../src/engine.ts'
import { createPronounce } from '../src/pronunciation.ts'

/** What each voice makes of a pronunciation, without stress; where it lacks a sound, the nearest it has. */
const SPOKEN: [voice: string, ipa: string, said: string][] = [
  ['gmw/de', 'ˈkuːɡl̩', 'kuːɡl̩'],
  ['gmw/de', 'ˈʃøːnə', 'ʃøːnə'],
  ['gmw/en-US', 'ˈkwɪnoʊə', 'kwɪnoʊə'],
  ['gmw/en-US', 'ˈtʃɛk', 'tʃɛk'],
  ['roa/fr', 'bɔ̃ʒuʁ', 'bɔ̃ʒuʁ'],
  ['roa/it', 'ˈɲɔkki', 'ɲɔkkɪ'],
  ['zlw/pl', 'ˈvɔda', 'vɔda'],
]

for (const choice of ['native', 'javascript'] as const) {
  suite(`pronunciations (${choice})`, async () => {
    const backend = await openBackend(choice)
    const engine = espeakEngine(backend)
    const msOf = async (text: string, pronunciations: { start: number; end: number; ipa: string }[] = []) => {
      let samples = 0
      const words = await engine.speak({ text, voice: 'de', speed: 1, pronunciations }, (piece) => {
        samples += piece.length
        return true
      })
      return { ms: Math.round((samples * 1_000) / engine.sampleRate), words }
    }

    for (const [voice, ipa, said] of SPOKEN) {
      test(`${voice} says /${ipa}/`, () => {
        backend.setVoice(voice)
        const { text, hasPhonemes } = createPronounce(backend)('x', [{ start: 0, end: 1, ipa }], voice)
        assert.ok(hasPhonemes)
        const phonemes = text.replace(/^\[\[|\]\]$/g, '')
        assert.equal(backend.saidAs(phonemes).replace(/[_ˈˌ\s]/g, ''), said)
      })
    }

    test('a pronunciation is heard in the place of its text, whose words keep their places', async () => {
      const text = 'Die Abracadabrakugel rollt.'
      const said = await msOf(text, [{ start: 4, end: 20, ipa: 'ˈkuːɡl̩' }])
      assert.ok(said.ms < (await msOf(text)).ms - 300, `${said.ms}`)
      assert.deepEqual(
        said.words.map(({ start, end }) => text.slice(start, end)),
        ['Die', 'Abracadabrakugel', 'rollt.'],
      )
      const starts = said.words.map(({ startMs }) => startMs)
      assert.ok((starts[1] ?? 0) > 0 && (starts[2] ?? 0) > (starts[1] ?? 0) + 150, `${starts}`)
    })

    test('what is no IPA is said as text', async () => {
      const plain = await msOf('Kugel')
      for (const ipa of ['[[1234]] \u0001', '', 'ˈˌː']) {
        const { ms } = await msOf('Kugel', [{ start: 0, end: 5, ipa }])
        assert.ok(Math.abs(ms - plain.ms) <= 2, `${ms}`)
      }
    })

    test('brackets in a text stay text beside a pronunciation', async () => {
      const pronunciations = [{ start: 0, end: 1, ipa: 'ˈaː' }]
      const { ms } = await msOf('x [[k|u:]]', pronunciations)
      assert.ok(Math.abs(ms - (await msOf('x ((k|u:))', pronunciations)).ms) <= 2)
    })
  })
}
