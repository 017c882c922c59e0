import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AudioFormat, LEGACY_MODEL_IDS, OUTPUT_FORMATS, SAMPLE_RATES } from '@kugelaudio/contract'
import { WAV_KEPT_MS_MAX } from '../src/edge/http/wav-length.ts'
import { isIdle, until } from './engines/harness.ts'
import { TONE_RATE, toneSamples } from './engines/tone-speech.ts'
import { answerOf, expectFlat } from './harness/expect-failure.ts'
import { decodedSamples, peakOf, runProgram, samplesOf } from './harness/programs.ts'
import { closed, connectTo, requestText } from './harness/raw-http.ts'
import { bytesOf, generate } from './harness/speech.ts'
import { startServer, type TestServer, TONE_ENGINE } from './harness/test-server.ts'

/** One passage, so that nothing but its words has a length. */
const TEXT = 'Hello wide world'
const SAMPLES = toneSamples(TEXT)

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const speak = (body: object, signal?: AbortSignal): Promise<Response> =>
  generate(server, key, body, signal === undefined ? {} : { signal })
/** Nothing is spoken any more, and nobody's authority is in use. */
const isSettled = (): boolean => isIdle(server.serving.engine) && server.serving.grants.size === 0

test('a text and a model are enough: 24 kHz PCM, as long as the text, marked as made by a machine', async () => {
  const answer = await speak({ text: TEXT, model_id: 'kugel-3' })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'audio/pcm')
  assert.equal(answer.headers.get('x-sample-rate'), '24000')
  assert.equal(answer.headers.get('x-audio-format'), 'pcm_s16le')
  assert.equal(answer.headers.get('x-kugelaudio-ai-generated'), 'true')
  assert.match(answer.headers.get('x-request-id') ?? '', /^req_/)
  const samples = samplesOf(await bytesOf(answer))
  assert.equal(samples.length, SAMPLES)
  assert.ok(peakOf(samples) > 7_000, 'it can be heard')
})

test('a text alone is enough', async () => {
  assert.equal((await bytesOf(await speak({ text: TEXT }))).length, 2 * SAMPLES)
})

test('ids of earlier models speak with the model of today, under both names of the field', async () => {
  for (const id of [...LEGACY_MODEL_IDS, 'kugel-3']) {
    assert.equal((await bytesOf(await speak({ text: TEXT, model_id: id }))).length, 2 * SAMPLES, id)
    assert.equal((await bytesOf(await speak({ text: TEXT, model: id }))).length, 2 * SAMPLES, id)
  }
})

test('/predict is the same route by its earlier name', async () => {
  const answer = await generate(server, key, { text: TEXT }, { path: '/predict' })
  assert.equal(answer.status, 200)
  assert.equal((await bytesOf(answer)).length, 2 * SAMPLES)
})

for (const [token, format] of OUTPUT_FORMATS) {
  test(`output_format ${token} is what it says`, async () => {
    const answer = await speak({ text: TEXT, output_format: token })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), format.contentType)
    assert.equal(answer.headers.get('x-sample-rate'), String(format.sampleRate))
    assert.equal(answer.headers.get('x-audio-format'), format.codec)
    expectSpeech(await bytesOf(answer), format)
  })
}

/** That bytes are the text in a format: to the sample where the format has samples. */
function expectSpeech(bytes: Buffer, format: AudioFormat): void {
  const samples = Math.round((SAMPLES * format.sampleRate) / TONE_RATE)
  switch (format.codec) {
    case 'pcm_s16le':
      assert.equal(bytes.length, 2 * samples)
      assert.ok(peakOf(samplesOf(bytes)) > 6_000)
      return
    case 'mulaw':
    case 'alaw':
      assert.equal(bytes.length, samples)
      return
    case 'wav':
      assert.equal(bytes.toString('latin1', 0, 4), 'RIFF')
      assert.equal(bytes.toString('latin1', 8, 16), 'WAVEfmt ')
      assert.equal(bytes.readUInt32LE(24), format.sampleRate)
      assert.equal(bytes.readUInt16LE(22), 1, 'mono')
      assert.equal(bytes.readUInt16LE(34), 16, 'bits')
      assert.equal(bytes.length, 44 + 2 * samples)
      return
    case 'flac': {
      const decoded = decodedSamples(bytes, 'flac', format.sampleRate)
      assert.equal(decoded.length, samples)
      assert.ok(peakOf(decoded) > 6_000)
      return
    }
    case 'mp3': {
      const decoded = decodedSamples(bytes, 'mp3', format.sampleRate)
      assert.ok(
        decoded.length >= samples && decoded.length < samples + 5 * 1_152,
        `${decoded.length} samples`,
      )
      assert.ok(peakOf(decoded) > 6_000)
      return
    }
    case 'opus': {
      const decoded = decodedSamples(bytes, 'ogg', format.sampleRate)
      assert.equal(decoded.length, samples)
      assert.ok(peakOf(decoded) > 6_000)
    }
  }
}

