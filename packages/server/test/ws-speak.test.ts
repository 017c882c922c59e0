import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CHARACTER_MS, toneOf, toneSamples, toneWords } from './engines/tone-speech.ts'
import { DONE, openStage, pieceOf, SETTINGS } from './harness/socket-stage.ts'
import { type Answer, SpeakClient } from './harness/speak-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

/** Opens a socket, and leaves it when the test is over. */
async function speaker(t: { after(then: () => Promise<void>): void }): Promise<SpeakClient> {
  const client = await SpeakClient.open(server, key)
  t.after(() => client.close())
  return client
}

/** The samples of one sentence, exactly. */
const toneBytes = (text: string, voice = 'tone-a', speed = 1): Buffer =>
  Buffer.concat(toneWords(text, voice, speed).map((word) => Buffer.from(toneOf(word).buffer)))

test('an answer is audio in order, then one final frame that sums it up', async (t) => {
  const client = await speaker(t)
  const text = 'Several words that take a few seconds'
  const answer = await client.speak({ text })
  const { audio, final } = answer
  assert.deepEqual(answer.kinds, [...audio.map(() => 'audio'), 'final'])
  assert.ok(audio.length > 3)
  assert.deepEqual(
    audio.map(({ idx }) => idx),
    audio.map((_, at) => at),
  )
  for (const { enc, sr, samples, audio: text } of audio) {
    assert.deepEqual({ enc, sr }, { enc: 'pcm_s16le', sr: 24_000 })
    assert.equal(Buffer.from(text, 'base64').length, 2 * samples)
  }
  assert.deepEqual(answer.bytes, toneBytes(text))
  assert.equal(final.total_samples, answer.samples)
  assert.equal(final.chunks, audio.length)
  assert.equal(final.dur_ms, (answer.samples * 1_000) / 24_000)
  assert.ok(final.gen_ms > 0 && final.debug.ttfa_ms > 0)
  assert.ok(Math.abs(final.rtf - final.gen_ms / final.dur_ms) < 1e-6)
  assert.equal(final.debug.speed, 1)
})

test('usage counts characters as code points, and claims no price', async (t) => {
  const client = await speaker(t)
  const answer = await client.speak({ text: 'Tiere: 🐈‍⬛ und 𝒜', model_id: 'kugel-2.5' })
  assert.deepEqual(answer.final.usage, {
    audio_seconds: Number((answer.samples / 24_000).toFixed(6)),
    characters: [...'Tiere: 🐈‍⬛ und 𝒜'].length,
    cost_cents: null,
    cost_unavailable: true,
    model_id: 'kugel-2.5',
  })
})

const timed: Record<string, string> = {
  'one word': 'word',
  'leading blanks': ' \n\t  two words',
  'several sentences': 'One is here. Two follows it! And is three the last? Yes.',
  'astral characters': '👋🏽 Hello 🌍 wörld 𝒜𝓈𝓉𝓇𝒶𝓁 text. Ünd noch 🐈‍⬛ einer! Ende 🏁',
  'a sentence that is cut': `${'syllable '.repeat(80)}end. And another.`,
  'words from other scripts': 'これは 文です。 Это предложение. هذه جملة.',
}

for (const [what, text] of Object.entries(timed)) {
  test(`word times of ${what} name the caller's own text, in order, before the final frame`, async (t) => {
    const client = await speaker(t)
    const answer = await client.speak({ text, word_timestamps: true })
    assert.equal(answer.end.kind, 'final')
    const { words } = answer
    assert.deepEqual(
      words.map(({ word }) => word),
      text.match(/\S+/g),
    )
    let at = 0
    let ms = 0
    for (const { word, start_ms, end_ms, char_start, char_end, score } of words) {
      assert.equal(text.slice(char_start, char_end), word)
      assert.ok(char_start >= at && start_ms >= ms && end_ms > start_ms, word)
      assert.equal(score, 1)
      at = char_end
      ms = end_ms
    }
    assert.ok(ms <= answer.final.dur_ms + 1)
  })
}

