import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SpeakClient } from './harness/speak-client.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
let client: SpeakClient
before(async () => {
  server = await startServer({ engine: 'espeak' })
  key = (await server.createKey()).key
  client = await SpeakClient.open(server, key)
})
after(async () => {
  await client.close()
  await server.stop()
})

const TEXTS: [language: string, text: string, words: string[]][] = [
  [
    'en',
    'On <b>May 5</b> 🙂 Dr. Who paid $42.50 &amp; left. <break time="1s"/>Code: <spell>A1</spell>, e\u0301t /ˈkuːɡl̩/ too.',
    [
      'On',
      'May',
      '5',
      '🙂',
      'Dr.',
      'Who',
      'paid',
      '$42.50',
      '&amp;',
      'left.',
      'Code:',
      'A',
      '1</spell>,',
      'e\u0301t',
      '/ˈkuːɡl̩/',
      'too.',
    ],
  ],
  [
    'de',
    'Am 3. Mai 1998 um 14:30 Uhr, <prosody rate="slow">z. B. 42,50 €</prosody> für 𝄞 bzw. a@b.de.',
    ['Am', '3.', 'Mai', '1998', 'um', '14:30 Uhr,', 'z. B.', '42,50 €', 'für', '𝄞', 'bzw.', 'a@b.de.'],
  ],
]

for (const [language, text, words] of TEXTS) {
  test(`word times of a text with markup and numbers are those of the text itself (${language})`, async () => {
    const answer = await client.speak({ text, language, word_timestamps: true })
    let at = 0
    let ms = 0
    for (const { word, char_start, char_end, start_ms, end_ms } of answer.words) {
      assert.equal(word, text.slice(char_start, char_end))
      assert.ok(char_start >= at && start_ms >= ms - 1 && end_ms >= start_ms, word)
      at = char_end
      ms = start_ms
    }
    assert.ok(ms <= answer.final.dur_ms)
    assert.deepEqual(
      answer.words.map(({ word }) => word.trim()),
      words,
    )
  })
}

test('with normalize false, digits are left to the engine', async () => {
  const read = await client.speak({ text: '$42.50', word_timestamps: true, normalize: false })
  assert.deepEqual(
    read.words.map(({ word, char_start }) => [word, char_start]),
    [['$42.50', 0]],
  )
})

test('a break is as long as it says, and slow speech slower', async (t) => {
  // Tones are exact; espeak-ng takes a little more or less for the same words.
  const tones = await startServer()
  t.after(() => tones.stop())
  const speaker = await SpeakClient.open(tones, (await tones.createKey()).key)
  t.after(() => speaker.close())
  const msOf = async (text: string) => (await speaker.speak({ text })).final.dur_ms
  const none = await msOf('one two')
  for (const [time, ms] of [
    ['299ms', 200],
    ['300ms', 400],
    ['0.45s', 500],
  ] as const) {
    const broken = await msOf(`one<break time="${time}"/> two`)
    assert.ok(Math.abs(broken - none - ms) < 1, `${time}: ${broken - none}`)
  }
  assert.ok(Math.abs((await msOf('<prosody rate="slow">one two</prosody>')) - none / 0.8) < 1)
})

test('letters are named, not read as a word', async () => {
  const msOf = async (text: string) => (await client.speak({ text })).final.dur_ms
  assert.ok((await msOf('<spell>CAT</spell>')) > (await msOf('CAT')) * 2)
  assert.ok((await msOf('<spell group="2">ABCDEF</spell>')) > (await msOf('<spell>ABCDEF</spell>')) + 100)
})

test('a pronunciation is said instead of its letters', async () => {
  const msOf = async (text: string) => (await client.speak({ text, language: 'de' })).final.dur_ms
  assert.ok(Math.abs((await msOf('/ˈkuːɡl̩/')) - (await msOf('Kugel'))) < 80)
})

test('POST /v1/normalize answers how a text is read', async () => {
  const answer = await generate(
    server,
    key,
    { text: 'Am 3. Mai <break/> 42,50 €', language: 'de' },
    { path: '/v1/normalize' },
  )
  const { time_ms, ...rest } = (await answer.json()) as { time_ms: number }
  assert.deepEqual(rest, { text: 'Am dritten Mai zweiundvierzig Euro fünfzig', language: 'de' })
  assert.ok(time_ms >= 0)
  const english = await generate(server, key, { text: '$5' }, { path: '/v1/normalize' })
  assert.equal(((await english.json()) as { text: string }).text, 'five dollars')
  assert.equal((await generate(server, key, { text: '' }, { path: '/v1/normalize' })).status, 400)
})