test('a WAV that is whole soon enough says how long it is, on every surface', async () => {
  using _ = server.clock.holdTimers(WAV_KEPT_MS_MAX)
  const answers = [
    await speak({ text: TEXT, output_format: 'wav' }),
    await generate(server, key, OF_OPENAI, { path: '/v1/audio/speech' }),
  ]
  for (const answer of answers) {
    const wav = await bytesOf(answer)
    assert.equal(wav.length, 44 + 2 * SAMPLES)
    assert.deepEqual(sizesIn(wav), [wav.length - 8, 2 * SAMPLES])
  }
})

test('a WAV that takes its time is streamed as it comes, its length left open', async () => {
  using _ = server.clock.holdTimers(WAV_KEPT_MS_MAX)
  const aborting = new AbortController()
  let isAnswered = false
  const asked = speak({ text: `${TEXT}. #slow:gaaaa never`, output_format: 'wav' }, aborting.signal)
  const answered = asked.then((answer) => {
    isAnswered = true
    return answer
  })
  await until(() => {
    server.clock.fire(WAV_KEPT_MS_MAX)
    return isAnswered
  })
  const first = await (await answered).body?.getReader().read()
  assert.deepEqual(sizesIn(Buffer.from(first?.value ?? [])), [OPEN_SIZE, OPEN_SIZE])
  aborting.abort()
  await until(isSettled)
})

test('a long WAV is streamed as it comes, however soon it is spoken', async () => {
  using _ = server.clock.holdTimers(WAV_KEPT_MS_MAX)
  const aborting = new AbortController()
  const asked = { text: 'word '.repeat(600), output_format: 'wav_24000' }
  const first = await (await speak(asked, aborting.signal)).body?.getReader().read()
  assert.deepEqual(sizesIn(Buffer.from(first?.value ?? [])), [OPEN_SIZE, OPEN_SIZE])
  aborting.abort()
  await until(isSettled)
})

const OF_OPENAI = { model: 'tts-1', voice: 'alloy', input: TEXT, response_format: 'wav' }
/** What a header has in place of a length that it does not know. */
const OPEN_SIZE = 0xffff_ffff
/** The sizes of a WAV's whole and of its samples, in bytes. */
const sizesIn = (wav: Buffer): number[] => [4, 40].map((at) => wav.readUInt32LE(at))

test('without output_format, sample_rate decides', async () => {
  for (const rate of SAMPLE_RATES) {
    const answer = await speak({ text: TEXT, sample_rate: rate })
    assert.equal(answer.headers.get('x-sample-rate'), String(rate))
    assert.equal(answer.headers.get('content-type'), 'audio/pcm')
    assert.equal((await bytesOf(answer)).length, 2 * Math.round((SAMPLES * rate) / TONE_RATE))
  }
})

test('output_format decides over the sample rate that clients always send, and over an equal one', async () => {
  for (const sample_rate of [24_000, 8_000]) {
    const answer = await speak({ text: TEXT, output_format: 'ulaw_8000', sample_rate })
    assert.equal(answer.headers.get('x-sample-rate'), '8000')
    assert.equal((await bytesOf(answer)).length, SAMPLES / 3)
  }
})

test('a sample rate that contradicts output_format is refused', async () => {
  for (const [output_format, sample_rate] of [
    ['pcm_16000', 8_000],
    ['ulaw_8000', 16_000],
    ['mp3_44100_128', 22_050],
    ['opus', 16_000],
    ['wav', 44_100],
  ]) {
    const told = expectFlat(
      await answerOf(await speak({ text: TEXT, output_format, sample_rate })),
      'VALIDATION_ERROR',
      `${output_format} at ${sample_rate}`,
    )
    assert.match(told, /sample_rate/)
  }
})

test('speed changes the length by its factor', async () => {
  for (const speed of [0.8, 0.9, 1, 1.1, 1.2]) {
    const bytes = await bytesOf(await speak({ text: TEXT, speed }))
    assert.equal(bytes.length, 2 * toneSamples(TEXT, speed), String(speed))
  }
})

