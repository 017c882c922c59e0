import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ElevenLabsAudioFrame, ElevenLabsErrorFrame, ElevenLabsFinalFrame } from '@kugelaudio/contract'
import { isIdle, until } from './engines/harness.ts'
import { CHARACTER_MS, TONE_RATE, toneSamples } from './engines/tone-speech.ts'
import { FrameClient, openSocket, type Presented } from './harness/frame-client.ts'
import { keyOn, planOf, startWithPlans } from './harness/plans.ts'
import { decodedSamples, peakOf } from './harness/programs.ts'
import { exchange } from './harness/raw-http.ts'
import { handshakeText } from './harness/speak-client.ts'
import type { TestServer } from './harness/test-server.ts'

const KINDS = { audio: ElevenLabsAudioFrame, final: ElevenLabsFinalFrame, error: ElevenLabsErrorFrame }
const PCM = 'output_format=pcm_24000'
/** Begins to speak, and goes on for longer than any test waits. */
const LONG = `Begun. #slow:baa ${'word '.repeat(1_000)}`

let server: TestServer
let key: string
before(async () => {
  server = await startWithPlans([
    planOf('alone', { concurrent_streams: 1 }),
    planOf('short', { characters_per_month: 5 }),
  ])
  key = (await server.createKey()).key
})
after(() => server.stop())

type Client = FrameClient<typeof KINDS>

const pathOf = (query: string, voice = '1') => `/11labs/v1/text-to-speech/${voice}/stream-input?${query}`

async function open({
  query = PCM,
  voice = '1',
  presented = { headers: { 'xi-api-key': key } },
}: {
  query?: string
  voice?: string
  presented?: Presented
} = {}): Promise<Client> {
  const client = new FrameClient(openSocket(server, pathOf(query, voice), presented), KINDS)
  await client.opened
  return client
}

type Heard = { bytes: Buffer; chunks: ElevenLabsAudioFrame['alignment'][]; frames: ElevenLabsAudioFrame[] }

/** Everything up to the end that the socket says. */
async function heard(client: Client): Promise<Heard> {
  const frames = (await client.until('final')).flatMap((next) => (next.kind === 'audio' ? [next.frame] : []))
  return {
    bytes: Buffer.concat(frames.map(({ audio }) => Buffer.from(audio, 'base64'))),
    chunks: frames.flatMap(({ alignment }) => (alignment === null ? [] : [alignment])),
    frames,
  }
}

/** What a client of theirs sends first. */
const BEGIN = {
  text: ' ',
  voice_settings: { stability: 0.5, similarity_boost: 0.8, use_speaker_boost: false },
  xi_api_key: 'is not looked at here',
}

async function spoken(texts: readonly object[], asked: Parameters<typeof open>[0] = {}): Promise<Heard> {
  const client = await open(asked)
  for (const message of [BEGIN, ...texts, { text: '' }]) client.send(message)
  const answer = await heard(client)
  assert.deepEqual(await client.closed, { code: 1000, reason: 'spoken' })
  assert.equal(client.frames.length, 0)
  return answer
}

test('text in pieces is spoken as one text; an empty text ends it, then the socket is closed', async () => {
  const { bytes } = await spoken([{ text: 'Hello ' }, { text: 'wide wo' }, { text: 'rld ' }])
  assert.equal(bytes.length, 2 * toneSamples('Hello wide world'))
})

test('audio is MP3 unless the address says otherwise', async () => {
  const { bytes } = await spoken([{ text: 'Hello wide world ' }], { query: 'model_id=eleven_flash_v2_5' })
  const decoded = decodedSamples(bytes, 'mp3', TONE_RATE)
  assert.ok(decoded.length >= toneSamples('Hello wide world') && peakOf(decoded) > 6_000)
})

test('voice, speed, language and normalisation are heard', async () => {
  const slow = await spoken([{ text: 'word ', voice_settings: { speed: 0.7 } }])
  assert.equal(slow.bytes.length, 2 * toneSamples('word', 0.7))
  const german = await spoken([{ text: '2 ' }], { query: `${PCM}&language_code=de` })
  assert.equal(german.bytes.length, 2 * toneSamples('zwei'))
  const asWritten = await spoken([{ text: '2 ' }], { query: `${PCM}&apply_text_normalization=off` })
  assert.equal(asWritten.bytes.length, 2 * toneSamples('2'))
  const other = await spoken([{ text: 'word ' }], { voice: 'tone-b' })
  assert.notDeepEqual(other.bytes, (await spoken([{ text: 'word ' }])).bytes)
})