for (const asked of [undefined, false, null]) {
  test(`no word times are sent when word_timestamps is ${asked}`, async (t) => {
    const client = await speaker(t)
    assert.deepEqual((await client.speak({ text: 'two words', word_timestamps: asked })).words, [])
  })
}

test('one socket serves request after request', async (t) => {
  const client = await speaker(t)
  for (const text of ['one', 'word after', 'another. And more.', 'end']) {
    const answer = await client.speak(text)
    assert.equal(answer.final.total_samples, answer.samples)
    assert.equal(answer.audio[0]?.idx, 0)
  }
})

test('fifty requests sent at once are answered in their order, each with its own audio', async (t) => {
  const client = await speaker(t)
  const texts = Array.from({ length: 50 }, (_, at) => `${'x'.repeat((at * 7) % 13)} number ${at}`)
  for (const text of texts) client.send({ text, normalize: false })
  for (const text of texts) assert.deepEqual((await client.answer()).bytes, toneBytes(text), text)
})

test('a request that fails is answered in its place', async (t) => {
  const client = await speaker(t)
  const messages = [
    { text: 'first' },
    'no JSON',
    { text: 'second', voice_id: 'nobody' },
    { text: 'third' },
    { text: '' },
    { text: 'fourth', model_id: 'nothing' },
    { text: 'fifth' },
  ]
  for (const message of messages) client.send(message)
  const answers: Answer[] = []
  for (const _ of messages) answers.push(await client.answer())
  assert.deepEqual(
    answers.map(({ end, samples }) => (end.kind === 'error' ? end.frame.error_code : samples)),
    [
      toneSamples('first'),
      'VALIDATION_ERROR',
      'NOT_FOUND',
      toneSamples('third'),
      'VALIDATION_ERROR',
      'VALIDATION_ERROR',
      toneSamples('fifth'),
    ],
  )
})

const formats = [
  { ask: { sample_rate: 8_000 }, enc: 'pcm_s16le', sr: 8_000, bytes: 2 },
  { ask: { sample_rate: 16_000 }, enc: 'pcm_s16le', sr: 16_000, bytes: 2 },
  { ask: { sample_rate: 22_050 }, enc: 'pcm_s16le', sr: 22_050, bytes: 2 },
  { ask: { sample_rate: 44_100 }, enc: 'pcm_s16le', sr: 44_100, bytes: 2 },
  { ask: { sample_rate: 48_000 }, enc: 'pcm_s16le', sr: 48_000, bytes: 2 },
  { ask: { output_format: 'pcm_16000' }, enc: 'pcm_s16le', sr: 16_000, bytes: 2 },
  { ask: { output_format: 'pcm_48000', sample_rate: 24_000 }, enc: 'pcm_s16le', sr: 48_000, bytes: 2 },
  { ask: { output_format: 'pcm_8000', sample_rate: 8_000 }, enc: 'pcm_s16le', sr: 8_000, bytes: 2 },
  { ask: { output_format: 'ulaw_8000', sample_rate: 24_000 }, enc: 'mulaw', sr: 8_000, bytes: 1 },
  { ask: { output_format: 'alaw_8000', sample_rate: null }, enc: 'alaw', sr: 8_000, bytes: 1 },
] as const

for (const { ask, enc, sr, bytes } of formats) {
  test(`${JSON.stringify(ask)} is answered in ${enc} at ${sr} Hz, in whole samples`, async (t) => {
    const client = await speaker(t)
    const text = 'words for a second or two'
    const answer = await client.speak({ text, ...ask })
    for (const { audio, samples, ...frame } of answer.audio) {
      assert.deepEqual({ enc: frame.enc, sr: frame.sr }, { enc, sr })
      assert.equal(Buffer.from(audio, 'base64').length, bytes * samples)
    }
    assert.equal(answer.final.total_samples, answer.samples)
    const expected = (toneSamples(text) * sr) / 24_000
    assert.ok(Math.abs(answer.samples - expected) <= 1, `${answer.samples} samples, not ${expected}`)
  })
}