test('a voice is named by its number, its number as text, or its handle', async () => {
  const spoken = new Map<unknown, string>()
  for (const voice_id of [2, '2', 'tone-b', 1, null]) {
    const answer = await speak({ text: TEXT, voice_id })
    assert.equal(answer.status, 200)
    spoken.set(voice_id, (await bytesOf(answer)).toString('base64'))
  }
  assert.equal(spoken.get('2'), spoken.get(2))
  assert.equal(spoken.get('tone-b'), spoken.get(2))
  assert.equal(spoken.get(null), spoken.get(1), 'the default voice is that of English')
  assert.notEqual(spoken.get(2), spoken.get(1))
})

test('a language speaks with its default voice, unless a voice is named', async () => {
  const spokenWith = async (body: object): Promise<string> =>
    (await bytesOf(await speak({ text: TEXT, ...body }))).toString('base64')
  assert.equal(await spokenWith({ language: 'de' }), await spokenWith({ voice_id: 'tone-b' }))
  assert.equal(await spokenWith({ language: 'fr' }), await spokenWith({ voice_id: 'tone-c' }))
  assert.equal(
    await spokenWith({ language: 'fr', voice_id: 'tone-a' }),
    await spokenWith({ voice_id: 'tone-a' }),
  )
})

test('a voice nobody has is 404, a language nobody speaks is 400', async () => {
  for (const voice_id of [4711, 'nobody', '__proto__', 'constructor']) {
    expectFlat(await answerOf(await speak({ text: TEXT, voice_id })), 'NOT_FOUND', String(voice_id))
  }
  const told = expectFlat(
    await answerOf(await speak({ text: TEXT, language: 'th' })),
    'VALIDATION_ERROR',
    'Thai',
  )
  assert.match(told, /language/)
})

test('sentences are spoken in order, with a pause between them', async () => {
  const bytes = await bytesOf(await speak({ text: 'First words here. Second words here.' }))
  const words = toneSamples('First words here. Second words here.')
  assert.equal(bytes.length, 2 * (words + 0.3 * TONE_RATE))
})

test('an engine that fails before the first sound is an ordinary error', async () => {
  for (const text of ['#fail', '#empty #fail']) {
    const answer = await answerOf(await speak({ text }))
    assert.ok(answer.status === 500 || answer.status === 503, `${answer.status}`)
    expectFlat(answer, answer.status === 500 ? 'INTERNAL_ERROR' : 'MODEL_UNAVAILABLE')
    assert.doesNotMatch(answer.body, /told to fail|tone\.ts|at .*\.ts/, 'it says nothing of the engine')
  }
  assert.equal((await speak({ text: TEXT })).status, 200)
})

test('an engine that fails after the first sound breaks the connection: half a sentence is never a whole one', async () => {
  const half = `${'word '.repeat(40)}. #fail`
  const answer = await speak({ text: half })
  assert.equal(answer.status, 200)
  await assert.rejects(answer.arrayBuffer(), TypeError)
  await until(isSettled)
})

test('a host that dies in the middle breaks the connection, and nothing follows the audio', async () => {
  const socket = await connectTo(server.url)
  const body = JSON.stringify({ text: `${'word '.repeat(40)}. #crash` })
  socket.write(
    requestText(
      'POST /v1/tts/generate HTTP/1.1',
      [`Authorization: Bearer ${key}`, 'Content-Type: application/json'],
      body,
    ),
  )
  const received: Buffer[] = []
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  await closed(socket)
  const text = Buffer.concat(received).toString('latin1')
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
  assert.ok(!text.endsWith('0\r\n\r\n'), 'the answer is not complete')
  assert.doesNotMatch(text, /Error|stack/)
  await until(isSettled)
  assert.equal((await speak({ text: TEXT })).status, 200)
})

test('nothing that can be heard is 400 EMPTY_AUDIO, in every kind of format', async () => {
  for (const text of ['#empty', '...', '—', '\u200b', '( )']) {
    for (const output_format of ['pcm_24000', 'wav', 'flac', 'mp3', 'opus', 'ulaw_8000']) {
      expectFlat(
        await answerOf(await speak({ text, output_format })),
        'EMPTY_AUDIO',
        `${text} ${output_format}`,
      )
    }
  }
})

test('a caller who hangs up before the first sound leaves nothing behind', async () => {
  const aborting = new AbortController()
  const asked = speak({ text: '#slow:gaaaa never' }, aborting.signal)
  await until(() => !isIdle(server.serving.engine))
  aborting.abort()
  await assert.rejects(asked)
  await until(isSettled)
})