test('a flush speaks what there is, and the text goes on', async () => {
  const client = await open()
  client.send(BEGIN)
  client.send({ text: 'No end ', flush: true })
  assert.ok((await client.nextOf('audio')).audio.length > 0)
  client.send({ text: 'of it' })
  client.send({ text: '' })
  const { chunks } = await heard(client)
  assert.equal(chunks.map((chunk) => chunk?.chars.join('')).join(''), 'No end of it')
})

test('a flush before the voice is known is not lost', async () => {
  const client = await open()
  client.send({ text: 'word ', flush: true })
  assert.ok((await client.nextOf('audio')).audio.length > 0)
  await client.close()
})

test('chunks end as the schedule says, and auto_mode ends one with every sentence', async () => {
  const text = 'One sentence here. Another one there. A third one. '
  const chunksOf = async (messages: object[], query = PCM) =>
    (await spoken(messages, { query })).chunks.map((chunk) => chunk?.chars.join('').trim())
  assert.equal((await chunksOf([{ text }])).length, 1, 'shorter than the schedule: all of it at the end')
  const generation_config = { chunk_length_schedule: [20] }
  assert.deepEqual(await chunksOf([{ text, generation_config }]), [
    'One sentence here.',
    'Another one there.',
    'A third one.',
  ])
  assert.equal((await chunksOf([{ text }], `${PCM}&auto_mode=true`)).length, 3)
})

test('each chunk says when its characters are heard, from its own start', async () => {
  const text = 'First words, here. Then others. '
  const { chunks, frames, bytes } = await spoken([{ text }], { query: `${PCM}&auto_mode=true` })
  assert.equal(chunks.map((chunk) => chunk?.chars.join('')).join(''), text)
  let ms = 0
  for (const chunk of chunks) {
    assert.ok(chunk)
    const { chars, charStartTimesMs: starts, charsDurationsMs: durations } = chunk
    assert.deepEqual([chars.length, chars.length], [starts.length, durations.length])
    for (const [at, start] of starts.entries()) assert.ok(start >= (starts[at - 1] ?? 0))
    ms += (starts.at(-1) ?? 0) + (durations.at(-1) ?? 0)
  }
  const [first] = chunks
  assert.deepEqual(first?.charStartTimesMs.slice(0, 3), [0, CHARACTER_MS, 2 * CHARACTER_MS])
  assert.ok(Math.abs(ms - bytes.length / 48) <= chunks.length, 'together they are as long as the audio')
  for (const { alignment, normalizedAlignment } of frames) assert.deepEqual(normalizedAlignment, alignment)
})

test('a text that is ended before it begins has a final and nothing else', async () => {
  const client = await open()
  client.send(BEGIN)
  client.send({ text: '' })
  await client.nextOf('final')
  assert.equal((await client.closed).code, 1000)
})

test('silence closes the socket after its timeout, and never while something is being spoken', async () => {
  const client = await open({ query: `${PCM}&inactivity_timeout=77` })
  client.send(BEGIN)
  client.send({ text: LONG })
  client.send({ text: ' ', flush: true })
  await client.nextOf('audio')
  server.clock.fire(77_000)
  await client.nextOf('audio')
  client.socket.terminate()
  const quiet = await open()
  server.clock.fire(20_000)
  const { error, message } = await quiet.nextOf('error')
  assert.deepEqual([error, message], ['input_timeout_exceeded', 'No text came for 20 seconds'])
  assert.equal((await quiet.closed).code, 4000)
})

test('whoever leaves is not spoken to any more', async () => {
  const client = await open()
  client.send({ text: LONG, flush: true })
  await client.nextOf('audio')
  await client.close()
  await until(() => isIdle(server.engine) && server.serving.grants.size === 0)
})

test('a revoked key ends the socket in the same call, with an error and 4001', async () => {
  const { id, key: doomed } = await server.createKey()
  const client = await open({ presented: { headers: { 'xi-api-key': doomed } } })
  client.send({ text: LONG, flush: true })
  await client.nextOf('audio')
  const receipt = await server.revokeKey(id)
  assert.equal(receipt.streams_severed, 1)
  const frames = await client.until('error')
  assert.deepEqual(frames.at(-1)?.frame, {
    message: 'Invalid or missing API key',
    error: 'invalid_api_key',
    code: 4001,
  })
  assert.equal((await client.closed).code, 4001)
})

