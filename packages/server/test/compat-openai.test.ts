import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OPENAI_FORMATS } from '@kugelaudio/contract'
import OpenAI, { APIError } from 'openai'
import { Stream } from 'openai/streaming'
import { isIdle, until } from './engines/harness.ts'
import { TONE_RATE, toneSamples } from './engines/tone-speech.ts'
import { openAi } from './harness/official-clients.ts'
import { keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { decodedSamples, peakOf, samplesOf } from './harness/programs.ts'
import { bytesOf } from './harness/speech.ts'
import type { TestServer } from './harness/test-server.ts'

const TEXT = 'Hello wide world'
const SAMPLES = toneSamples(TEXT)
/** Begins to speak, and goes on for longer than any test waits. */
const LONG = `Begun. #slow:baa ${'word '.repeat(1_000)}`

let server: TestServer
let key: string
let client: OpenAI
before(async () => {
  server = await startWithPlans([
    planOf('alone', { concurrent_streams: 1 }),
    planOf('short', { characters_per_month: 5 }),
  ])
  key = (await server.createKey()).key
  client = openAi(server, key)
})
after(() => server.stop())

const wanted = { model: 'tts-1', voice: 'alloy', input: TEXT } as const
const isSettled = (): boolean => isIdle(server.engine) && server.serving.grants.size === 0

test('speech is MP3 unless the caller says otherwise', async () => {
  const answer = await client.audio.speech.create(wanted)
  assert.equal(answer.headers.get('content-type'), 'audio/mpeg')
  const decoded = decodedSamples(await bytesOf(answer), 'mp3', TONE_RATE)
  assert.ok(decoded.length >= SAMPLES && peakOf(decoded) > 6_000)
})

/** The samples of an answer. A WAV that is made while it is sent does not say how long it is, which ffmpeg minds. */
function samplesIn(bytes: Buffer, format: keyof typeof OPENAI_FORMATS): Int16Array {
  switch (format) {
    case 'pcm':
      return samplesOf(bytes)
    case 'wav':
      assert.equal(bytes.toString('latin1', 0, 4), 'RIFF')
      return samplesOf(bytes.subarray(44))
    case 'mp3':
      return decodedSamples(bytes, 'mp3', TONE_RATE)
    case 'flac':
      return decodedSamples(bytes, 'flac', TONE_RATE)
    case 'opus':
      return decodedSamples(bytes, 'ogg', TONE_RATE)
  }
}

test('every format is what it is called', async () => {
  for (const response_format of Object.keys(OPENAI_FORMATS) as (keyof typeof OPENAI_FORMATS)[]) {
    const answer = await client.audio.speech.create({ ...wanted, response_format })
    const samples = samplesIn(await bytesOf(answer), response_format)
    const slack = response_format === 'mp3' ? 5 * 1_152 : 0
    assert.ok(samples.length >= SAMPLES && samples.length <= SAMPLES + slack, response_format)
    assert.ok(peakOf(samples) > 6_000, response_format)
  }
})

test('pcm is 24 kHz and as long as the text at every speed from 0.25 to 4', async () => {
  for (const speed of [0.25, 0.5, 1, 2, 4]) {
    const answer = await client.audio.speech.create({ ...wanted, response_format: 'pcm', speed })
    const { length } = samplesOf(await bytesOf(answer))
    const exact = SAMPLES / speed
    assert.ok(Math.abs(length - exact) <= exact * 0.01 + 240, `${speed}: ${length} instead of ${exact}`)
  }
})

test('each of their voices is always the same voice here, and ours go by their own names', async () => {
  const spoken = async (voice: string | { id: string }): Promise<string> => {
    const answer = await client.audio.speech.create({ ...wanted, voice, response_format: 'pcm' })
    return (await bytesOf(answer)).toString('base64')
  }
  const ours = new Map<string, string>()
  for (const voice of ['tone-a', 'tone-b', 'tone-c']) ours.set(await spoken(voice), voice)
  assert.equal(ours.size, 3)
  for (const voice of [
    'alloy',
    'ash',
    'ballad',
    'cedar',
    'coral',
    'echo',
    'fable',
    'marin',
    'nova',
    'onyx',
  ]) {
    const first = await spoken(voice)
    assert.ok(ours.has(first), voice)
    assert.equal(await spoken({ id: voice }), first, voice)
  }
  assert.equal(ours.get(await spoken('2')), 'tone-b', 'a voice by its number')
})

test('a stream of events carries all of the audio, and ends by saying so', async () => {
  const answer = await client.audio.speech.create({ ...wanted, response_format: 'pcm', stream_format: 'sse' })
  assert.equal(answer.headers.get('content-type'), 'text/event-stream')
  const events = Stream.fromSSEResponse<{ type: string; audio?: string }>(answer, new AbortController())
  const audio: Buffer[] = []
  const types: string[] = []
  for await (const { type, audio: base64 } of events) {
    types.push(type)
    if (base64 !== undefined) audio.push(Buffer.from(base64, 'base64'))
  }
  assert.equal(Buffer.concat(audio).length, 2 * SAMPLES)
  assert.ok(types.length >= 2)
  assert.deepEqual(new Set(types.slice(0, -1)), new Set(['speech.audio.delta']))
  assert.equal(types.at(-1), 'speech.audio.done')
})

test('audio comes while the rest is being spoken, and an abort ends the turn', async () => {
  const abort = new AbortController()
  const answer = await client.audio.speech.create(
    { ...wanted, input: LONG, response_format: 'pcm' },
    { signal: abort.signal },
  )
  const reader = answer.body?.getReader()
  assert.ok(((await reader?.read())?.value?.length ?? 0) > 0)
  abort.abort()
  await until(isSettled)
})

test('a revoked key ends the answer it was given, and opens nothing more', async () => {
  const { id, key: doomed } = await server.createKey()
  const answer = await openAi(server, doomed).audio.speech.create({
    ...wanted,
    input: LONG,
    response_format: 'pcm',
  })
  const reader = answer.body?.getReader()
  assert.ok(reader)
  await reader.read()
  const receipt = await server.revokeKey(id)
  assert.equal(receipt.streams_severed, 1)
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  })
  await assert.rejects(openAi(server, doomed).audio.speech.create(wanted), OpenAI.AuthenticationError)
})

