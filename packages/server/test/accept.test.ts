import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { generate } from './harness/speech.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const ask = (accept: string, body: object = {}): Promise<Response> =>
  generate(server, key, { text: 'Hello', ...body }, { headers: { accept } })

const CASES: [accept: string, type: string, rate: number, body?: object][] = [
  ['*/*', 'audio/pcm', 24_000],
  ['audio/*', 'audio/pcm', 24_000],
  ['', 'audio/pcm', 24_000],
  ['audio/pcm', 'audio/pcm', 16_000, { sample_rate: 16_000 }],
  ['audio/mpeg', 'audio/mpeg', 44_100],
  ['audio/mp3', 'audio/mpeg', 44_100],
  ['AUDIO/MPEG', 'audio/mpeg', 44_100, { sample_rate: 24_000 }],
  ['audio/wav', 'audio/wav', 24_000],
  ['audio/x-wav', 'audio/wav', 8_000, { sample_rate: 8_000 }],
  ['audio/flac', 'audio/flac', 24_000],
  ['audio/flac', 'audio/flac', 48_000, { sample_rate: 48_000 }],
  ['audio/ogg', 'audio/ogg', 48_000],
  ['audio/opus', 'audio/ogg', 48_000],
  ['audio/ogg; codecs="opus"', 'audio/ogg', 48_000],
  ['audio/basic', 'audio/basic', 8_000],
  // What is liked most, then the most specific, then the first.
  ['audio/wav;q=0.5, audio/mpeg', 'audio/mpeg', 44_100],
  ['audio/wav;q=0.5, audio/flac;q=0.501', 'audio/flac', 24_000],
  ['*/*, audio/flac', 'audio/flac', 24_000],
  ['audio/*;q=0.9, audio/ogg;q=0.8', 'audio/pcm', 24_000],
  ['audio/ogg, audio/wav', 'audio/ogg', 48_000],
  ['audio/*, audio/pcm;q=0', 'audio/wav', 24_000],
  ['audio/pcm;q=0, audio/wav;q=0, */*;q=0.1', 'audio/flac', 24_000],
  ['text/html, application/json, audio/mpeg;q=0.1', 'audio/mpeg', 44_100],
  ['application/json, text/plain, */*', 'audio/pcm', 24_000],
  ['audio/ogg;codecs=vorbis, audio/wav;q=0.1', 'audio/wav', 24_000],
  // What cannot be read is not there.
  ['nonsense', 'audio/pcm', 24_000],
  [';;,,q=1', 'audio/pcm', 24_000],
  ['audio/mpeg;q=2, audio/wav', 'audio/wav', 24_000],
  // A field of the body decides.
  ['audio/mpeg', 'audio/wav', 16_000, { output_format: 'wav_16000' }],
  ['text/html', 'audio/pcm', 24_000, { output_format: 'pcm_24000' }],
]

for (const [accept, type, rate, body] of CASES) {
  test(`Accept: ${accept} with ${JSON.stringify(body ?? {})} is answered with ${type}`, async () => {
    const answer = await ask(accept, body)
    assert.equal(answer.status, 200, await answer.clone().text())
    assert.equal(answer.headers.get('content-type'), type)
    assert.equal(answer.headers.get('x-sample-rate'), String(rate))
    assert.ok((await answer.arrayBuffer()).byteLength > 0)
  })
}

for (const accept of [
  'text/html',
  'audio/aac',
  'audio/*;q=0',
  'audio/ogg;codecs=vorbis, image/*',
  'video/*',
]) {
  test(`Accept: ${accept} is 406, and says what there is`, async () => {
    const told = expectFlat(await answerOf(await ask(accept)), 'NOT_ACCEPTABLE')
    assert.match(told, /audio\/pcm, audio\/wav, audio\/flac, audio\/mpeg, audio\/ogg, audio\/basic/)
  })
}

test('a rate that the accepted type has not is 400', async () => {
  const answer = await answerOf(await ask('audio/mpeg', { sample_rate: 8_000 }))
  assert.match(expectFlat(answer, 'VALIDATION_ERROR'), /^sample_rate: /)
})

test('a long header costs no more than it is long', async () => {
  const accept = Array.from({ length: 1_000 }, () => 'a/b;q=0.1').join(',')
  expectFlat(await answerOf(await ask(accept)), 'NOT_ACCEPTABLE')
})