for (const output_format of [
  'wav',
  'wav_24000',
  'flac',
  'flac_48000',
  'mp3',
  'mp3_44100_128',
  'opus',
  'opus_48000_64',
]) {
  test(`${output_format} is refused on a socket, which stays open`, async (t) => {
    const client = await speaker(t)
    const message = (await client.speak({ text: 'word', output_format })).failure('VALIDATION_ERROR')
    assert.match(message, /^output_format: /)
    assert.equal((await client.speak('word')).end.kind, 'final')
  })
}

test('a cancel stops the turn: no more of its audio comes, and the next request runs', async (t) => {
  const client = await speaker(t)
  client.send({ text: '#slow:da long. '.repeat(300), normalize: false })
  client.send({ text: 'next one' })
  await client.nextOf('audio')
  client.send({ cancel: true })
  const cut = await client.answer()
  assert.equal(cut.end.kind, 'interrupted')
  const next = await client.answer()
  assert.deepEqual(next.bytes, toneBytes('next one'))
  assert.equal(next.audio[0]?.idx, 0)
  assert.ok(server.serving.engine.health().hosts.every(({ jobs }) => jobs === 0))
})

test('a cancel sent right behind its request stops it before it speaks', async (t) => {
  const client = await speaker(t)
  client.send({ text: 'never heard' })
  client.send({ cancel: true })
  client.send({ text: 'heard' })
  assert.deepEqual((await client.answer()).kinds, ['interrupted'])
  assert.deepEqual((await client.answer()).bytes, toneBytes('heard'))
})

test('a cancel while nothing is spoken is acknowledged', async (t) => {
  const client = await speaker(t)
  client.send({ cancel: true })
  await client.nextOf('interrupted')
  await client.speak('word')
  client.send({ cancel: true })
  await client.nextOf('interrupted')
  assert.equal((await client.speak('word')).samples, toneSamples('word'))
})

test('each of two cancels is acknowledged, and nothing of the turn comes after the first', async (t) => {
  const client = await speaker(t)
  client.send({ text: '#slow:da long. '.repeat(300), normalize: false })
  await client.nextOf('audio')
  client.send({ cancel: true })
  client.send({ cancel: true })
  assert.equal((await client.answer()).end.kind, 'interrupted')
  await client.nextOf('interrupted')
  assert.deepEqual((await client.speak('next')).bytes, toneBytes('next'))
})