/** What goes wrong, what it is called and what the socket is closed with. */
const WRONG: Record<string, { asked?: Parameters<typeof open>[0]; send: unknown; error: [string, number] }> =
  {
    'what is no JSON': { send: 'hello', error: ['invalid_request', 4000] },
    'a binary message': { send: Buffer.from('{"text":"a"}'), error: ['invalid_request', 4000] },
    'a list': { send: [], error: ['invalid_request', 4000] },
    'a text that is none': { send: { text: 7 }, error: ['invalid_request', 4000] },
    'a NUL': { send: { text: 'a\0b' }, error: ['invalid_request', 4000] },
    'a text that is too long': { send: { text: 'a'.repeat(10_001) }, error: ['invalid_request', 4000] },
    'a message that is too long': { send: { text: 'a'.repeat(300_000) }, error: ['invalid_request', 4000] },
    'a speed out of range': {
      send: { text: 'a', voice_settings: { speed: 2 } },
      error: ['invalid_request', 4000],
    },
    'an empty schedule': {
      send: { text: 'a', generation_config: { chunk_length_schedule: [] } },
      error: ['invalid_request', 4000],
    },
    'a voice that does not exist': {
      asked: { voice: 'nobody' },
      send: { text: 'Word.', flush: true },
      error: ['not_found', 4000],
    },
    'a model that does not exist': {
      asked: { query: 'model_id=theirs' },
      send: { text: 'Word.', flush: true },
      error: ['invalid_request', 4000],
    },
    'a format that does not exist': {
      asked: { query: 'output_format=midi' },
      send: { text: 'Word.', flush: true },
      error: ['invalid_request', 4000],
    },
    'a timeout that is none': {
      asked: { query: 'inactivity_timeout=never' },
      send: { text: 'a' },
      error: ['invalid_request', 4000],
    },
  }

for (const [what, { asked, send, error }] of Object.entries(WRONG)) {
  test(`${what} is an error, and the end of the socket`, async () => {
    const client = await open(asked)
    client.send(send)
    client.send({ text: 'more' })
    const frame = (await client.until('error')).at(-1)?.frame as ElevenLabsErrorFrame
    assert.deepEqual([frame.error, frame.code], error)
    assert.ok(frame.message.length > 0)
    assert.equal((await client.closed).code, error[1])
    assert.equal(client.frames.length, 0)
  })
}

test('half a character at the end of the text is an error', async () => {
  const client = await open()
  client.send({ text: 'a \ud83d' })
  client.send({ text: '' })
  assert.match((await client.nextOf('error')).message, /half of a surrogate pair/)
})

test('limits are those of the plan: places, and characters', async () => {
  const { key: alone } = await keyOn(server, 'alone')
  const presented = { headers: { 'xi-api-key': alone } }
  const first = await open({ presented })
  first.send({ text: LONG, flush: true })
  await first.nextOf('audio')
  const second = await open({ presented })
  second.send({ text: 'Word.', flush: true })
  assert.deepEqual(await second.nextOf('error'), {
    message: 'Rate limit exceeded: 1 concurrent streams (account)',
    error: 'too_many_requests',
    code: 4029,
  })
  await first.close()
  const { key: poor } = await keyOn(server, 'short')
  const third = await open({ presented: { headers: { 'xi-api-key': poor } } })
  third.send({ text: 'More than five.', flush: true })
  assert.equal((await third.nextOf('error')).error, 'quota_exceeded')
})

test('who has no key is refused before the socket is open, in the words of this dialect', async () => {
  const { key: mute } = await server.createKey({ scopes: ['usage:read'] })
  for (const [headers, status, name] of [
    [['xi-api-key: ka_nonsense'], 401, 'invalid_api_key'],
    [[], 401, 'invalid_api_key'],
    [[`xi-api-key: ${mute}`], 403, 'missing_permissions'],
  ] as const) {
    const answer = await exchange(server.url, handshakeText(pathOf(PCM), [...headers]))
    assert.equal(answer?.status, status)
    assert.ok(answer.body.includes(`"detail":{"status":"${name}"`), answer.body)
  }
  const elsewhere = openSocket(server, '/ws/tts', { headers: { 'xi-api-key': key } })
  const refused = await new Promise<Error>((resolve) => elsewhere.on('error', resolve))
  assert.match(refused.message, /401/)
})

test('a page reads the refusal from a frame and a close code', async () => {
  const client = await open({ presented: { headers: { origin: 'https://app.example.com' } } })
  assert.equal((await client.nextOf('error')).error, 'invalid_api_key')
  assert.equal((await client.closed).code, 4001)
})

test('a token opens it as it opens every other socket', async () => {
  const minted = await fetch(`${server.url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{}',
  })
  const { token } = (await minted.json()) as { token: string }
  const { bytes } = await spoken([{ text: 'Hello ' }], { query: `${PCM}&token=${token}`, presented: {} })
  assert.equal(bytes.length, 2 * toneSamples('Hello'))
})

test('an ordinary request for the path is told that it is a socket', async () => {
  const answer = await fetch(`${server.url}${pathOf(PCM)}`, { headers: { 'xi-api-key': key } })
  assert.equal(answer.status, 426)
})