/** What the client throws. */
const errorOf = async (call: Promise<unknown>): Promise<APIError> => {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof APIError, String(error))
    return error
  }
  throw new Error('no error')
}

test('every refusal is an error of its class, with its code and a request id', async () => {
  const { key: mute } = await server.createKey({ scopes: ['usage:read'] })
  const { key: poor } = await keyOn(server, 'short')
  const speak = (more: object, apiKey = key) =>
    errorOf(openAi(server, apiKey).audio.speech.create({ ...wanted, ...more }))
  const refusals: [APIError, new (...args: never[]) => APIError, number, string, RegExp][] = [
    [
      await speak({}, 'ka_nonsense'),
      OpenAI.AuthenticationError,
      401,
      'invalid_api_key',
      /Invalid or missing/,
    ],
    [
      await speak({}, mute),
      OpenAI.PermissionDeniedError,
      403,
      'insufficient_permissions',
      /does not have access/,
    ],
    [await speak({}, poor), APIError, 402, 'insufficient_quota', /5 characters a month/],
    [await speak({ voice: 'nobody' }), OpenAI.NotFoundError, 404, 'not_found', /Voice not found/],
    [await speak({ model: 'whisper-1' }), OpenAI.BadRequestError, 400, 'invalid_value', /unknown model/],
    [await speak({ input: undefined }), OpenAI.BadRequestError, 400, 'invalid_value', /input: is required/],
    [await speak({ input: ' ' }), OpenAI.BadRequestError, 400, 'invalid_value', /input: must hold/],
    [
      await speak({ input: 'a'.repeat(10_001) }),
      OpenAI.BadRequestError,
      400,
      'invalid_value',
      /at most 10000/,
    ],
    [
      await speak({ response_format: 'aac' }),
      OpenAI.BadRequestError,
      400,
      'invalid_value',
      /must be one of mp3/,
    ],
    [await speak({ speed: 4.1 }), OpenAI.BadRequestError, 400, 'invalid_value', /speed/],
    [await speak({ speed: 0.2 }), OpenAI.BadRequestError, 400, 'invalid_value', /speed/],
    [await speak({ voice: undefined }), OpenAI.BadRequestError, 400, 'invalid_value', /voice: must be/],
    [await speak({ stream_format: 'x' }), OpenAI.BadRequestError, 400, 'invalid_value', /stream_format/],
    [await speak({ input: '...' }), OpenAI.BadRequestError, 400, 'empty_audio', /nothing that can be spoken/],
  ]
  for (const [error, type, status, code, message] of refusals) {
    assert.ok(error instanceof type, String(error))
    assert.equal(error.status, status)
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.match(String(error.requestID), /^req_/)
  }
})

test('a client that may try again waits for its place, and gets its speech', async () => {
  const { key: alone } = await keyOn(server, 'alone')
  const first = await openAi(server, alone).audio.speech.create({
    ...wanted,
    input: LONG,
    response_format: 'pcm',
  })
  const refused = await errorOf(openAi(server, alone).audio.speech.create(wanted))
  assert.ok(refused instanceof OpenAI.RateLimitError)
  assert.equal(refused.headers?.get('retry-after'), '1')
  const refusals = (): number => server.logged.filter((line) => line.includes('RATE_LIMITED')).length
  const before = refusals()
  const second = openAi(server, alone, { retries: 2 }).audio.speech.create({
    ...wanted,
    response_format: 'pcm',
  })
  await until(() => refusals() > before)
  await first.body?.cancel()
  assert.equal((await bytesOf(await second)).length, 2 * SAMPLES)
})

test('what is spoken is counted like everywhere', async () => {
  const accountId = await server.createAccount('counted@example.com')
  const { key: counted } = await server.createKey({ accountId })
  await bytesOf(await openAi(server, counted).audio.speech.create(wanted))
  const usage = await fetch(`${server.url}/v1/usage`, { headers: { authorization: `Bearer ${counted}` } })
  const { totals } = (await usage.json()) as { totals: { characters: number; requests: number } }
  assert.deepEqual([totals.characters, totals.requests], [TEXT.length, 1])
})
