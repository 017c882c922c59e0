import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat, expectUnauthorized } from './harness/expect-failure.ts'
import { bytesOf } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

const TEXT = 'Hello wide world'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

/** As Vapi sends it (wire reference, section 4.10). */
const voiceRequest = (message: object = {}) => ({
  message: {
    type: 'voice-request',
    text: TEXT,
    sampleRate: 24_000,
    timestamp: 1_700_000_000_000,
    call: { id: 'call', orgId: 'org' },
    artifact: { messages: [] },
    ...message,
  },
})

const synthesize = (body: unknown, { query = '', headers = {} as Record<string, string> } = {}) =>
  fetch(`${server.url}/vapi/synthesize${query}`, {
    method: 'POST',
    headers: { 'x-vapi-secret': key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

test('the answer is raw PCM at the rate that Vapi asks for', async () => {
  for (const sampleRate of [8_000, 16_000, 22_050, 24_000, 44_100]) {
    const answer = await synthesize(voiceRequest({ sampleRate }))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'audio/pcm')
    const samples = Math.round((toneSamples(TEXT) * sampleRate) / 24_000)
    assert.equal((await bytesOf(answer)).length, 2 * samples, String(sampleRate))
  }
})

test('the voice is named in the query or in a header', async () => {
  const plain = await bytesOf(await synthesize(voiceRequest()))
  const byQuery = await bytesOf(await synthesize(voiceRequest(), { query: '?voice_id=2&model_id=kugel-3' }))
  const byHeader = await bytesOf(await synthesize(voiceRequest(), { headers: { 'x-voice-id': 'tone-b' } }))
  assert.notDeepEqual(byQuery, plain)
  assert.deepEqual(byHeader, byQuery)
})

test('what is wrong is said in the words of the API itself', async () => {
  const refused: [Response, 'VALIDATION_ERROR' | 'NOT_FOUND', RegExp][] = [
    [await synthesize(voiceRequest({ text: undefined })), 'VALIDATION_ERROR', /message.text: is required/],
    [
      await synthesize(voiceRequest({ sampleRate: 11_025 })),
      'VALIDATION_ERROR',
      /sampleRate: must be one of/,
    ],
    [await synthesize(voiceRequest({ type: 'end-of-call-report' })), 'VALIDATION_ERROR', /message.type/],
    [await synthesize({}), 'VALIDATION_ERROR', /message/],
    [await synthesize(voiceRequest(), { query: '?voice_id=nobody' }), 'NOT_FOUND', /Voice not found/],
    [await synthesize(voiceRequest(), { query: '?model_id=theirs' }), 'VALIDATION_ERROR', /unknown model/],
  ]
  for (const [answer, code, message] of refused)
    assert.match(expectFlat(await answerOf(answer), code), message)
  const stranger = await synthesize(voiceRequest(), { headers: { 'x-vapi-secret': 'ka_nonsense' } })
  expectUnauthorized(await answerOf(stranger))
})