test('a caller who hangs up in the middle leaves nothing behind', async () => {
  const aborting = new AbortController()
  const answer = await speak({ text: 'endless words '.repeat(700) }, aborting.signal)
  const reader = answer.body?.getReader()
  await reader?.read()
  assert.equal(server.serving.grants.size, 1)
  aborting.abort()
  await assert.rejects(async () => {
    for (;;) if ((await reader?.read())?.done !== false) return
  })
  await until(isSettled)
})

test('a caller who hangs up while the engine is still starting is not spoken to', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kugelaudio-gate-'))
  const gate = join(folder, 'gate')
  runProgram('mkfifo', [gate], Buffer.alloc(0), 'coreutils')
  const command = ['sh', '-c', `read go < ${gate}; exec "$0" "$1"`, ...TONE_ENGINE]
  const starting = await startServer({
    environment: { KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(command) },
  })
  try {
    const { key: startingKey } = await starting.createKey()
    const aborting = new AbortController()
    const { signal } = aborting
    const asked = generate(starting, startingKey, { text: '#slow:gaaaa never' }, { signal })
    await until(() => starting.serving.grants.size === 1)
    aborting.abort()
    await assert.rejects(asked)
    await writeFile(gate, 'go\n')
    await until(() => starting.serving.grants.size === 0)
    assert.ok(isIdle(starting.serving.engine))
    assert.equal((await generate(starting, startingKey, { text: TEXT })).status, 200)
  } finally {
    await starting.stop()
    await rm(folder, { recursive: true })
  }
})

test('a reader who takes nothing stops its engine, and gets everything once it reads', async () => {
  const text = 'word '.repeat(2_000)
  const socket = await connectTo(server.url)
  socket.pause()
  socket.write(
    requestText(
      'POST /v1/tts/generate HTTP/1.1',
      [`Authorization: Bearer ${key}`, 'Content-Type: application/json', 'Connection: close'],
      JSON.stringify({ text }),
    ),
  )
  await until(() => !isIdle(server.serving.engine))
  // The same again is spoken to its end meanwhile; both take turns on one host, so the first would have ended too.
  for (let again = 0; again < 2; again++) {
    const whole = await bytesOf(await speak({ text }))
    assert.ok(whole.length > 2 * toneSamples(text))
  }
  assert.equal(server.serving.engine.health().hosts[0]?.jobs, 1, 'the first is still being spoken')
  let received = 0
  let last = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
    last = Buffer.concat([last, chunk]).subarray(-5)
  })
  socket.resume()
  await closed(socket)
  assert.ok(received > 2 * toneSamples(text))
  assert.equal(last.toString('latin1'), '0\r\n\r\n', 'the answer came to its end')
  await until(isSettled)
})

test('many callers at once each get their own words', async () => {
  const texts = Array.from({ length: 20 }, (_, at) => `caller${'x'.repeat(at)}`)
  const spoken = await Promise.all(texts.map(async (text) => (await bytesOf(await speak({ text }))).length))
  assert.deepEqual(
    spoken,
    texts.map((text) => 2 * toneSamples(text)),
  )
})

test('without an engine: speech is 503 with Retry-After, /ready says why, the rest works', async () => {
  const mute = await startServer({ engine: 'none' })
  try {
    const muteKey = (await mute.createKey()).key
    await until(() => mute.serving.engine.health().state === 'failed')
    const answer = await answerOf(await generate(mute, muteKey, { text: TEXT }))
    expectFlat(answer, 'MODEL_UNAVAILABLE')
    assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/)
    assert.equal(JSON.parse(answer.body).retry_after, Number(answer.headers['retry-after']))
    assert.doesNotMatch(answer.body, /nonexistent/, 'the public learns nothing of the machine')
    const ready = await fetch(`${mute.url}/ready`)
    assert.equal(ready.status, 503)
    const said = (await ready.json()) as { status: string; reason: string }
    assert.equal(said.status, 'not_ready')
    assert.ok(said.reason.length > 0)
    assert.deepEqual(await (await fetch(`${mute.url}/health`)).json(), { status: 'healthy' })
    const models = await fetch(`${mute.url}/v1/models`, { headers: { 'x-api-key': muteKey } })
    assert.equal(models.status, 200)
    assert.equal((await generate(mute, muteKey, { text: '' })).status, 400, 'bad input is still bad input')
  } finally {
    await mute.stop()
  }
})

test('with an engine: /ready is 200', async () => {
  await until(() => server.serving.engine.health().state === 'ready')
  const ready = await fetch(`${server.url}/ready`)
  assert.equal(ready.status, 200)
  assert.deepEqual(await ready.json(), { status: 'ready', model_path: 'kugel-3', multi_model: false })
})
