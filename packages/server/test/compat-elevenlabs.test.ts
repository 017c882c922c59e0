import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ElevenLabsClient, ElevenLabsError } from '@elevenlabs/elevenlabs-js'
import { isIdle, until } from './engines/harness.ts'
import { CHARACTER_MS, TONE_RATE, toneSamples } from './engines/tone-speech.ts'
import { elevenLabs } from './harness/official-clients.ts'
import { keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { decodedSamples, peakOf } from './harness/programs.ts'
import { bytesOf } from './harness/speech.ts'
import type { TestServer } from './harness/test-server.ts'

const TEXT = 'Hello wide world'
const SAMPLES = toneSamples(TEXT)
/** Begins to speak, and goes on for longer than any test waits. */
const LONG = `Begun. #slow:baa ${'word '.repeat(1_000)}`

let server: TestServer
let key: string
let client: ElevenLabsClient
before(async () => {
  server = await startWithPlans([
    planOf('alone', { concurrent_streams: 1 }),
    planOf('short', { characters_per_month: 5 }),
  ])
  key = (await server.createKey()).key
  client = elevenLabs(server, key)
})
after(() => server.stop())

const bytesIn = (stream: ReadableStream<Uint8Array>): Promise<Buffer> => bytesOf(new Response(stream))
const isSettled = (): boolean => isIdle(server.engine) && server.serving.grants.size === 0

test('speech is MP3 at 44.1 kHz unless the caller says otherwise, on both routes', async () => {
  for (const spoken of [
    await client.textToSpeech.convert('1', { text: TEXT, modelId: 'eleven_multilingual_v2' }),
    await client.textToSpeech.stream('1', { text: TEXT }),
  ]) {
    const decoded = decodedSamples(await bytesIn(spoken), 'mp3', TONE_RATE)
    assert.ok(decoded.length >= SAMPLES && peakOf(decoded) > 6_000)
  }
})

test('a format of theirs is that format', async () => {
  const bytes: Record<string, number> = { pcm_16000: 2 * 16, pcm_32000: 2 * 32, ulaw_8000: 8, alaw_8000: 8 }
  for (const outputFormat of ['pcm_16000', 'pcm_32000', 'ulaw_8000', 'alaw_8000'] as const) {
    const spoken = await client.textToSpeech.convert('1', { text: TEXT, outputFormat })
    const expected = ((SAMPLES * 1_000) / TONE_RATE) * (bytes[outputFormat] ?? 0)
    assert.equal((await bytesIn(spoken)).length, expected, outputFormat)
  }
})

test('voice, speed, language and normalisation are heard; what only their voices know is ignored', async () => {
  const spoken = async (voice: string, request: object): Promise<Buffer> =>
    bytesIn(await client.textToSpeech.convert(voice, { text: TEXT, outputFormat: 'pcm_24000', ...request }))
  const plain = await spoken('1', {})
  assert.equal(plain.length, 2 * SAMPLES)
  assert.notDeepEqual(await spoken('2', {}), plain)
  assert.deepEqual(await spoken('tone-b', {}), await spoken('2', {}))
  const voiceSettings = { stability: 0.1, similarityBoost: 0.9, style: 0.2, useSpeakerBoost: false }
  assert.deepEqual(await spoken('1', { voiceSettings, seed: 7, previousText: 'Before.' }), plain)
  const fast = await spoken('1', { voiceSettings: { ...voiceSettings, speed: 1.2 } })
  assert.equal(fast.length, 2 * toneSamples(TEXT, 1.2))
  const two = { text: '2' }
  assert.equal((await spoken('1', { ...two, languageCode: 'de' })).length, 2 * toneSamples('zwei'))
  assert.equal((await spoken('1', { ...two, applyTextNormalization: 'off' })).length, 2 * toneSamples('2'))
})

test('timestamps say when each character is heard', async () => {
  const text = 'Hi wide, world. So.'
  const spoken = await client.textToSpeech.convertWithTimestamps('1', { text, outputFormat: 'pcm_24000' })
  const ms = Buffer.from(spoken.audioBase64, 'base64').length / 2 / (TONE_RATE / 1_000)
  const { alignment } = spoken
  assert.ok(alignment)
  assert.equal(alignment.characters.join(''), text)
  const { characterStartTimesSeconds: starts, characterEndTimesSeconds: ends } = alignment
  assert.equal(starts.length, text.length)
  // Each character of a word takes as long as the tone engine gives it.
  assert.deepEqual([starts[0], ends[0], starts[1]], [0, CHARACTER_MS / 1_000, CHARACTER_MS / 1_000])
  assert.equal(starts[3], (2 * CHARACTER_MS) / 1_000, 'the second word begins where the first one ends')
  for (const [at, start] of starts.entries()) {
    assert.ok(start <= (ends[at] ?? -1), `${at} ends after it begins`)
    assert.ok(start >= (starts[at - 1] ?? 0), `${at} begins after the one before it`)
  }
  assert.ok(Math.abs((ends.at(-1) ?? 0) * 1_000 - ms) <= 1, 'the last one ends with the audio')
  assert.deepEqual(spoken.normalizedAlignment, alignment)
})

test('a timed stream is the same, piece by piece', async () => {
  const text = 'Hi wide, world. So it goes. '.repeat(3)
  const request = { text, outputFormat: 'pcm_24000' } as const
  const whole = await client.textToSpeech.convertWithTimestamps('1', request)
  const audio: Buffer[] = []
  const timed = { characters: [] as string[], starts: [] as number[] }
  let pieces = 0
  for await (const { audioBase64, alignment } of await client.textToSpeech.streamWithTimestamps(
    '1',
    request,
  )) {
    pieces++
    audio.push(Buffer.from(audioBase64, 'base64'))
    timed.characters.push(...(alignment?.characters ?? []))
    timed.starts.push(...(alignment?.characterStartTimesSeconds ?? []))
  }
  assert.ok(pieces > 3)
  assert.equal(Buffer.concat(audio).toString('base64'), whole.audioBase64)
  assert.deepEqual(timed.characters, whole.alignment?.characters)
  assert.deepEqual(timed.starts, whole.alignment?.characterStartTimesSeconds)
})

test('voices and models are listed as the client reads them, and can be asked for one by one', async () => {
  const { voices } = await client.voices.getAll()
  assert.deepEqual(
    voices.map(({ voiceId, name, category }) => [voiceId, name, category]),
    [
      ['1', 'tone-a', 'premade'],
      ['2', 'tone-b', 'premade'],
      ['3', 'tone-c', 'premade'],
    ],
  )
  assert.equal((await client.voices.get('2')).name, 'tone-b')
  const found = await client.voices.search({ search: 'TONE', pageSize: 2 })
  assert.deepEqual([found.voices.length, found.hasMore, found.totalCount], [2, true, 3])
  const rest = await client.voices.search({ pageSize: 2, nextPageToken: String(found.nextPageToken) })
  assert.deepEqual([rest.voices.map(({ name }) => name), rest.hasMore], [['tone-c'], false])
  const [model] = await client.models.list()
  assert.equal(model?.modelId, 'kugel-3')
  assert.equal(model.canDoTextToSpeech, true)
})

test('voices and dictionaries of one’s own are there too, and those of others are not', async () => {
  const { key: own } = await keyOn(server, 'enterprise')
  const client = elevenLabs(server, own)
  const headers = { authorization: `Bearer ${own}`, 'content-type': 'application/json' }
  const make = async (path: string, body: object) => {
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(answer.status, 201)
    return (await answer.json()) as { id: number }
  }
  const { id } = await make('/v1/voices', { name: 'Mine', base_voice_id: 'tone-b' })
  const dictionary = await make('/v1/dictionaries', { name: 'words' })
  await make(`/v1/dictionaries/${dictionary.id}/entries`, { word: 'wide', replacement: 'very broad' })
  const { voices } = await client.voices.getAll()
  assert.ok(voices.some(({ voiceId, category }) => voiceId === String(id) && category === 'generated'))
  assert.equal((await client.voices.search({ search: 'mine' })).voices[0]?.voiceId, String(id))
  const pcm = { text: TEXT, outputFormat: 'pcm_24000' } as const
  const mine = await bytesIn(await client.textToSpeech.convert(String(id), pcm))
  assert.deepEqual(mine, await bytesIn(await client.textToSpeech.convert('tone-b', pcm)))
  const withDictionaries = async (ids: number[]): Promise<number> => {
    const locators = ids.map((id) => ({ pronunciationDictionaryId: String(id) }))
    const request = { ...pcm, pronunciationDictionaryLocators: locators }
    return (await bytesIn(await client.textToSpeech.convert('1', request))).length / 2
  }
  assert.equal(await withDictionaries([]), SAMPLES, 'none, although there is one')
  assert.equal(await withDictionaries([dictionary.id]), toneSamples('Hello very broad world'))
  const stranger = elevenLabs(server, (await keyOn(server, 'enterprise')).key)
  assert.equal((await errorOf(stranger.voices.get(String(id)))).statusCode, 403)
  assert.equal((await errorOf(stranger.textToSpeech.convert(String(id), pcm))).statusCode, 403)
})

test('an abort ends the turn', async () => {
  const abort = new AbortController()
  const spoken = await client.textToSpeech.stream(
    '1',
    { text: LONG, outputFormat: 'pcm_24000' },
    { abortSignal: abort.signal },
  )
  await spoken.getReader().read()
  abort.abort()
  await until(isSettled)
})

test('a revoked key ends the answer it was given, and opens nothing more', async () => {
  const { id, key: doomed } = await server.createKey()
  const spoken = await elevenLabs(server, doomed).textToSpeech.stream('1', {
    text: LONG,
    outputFormat: 'pcm_24000',
  })
  const reader = spoken.getReader()
  await reader.read()
  const receipt = await server.revokeKey(id)
  assert.equal(receipt.streams_severed, 1)
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  })
  const refused = await errorOf(elevenLabs(server, doomed).textToSpeech.convert('1', { text: TEXT }))
  assert.equal(refused.statusCode, 401)
})

