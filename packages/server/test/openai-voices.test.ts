import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAiVoice } from '../src/edge/http/compat/openai-voices.ts'
import type { EngineOffer } from '../src/speech/engine.ts'

const voice = (handle: string, sex: 'male' | 'female', language: string, id: number) => ({
  id,
  handle,
  name: handle,
  languages: [language],
  sex,
  description: '',
})
const offer: EngineOffer = {
  protocol: 1,
  engine: 'test',
  version: '1',
  backend: 'none',
  sample_rate: 24_000,
  voices: [
    voice('en-him', 'male', 'en', 1),
    voice('en-her', 'female', 'en', 2),
    voice('en-she', 'female', 'en', 3),
    voice('de-sie', 'female', 'de', 4),
    voice('onyx', 'female', 'fr', 5),
  ],
  codecs: [],
  default_voices: { en: 'en-him' },
}

test('their names fall onto voices of the sex they have, one after the other, in the language asked for', () => {
  const women = ['coral', 'nova', 'sage', 'shimmer', 'marin'].map((name) => openAiVoice(name, offer, 'en'))
  assert.deepEqual(women, ['en-her', 'en-she', 'en-her', 'en-she', 'en-her'])
  assert.equal(openAiVoice('echo', offer, 'en'), 'en-him')
  assert.equal(openAiVoice('nova', offer, 'de'), 'de-sie')
})

test('where no voice is like it, the default voice of the language speaks', () => {
  assert.equal(openAiVoice('alloy', offer, 'en'), null)
  assert.equal(openAiVoice('echo', offer, 'de'), null)
})

test('a voice here goes by its own name, also by one of theirs; any other name is left as it is', () => {
  assert.equal(openAiVoice('de-sie', offer, 'en'), 'de-sie')
  assert.equal(openAiVoice('onyx', offer, 'en'), 'onyx')
  assert.equal(openAiVoice('1000001', offer, 'en'), '1000001')
})
