import assert from 'node:assert/strict'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { toneSamples, toneWords } from '../../../packages/server/test/engines/tone-speech.ts'
import { startServer, type TestServer } from '../../../packages/server/test/harness/test-server.ts'
import type { TTS as Plugin, TTSOptions } from '../src/livekit.ts'
import { installed, link, PACKAGE, pack, project, ROOT, run } from './harness/packed.ts'
import { programsOf } from './harness/readme.ts'
import { audio, NO_KEY, ScriptedServer } from './harness/scripted-server.ts'

/** Both as an agent loads them: the packed package, and the framework from its registry. */
type Loaded = {
  TTS: typeof Plugin
  initializeLogger(options: { pretty: boolean; level: string }): void
  startSession(tts: Plugin): Promise<Session>
}
type Session = {
  say(text: string): { waitForPlayout(): Promise<void> }
  interrupt(): Promise<void>
  close(): Promise<void>
  /** Samples that its audience has been given, and who waits for the first of the next. */
  ears: { samples: number; heard: () => void }
}

/** An agent without a room: whoever listens counts samples. */
const SESSION = `
class Ears extends voice.AudioOutput {
  samples = 0
  heard = () => {}
  async captureFrame(frame) {
    await super.captureFrame(frame)
    this.samples += frame.samplesPerChannel
    this.heard()
  }
  flush() {
    super.flush()
    this.onPlaybackFinished({ playbackPosition: this.samples / 24000, interrupted: false })
  }
  clearBuffer() {
    this.onPlaybackFinished({ playbackPosition: 0, interrupted: true })
  }
}
export async function startSession(tts) {
  const session = new voice.AgentSession({ tts })
  session.ears = new Ears()
  session.output.audio = session.ears
  await session.start({ agent: new voice.Agent({ instructions: 'Be brief.' }) })
  return session
}
`
type Audio = { frame: { samplesPerChannel: number; sampleRate: number }; final: boolean }
type Words = { timedTranscripts?: { text: string; startTime?: number; endTime?: number }[] }

type ApiError = { name: string; statusCode?: number; retryable?: boolean }

const ONCE = { maxRetry: 0, retryIntervalMs: 0, timeoutMs: 10_000 }
const LONG = `Begun. #slow:baa ${'word '.repeat(200)}`

let server: TestServer
let key: string
let folder: string
let loaded: Loaded
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
  folder = await project(await pack(), { type: 'module' })
  await link(await installed('livekit'), ['@livekit', 'zod'], folder)
  await writeFile(
    join(folder, 'load.js'),
    `import { voice } from '@livekit/agents'
export { initializeLogger } from '@livekit/agents'
export { TTS } from 'kugelaudio/livekit'
${SESSION}`,
  )
  loaded = await import(pathToFileURL(join(folder, 'load.js')).href)
  loaded.initializeLogger({ pretty: false, level: 'silent' })
})
after(() => server.stop())

/** A plugin that ends with its test. Its errors are gathered: an emitter throws those that nobody hears of. */
async function withTts(
  options: TTSOptions,
  use: (tts: Plugin, errors: ApiError[]) => Promise<void>,
): Promise<void> {
  const tts = new loaded.TTS({ apiKey: key, baseURL: server.url, language: 'en', ...options })
  const errors: ApiError[] = []
  ;(tts as unknown as NodeJS.EventEmitter).on('error', ({ error }) => errors.push(error))
  try {
    await use(tts, errors)
  } finally {
    await tts.close()
  }
}

/** Every frame of a stream, and how many times it said that a segment had ended. */
async function heardOf(stream: unknown): Promise<{ frames: (Audio & Words)[]; ends: number }> {
  const frames: (Audio & Words)[] = []
  let ends = 0
  for await (const heard of stream as AsyncIterable<(Audio & Words) | symbol>)
    if (typeof heard === 'symbol') ends += 1
    else frames.push(heard)
  return { frames, ends }
}
const samplesOf = (frames: Audio[]): number =>
  frames.reduce((sum, { frame }) => sum + frame.samplesPerChannel, 0)

type Written = { pushText(text: string): void; flush(): void; endInput(): void; close(): void }
const streamOf = (tts: Plugin) => tts.stream({ connOptions: ONCE }) as unknown as Written