test('a cancel while its settings are being decided stops the request', async (t) => {
  const gate = Promise.withResolvers<void>()
  const deciding = Promise.withResolvers<void>()
  const stage = await openStage({
    decideTurn: async () => {
      deciding.resolve()
      await gate.promise
      return SETTINGS
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  client.send({ text: 'one' })
  await deciding.promise
  client.send({ cancel: true })
  client.send({ update_settings: { speed: 1 } })
  await client.nextOf('settings')
  gate.resolve()
  assert.deepEqual((await client.answer()).kinds, ['interrupted'])
  assert.deepEqual((await client.speak('two')).kinds, ['audio', 'final'])
})

test('a cancel of a request whose settings turn out to be wrong is still acknowledged as such', async (t) => {
  const gate = Promise.withResolvers<void>()
  const stage = await openStage({
    decideTurn: async () => {
      await gate.promise
      throw new Error('no settings')
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  client.send({ text: 'one' })
  client.send({ cancel: true })
  client.send({ update_settings: { speed: 1 } })
  await client.nextOf('settings')
  gate.resolve()
  assert.deepEqual((await client.answer()).kinds, ['interrupted'])
})

test('a cancel that crosses the final frame is acknowledged by itself', async (t) => {
  const gate = Promise.withResolvers<void>()
  const stage = await openStage({
    say: async function* () {
      yield pieceOf(1)
      yield DONE
      await gate.promise
    },
  })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  assert.equal((await client.speak('one')).end.kind, 'final')
  client.send({ cancel: true })
  await client.nextOf('interrupted')
  gate.resolve()
})

test('settings hold for the requests after them, and what a request says itself wins', async (t) => {
  const client = await speaker(t)
  const text = 'a few words'
  client.send({ text: 'sent before' })
  client.send({ text: 'sent before too' })
  client.send({ update_settings: { speed: 0.8, language: 'de', cfg_scale: 9 } })
  const answers: Answer[] = []
  let settings: object | null = null
  while (answers.length < 2 || settings === null) {
    const answer = answers.length < 2 ? await nextAnswer(client, (frame) => (settings = frame)) : null
    if (answer === null) settings = await client.nextOf('settings')
    else answers.push(answer)
  }
  assert.deepEqual(settings, {
    settings_updated: true,
    settings: {
      cfg_scale: 2.5,
      temperature: null,
      speed: 0.8,
      max_new_tokens: null,
      language: 'de',
      normalize: null,
    },
  })
  assert.deepEqual(answers[0]?.bytes, toneBytes('sent before'))
  assert.deepEqual(answers[1]?.bytes, toneBytes('sent before too'))
  assert.deepEqual((await client.speak({ text })).bytes, toneBytes(text, 'tone-b', 0.8))
  assert.deepEqual(
    (await client.speak({ text, speed: null, language: null })).bytes,
    toneBytes(text, 'tone-b', 0.8),
  )
  assert.deepEqual((await client.speak({ text, speed: 1.2 })).bytes, toneBytes(text, 'tone-b', 1.2))
  assert.deepEqual((await client.speak({ text, language: 'fr' })).bytes, toneBytes(text, 'tone-c', 0.8))
  assert.deepEqual((await client.speak({ text, voice_id: 'tone-a' })).bytes, toneBytes(text, 'tone-a', 0.8))
  client.send({ update_settings: { speed: null } })
  assert.equal((await client.nextOf('settings')).settings.speed, null)
  assert.deepEqual((await client.speak({ text })).bytes, toneBytes(text, 'tone-b'))
})

/** The next answer; what is said of settings in between goes to `onSettings`. */
async function nextAnswer(client: SpeakClient, onSettings: (frame: object) => void): Promise<Answer> {
  const answer = await client.answer()
  const at = answer.frames.findIndex(({ kind }) => kind === 'settings')
  if (at >= 0) for (const { frame } of answer.frames.splice(at, 1)) onSettings(frame)
  return answer
}

test('settings of one socket are not those of another', async (t) => {
  const [one, other] = [await speaker(t), await speaker(t)]
  one.send({ update_settings: { speed: 0.8 } })
  await one.nextOf('settings')
  assert.equal((await other.speak('word')).final.debug.speed, 1)
})

const forbidden = [
  { voice_id: 1 },
  { model_id: 'kugel-3' },
  { sample_rate: 24_000 },
  { output_format: 'pcm_24000' },
  { project_id: 1 },
  { dictionary_ids: [] },
  { speed: 1, voice_id: 1 },
  { speed: 0.79 },
  { speed: 1.21 },
  { temperature: 1.01 },
  { max_new_tokens: 0 },
  { max_new_tokens: 8_193 },
  { language: 'en-US' },
  { normalize: 'yes' },
  {},
  null,
  'speed',
]

test('an update of anything else is refused, changes nothing, and leaves the socket open', async (t) => {
  const client = await speaker(t)
  for (const update of forbidden) {
    client.send({ update_settings: update })
    await client.nextFailure('VALIDATION_ERROR')
  }
  assert.deepEqual((await client.speak('word')).bytes, toneBytes('word'))
})

test('an engine that fails in the middle of a turn is one error; the next request runs', async (t) => {
  const client = await speaker(t)
  for (const text of ['Heard first! #fail now! Never heard.', 'Heard first! #crash now! Never heard.']) {
    const answer = await client.speak(text)
    assert.ok(answer.samples > 0)
    assert.equal(answer.end.kind, 'error')
    const next = await client.speak('next')
    assert.deepEqual(next.bytes, toneBytes('next'))
  }
})

test('what fails for a reason of ours is in the log, without the text', async (t) => {
  const stage = await openStage({ decideTurn: () => Promise.reject(new Error('the disk is full')) })
  t.after(() => stage.stop())
  const client = await SpeakClient.open(stage, '')
  const message = (await client.speak('a secret')).failure('INTERNAL_ERROR')
  assert.doesNotMatch(message, /disk/)
  const line = stage.logged.find((line) => line.includes('the disk is full'))
  assert.ok(line?.includes('"request_id":"req_'))
  assert.doesNotMatch(stage.logged.join(), /a secret/)
})

for (const text of ['#empty', '...', '—', '#empty #empty']) {
  test(`"${text}", which has no sound, is EMPTY_AUDIO and no audio`, async (t) => {
    const client = await speaker(t)
    const answer = await client.speak(text)
    answer.failure('EMPTY_AUDIO')
    assert.deepEqual(answer.kinds, ['error'])
    assert.equal((await client.speak('word')).end.kind, 'final')
  })
}

test('no frame of long audio at 48 kHz is long', async (t) => {
  const client = await speaker(t)
  const text = `${'word '.repeat(59)}end. `.repeat(8)
  const answer = await client.speak({ text, sample_rate: 48_000 })
  assert.ok(answer.final.dur_ms > 60 * 8 * 4 * CHARACTER_MS)
  assert.ok(client.longest < 200_000, `${client.longest} bytes`)
  assert.ok(answer.audio.some(({ samples }) => samples === 48_000))
})

const sdkMessages: Record<string, string> = {
  'the JavaScript SDK':
    '{"text":"Grüße 👋","model_id":"kugel-3","cfg_scale":2,"max_new_tokens":2048,"sample_rate":24000,"normalize":true}',
  'the JavaScript SDK with everything set':
    '{"text":"Grüße 👋","model_id":"kugel-3","voice_id":1,"cfg_scale":1,"temperature":0.4,"max_new_tokens":2048,"sample_rate":24000,"output_format":"pcm_24000","normalize":true,"language":"de","word_timestamps":true,"speed":1,"project_id":7,"dictionary_ids":[],"speaker_prefix":true}',
  'the Python SDK':
    '{"text": "Gr\\u00fc\\u00dfe \\ud83d\\udc4b", "model_id": "kugel-3", "cfg_scale": 2.0, "max_new_tokens": 2048, "sample_rate": 24000, "normalize": true, "word_timestamps": false, "speed": 1.0}',
  'a client that writes null for what it leaves open':
    '{"text": "Gr\\u00fc\\u00dfe \\ud83d\\udc4b", "model_id": null, "voice_id": null, "cfg_scale": null, "temperature": null, "max_new_tokens": null, "sample_rate": null, "output_format": null, "normalize": null, "language": null, "word_timestamps": null, "speed": null, "project_id": null, "dictionary_ids": null, "speaker_prefix": null}',
  'a client newer than the server': '{"text": "Grüße 👋", "emotion": {"joy": 1}, "seed": 4}',
}

for (const [who, message] of Object.entries(sdkMessages)) {
  test(`a message as ${who} writes it is spoken`, async (t) => {
    const client = await speaker(t)
    client.send(message)
    const answer = await client.answer()
    assert.equal(answer.final.usage.characters, 7)
    assert.equal(answer.samples, toneSamples('Grüße 👋'))
  })
}