/** What the client throws. */
async function errorOf(call: Promise<unknown>): Promise<ElevenLabsError> {
  try {
    await call
  } catch (error) {
    assert.ok(error instanceof ElevenLabsError, String(error))
    return error
  }
  throw new Error('no error')
}

test('every refusal has its status, what it is called, and a request id', async () => {
  const { key: mute } = await server.createKey({ scopes: ['usage:read'] })
  const { key: poor } = await keyOn(server, 'short')
  const speak = (more: object, { apiKey = key, voice = '1' } = {}) =>
    errorOf(elevenLabs(server, apiKey).textToSpeech.convert(voice, { text: TEXT, ...more }))
  const refusals: [ElevenLabsError, number, string, RegExp][] = [
    [await speak({}, { apiKey: 'ka_nonsense' }), 401, 'invalid_api_key', /Invalid or missing/],
    [await speak({}, { apiKey: mute }), 403, 'missing_permissions', /does not have access/],
    [await speak({}, { apiKey: poor }), 402, 'quota_exceeded', /5 characters a month/],
    [await speak({}, { voice: 'nobody' }), 404, 'not_found', /Voice not found/],
    [await errorOf(client.voices.get('nobody')), 404, 'not_found', /Voice not found/],
    [await speak({ modelId: 'theirs' }), 400, 'invalid_request', /unknown model/],
    [await speak({ text: '' }), 400, 'invalid_request', /text: must hold/],
    [await speak({ text: 'a'.repeat(10_001) }), 400, 'invalid_request', /at most 10000/],
    [await speak({ languageCode: 'tlh' }), 400, 'invalid_request', /language_code: must be one of/],
    [await speak({ voiceSettings: { speed: 3 } }), 400, 'invalid_request', /voice_settings.speed/],
    [await speak({ text: '...' }), 400, 'empty_audio', /nothing that can be spoken/],
    [await errorOf(client.voices.search({ pageSize: 0 })), 400, 'invalid_request', /page_size/],
  ]
  for (const [error, status, name, message] of refusals) {
    assert.equal(error.statusCode, status, String(error))
    const { detail } = error.body as { detail: Record<string, string> }
    assert.equal(detail['status'], name)
    assert.match(detail['message'] ?? '', message)
    assert.equal(detail['request_id'], error.requestId)
  }
})