test('a text is heard whole, in frames of which the last is marked', () =>
  withTts({}, async (tts) => {
    assert.deepEqual([tts.model, tts.provider, tts.sampleRate], ['kugel-3', 'KugelAudio', 24_000])
    const { frames } = await heardOf(tts.synthesize('Hello there', ONCE))
    assert.equal(samplesOf(frames), toneSamples('Hello there'))
    assert.deepEqual(
      frames.map(({ final }) => final),
      frames.map((_, at) => at === frames.length - 1),
    )
  }))

test('a text that is being written is heard whole, segment after segment', () =>
  withTts({}, async (tts) => {
    tts.prewarm()
    const stream = streamOf(tts)
    for (const token of ['Hello', ' there', ' now']) stream.pushText(token)
    stream.flush()
    stream.pushText('Second')
    stream.endInput()
    const { frames, ends } = await heardOf(stream)
    assert.equal(samplesOf(frames), toneSamples('Hello there now') + toneSamples('Second'))
    assert.deepEqual([ends, frames.filter(({ final }) => final).length], [2, 2])
  }))

test('barge-in ends the context, and the next utterance is heard whole', () =>
  withTts({}, async (tts) => {
    const stream = streamOf(tts)
    stream.pushText(LONG)
    stream.endInput()
    for await (const _ of stream as unknown as AsyncIterable<unknown>) break
    stream.close()
    assert.equal(samplesOf((await heardOf(tts.synthesize('Next', ONCE))).frames), toneSamples('Next'))
  }))

test('the times of words count from the start of the utterance, over all chunks of its text', () =>
  withTts({ wordTimestamps: true }, async (tts) => {
    const text = 'One two. Three four.'
    const { frames } = await heardOf(tts.synthesize(text, ONCE))
    const words = frames.flatMap(({ timedTranscripts = [] }) => timedTranscripts)
    // What is heard between the sentences is no word's.
    const pauseS = (samplesOf(frames) - toneSamples(text)) / 24_000
    let at = 0
    const expected = toneWords(text).map(({ word, samples }) => {
      if (word === 'Three') at += pauseS
      const startTime = at
      at += samples / 24_000
      return { text: `${word} `, startTime, endTime: at }
    })
    const rounded = (list: { text: string; startTime?: number; endTime?: number }[]) =>
      list.map(({ text, startTime = -1, endTime = -1 }) => [text, startTime.toFixed(3), endTime.toFixed(3)])
    assert.deepEqual(rounded(words), rounded(expected))
  }))

test('options change for what is spoken next, and what is being spoken is spoken to its end', () =>
  withTts({}, async (tts) => {
    const before = heardOf(tts.synthesize('Before', ONCE))
    tts.updateOptions({ speed: 0.8 })
    const after = heardOf(tts.synthesize('Slow', ONCE))
    assert.equal(samplesOf((await before).frames), toneSamples('Before', 0.8))
    assert.equal(samplesOf((await after).frames), toneSamples('Slow', 0.8))
  }))

test('what no server takes is refused before anything is sent, and changes nothing', () =>
  withTts({}, async (tts) => {
    for (const options of [
      { speed: 2 },
      { temperature: -1 },
      { language: 'de-DE' },
      { dictionaryIds: [1] },
    ]) {
      assert.throws(() => new loaded.TTS({ apiKey: key, ...options }), { name: 'ValidationError' })
      assert.throws(() => tts.updateOptions(options), { name: 'ValidationError' })
    }
    assert.equal(samplesOf((await heardOf(tts.synthesize('Hello', ONCE))).frames), toneSamples('Hello'))
  }))

test('errors are those of the framework, with status; the socket serves the next utterance', () =>
  withTts({ voiceId: 'nobody' }, async (tts, errors) => {
    await heardOf(tts.synthesize('Hello', ONCE))
    assert.deepEqual(
      errors.map(({ name, statusCode, retryable }) => [name, statusCode, retryable]),
      [['APIStatusError', 404, false]],
    )
    tts.updateOptions({ voiceId: 1 })
    assert.equal(samplesOf((await heardOf(tts.synthesize('Hello', ONCE))).frames), toneSamples('Hello'))
  }))

test('a server that is not there is told as an error of the framework, and ends no process', async () => {
  const stage = await ScriptedServer.start({})
  const { url } = stage
  await stage[Symbol.asyncDispose]()
  await withTts({ apiKey: NO_KEY, baseURL: url }, async (tts, errors) => {
    const stream = streamOf(tts)
    stream.pushText('Hello')
    stream.endInput()
    const both = await Promise.all([heardOf(stream), heardOf(tts.synthesize('Hello', ONCE))])
    assert.deepEqual(
      both.flatMap(({ frames }) => frames),
      [],
    )
    assert.deepEqual(
      errors.map(({ name }) => name),
      ['APIConnectionError', 'APIConnectionError'],
    )
  })
})

test('an agent session speaks with it, is interrupted, and speaks on', () =>
  withTts({}, async (tts) => {
    const session = await loaded.startSession(tts)
    const { ears } = session
    await session.say('Hello there').waitForPlayout()
    assert.equal(ears.samples, toneSamples('Hello there'))
    const heard = new Promise<void>((resolve) => {
      ears.heard = resolve
    })
    const long = session.say(LONG)
    await heard
    await session.interrupt()
    await long.waitForPlayout()
    ears.samples = 0
    await session.say('Next').waitForPlayout()
    assert.equal(ears.samples, toneSamples('Next'))
    await session.close()
  }))

/** A server that creates contexts, and does with text what a test tells it. */
const scripted = (
  heard: (
    id: string,
    peer: Parameters<NonNullable<Parameters<typeof ScriptedServer.start>[0]['heard']>>[0],
  ) => void,
) =>
  ScriptedServer.start({
    heard: (peer, { text, context_id, close_context }) => {
      const id = String(context_id)
      if (text === ' ') peer.say({ context_created: true, context_id: id })
      else if (close_context === true) peer.say({ context_closed: true, context_id: id })
      else heard(id, peer)
    },
  })

test('an utterance that is left is closed at once on the server', async () => {
  await using stage = await scripted((context_id, peer) => {
    peer.say(audio(0, { context_id }, 4_800))
  })
  await withTts({ apiKey: NO_KEY, baseURL: stage.url }, async (tts) => {
    const stream = streamOf(tts)
    stream.pushText('Hello')
    for await (const _ of stream as unknown as AsyncIterable<unknown>) break
    stream.close()
    const said = () => stage.peers[0]?.said.at(-1) ?? {}
    while (said()['close_context'] !== true) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(said()['immediate'], true)
  })
})

test('an utterance that breaks off after audio is an error, and is never said again', async () => {
  await using stage = await scripted((context_id, peer) => {
    peer.say(audio(0, { context_id }, 4_800))
    peer.close(1011)
  })
  await withTts({ apiKey: NO_KEY, baseURL: stage.url }, async (tts, errors) => {
    const { frames } = await heardOf(tts.synthesize('Hello', { ...ONCE, maxRetry: 3 }))
    assert.equal(samplesOf(frames), 2_400)
    assert.deepEqual(
      errors.map(({ name, retryable }) => [name, retryable]),
      [['APIConnectionError', false]],
    )
    assert.equal(stage.peers.length, 1)
  })
})

test('the code compiles with the types of the framework itself, and so do its users', async () => {
  await cp(join(PACKAGE, 'src'), join(folder, 'src'), {
    recursive: true,
    filter: (path) => !path.endsWith('agents.d.ts'),
  })
  await writeFile(
    join(folder, 'use.ts'),
    `import { voice } from '@livekit/agents'\nimport { TTS } from 'kugelaudio/livekit'
export const session = new voice.AgentSession({ tts: new TTS({ voiceId: 1, language: 'en' }) })\n`,
  )
  const words = '--noEmit --strict --skipLibCheck --target esnext --module nodenext --types node'.split(' ')
  const compiler = join(ROOT, 'node_modules', 'typescript-native', 'bin', 'tsc')
  const roots = ['--typeRoots', join(ROOT, 'node_modules', '@types'), '--allowImportingTsExtensions']
  await run(process.execPath, [compiler, ...words, ...roots, 'src/livekit.ts', 'use.ts'], { cwd: folder })
})

test('README: the agent starts as it is printed', async () => {
  await writeFile(join(folder, 'agent.mjs'), programsOf('@livekit/agents')[0] ?? '')
  const start = `
import { initializeLogger } from '@livekit/agents'
import agent from './agent.mjs'
initializeLogger({ pretty: false, level: 'error' })
await agent.entry({ connect: async () => {}, room: undefined })
process.exit()`
  await writeFile(join(folder, 'start.mjs'), start)
  const environment = { KUGELAUDIO_API_KEY: key, KUGELAUDIO_API_URL: server.url }
  const { stdout, stderr } = await run(process.execPath, ['start.mjs'], { cwd: folder, environment })
  assert.deepEqual([stdout, stderr], ['', ''])
})