test('a client that may try again waits for its place, and gets its speech', async () => {
  const { key: alone } = await keyOn(server, 'alone')
  const request = { text: TEXT, outputFormat: 'pcm_24000' } as const
  const first = await elevenLabs(server, alone).textToSpeech.stream('1', { ...request, text: LONG })
  const refused = await errorOf(elevenLabs(server, alone).textToSpeech.convert('1', request))
  assert.equal(refused.statusCode, 429)
  const refusals = (): number => server.logged.filter((line) => line.includes('RATE_LIMITED')).length
  const before = refusals()
  const second = elevenLabs(server, alone, { retries: 2 }).textToSpeech.convert('1', request)
  await until(() => refusals() > before)
  await first.cancel()
  assert.equal((await bytesIn(await second)).length, 2 * SAMPLES)
})

test('their header is a key like any other, and two different keys are a mistake', async () => {
  const models = (headers: Record<string, string>) => fetch(`${server.url}/11labs/v1/models`, { headers })
  assert.equal((await models({ 'xi-api-key': key })).status, 200)
  assert.equal((await models({ authorization: `Bearer ${key}` })).status, 200)
  assert.equal((await models({ 'xi-api-key': key, 'x-api-key': key })).status, 200)
  assert.equal((await models({ 'xi-api-key': key, 'x-api-key': 'ka_other' })).status, 400)
  const elsewhere = await fetch(`${server.url}/v1/models`, { headers: { 'xi-api-key': key } })
  assert.equal(elsewhere.status, 401, 'nowhere but on their routes')
})
