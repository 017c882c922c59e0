import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { ContextClient, type ContextClientFrame } from './harness/context-client.ts'
import { openInstantStage } from './harness/instant-stage.ts'
import { SpeakClient } from './harness/speak-client.ts'
import { StreamClient } from './harness/stream-client.ts'

let stage: Awaited<ReturnType<typeof openInstantStage>>
before(async () => {
  stage = await openInstantStage()
})
after(() => stage.stop())

/** Messages of one socket's life. */
const MESSAGES = 120

const text = fc.constantFrom(
  'word',
  ' more',
  'A sentence. ',
  'And another one! Yes.',
  '',
  ' ',
  '…',
  '🐈',
  '\ud83d',
  '\udc08',
  '\0',
  '<spell>A',
)
const settings = fc.constantFrom(
  {},
  { sample_rate: 8_000 },
  { word_timestamps: true },
  { auto_mode: true },
  { speed: 9 },
  { max_buffer_length: 3 },
)
const update = fc
  .constantFrom({ speed: 1.1 }, { speed: 9 }, { language: 'de' }, {})
  .map((update_settings) => ({ update_settings }))
const garbage = fc.constantFrom(
  '',
  '{',
  '[]',
  'null',
  '"text"',
  new Uint8Array(3),
  '{"text":5}',
  '{"flush":"yes"}',
  '{"__proto__":1}',
)
/** Not a message but time: whoever waits for so long has waited. */
const time = fc.constantFrom(500, 5_000, 20_000)

type Step = { send: unknown } | { fire: number }
const steps = (...frames: fc.Arbitrary<unknown>[]): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.oneof(...frames).map((send): Step => ({ send })) },
      { weight: 1, arbitrary: time.map((fire): Step => ({ fire })) },
    ),
    { minLength: MESSAGES, maxLength: MESSAGES },
  )

/** Takes the steps; now and then the server gets time to answer. */
async function walk(client: { send(message: unknown): void }, taken: Step[]): Promise<void> {
  for (const [at, step] of taken.entries()) {
    if ('fire' in step) stage.clock.fire(step.fire)
    else client.send(step.send)
    if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** So many lives; all tests together make 50,400 messages. */
const run = (
  lives: number,
  arbitrary: fc.Arbitrary<Step[]>,
  live: (taken: Step[]) => Promise<void>,
): Promise<void> => fc.assert(fc.asyncProperty(arbitrary, live), { numRuns: lives })

const isSent = (step: Step, member: string): boolean =>
  'send' in step && typeof step.send === 'object' && step.send !== null && member in step.send

const SENTINEL = 44_100

test('/ws/tts: every message is answered once, and nothing comes after an answer', async () => {
  const request = fc.record({ text, sample_rate: fc.constantFrom(8_000, undefined, 7) })
  await run(130, steps(request, request, update, garbage, fc.constant({ cancel: true })), async (taken) => {
    const client = await SpeakClient.open(stage, '')
    await walk(client, taken)
    client.send({ text: 'sentinel', sample_rate: SENTINEL })
    let ends = 0
    let settled = 0
    let idx = 0
    for (let isOver = false; !isOver; ) {
      const { kind, frame } = await client.next()
      if (kind === 'audio') {
        assert.equal(frame.idx, idx++)
        isOver = frame.sr === SENTINEL
      } else if (kind === 'settings') settled++
      else if (kind !== 'words') {
        ends++
        idx = 0
      }
    }
    await client.nextOf('audio')
    await client.nextOf('final')
    await client.close()
    const sent = taken.filter((step) => 'send' in step).length
    const cancels = taken.filter((step) => isSent(step, 'cancel')).length
    assert.ok(ends + settled <= sent && ends + settled >= sent - cancels, `${ends} + ${settled} of ${sent}`)
  })
})

const streamed = [
  fc.record({ text }, { requiredKeys: ['text'] }),
  fc.tuple(text, settings, fc.boolean()).map(([text, own, flush]) => ({ text, ...own, flush })),
  fc.constant({ flush: true }),
  fc.constantFrom({ close: true }, { end_session: true }),
]

/** What the frames of a stream say, and that each can come where it does. */
class StreamReader {
  readonly ends: string[] = []
  #chunk = 0
  #isChunkOpen = false
  #idx = 0
  #isFinal = false

  take({ kind, frame }: Awaited<ReturnType<StreamClient['next']>>): void {
    // An update that is wrong is no part of any turn.
    if (kind === 'settings' || (kind === 'error' && frame.error.startsWith('update_settings'))) return
    if (this.#isFinal) assert.equal(kind, 'closed', 'after final comes session_closed')
    switch (kind) {
      case 'started':
        assert.ok(!this.#isChunkOpen)
        assert.equal(frame.chunk_id, this.#chunk)
        this.#isChunkOpen = true
        break
      case 'audio':
        assert.ok(this.#isChunkOpen)
        assert.deepEqual([frame.idx, frame.chunk_id], [this.#idx++, this.#chunk])
        break
      case 'words':
        assert.ok(this.#isChunkOpen)
        break
      case 'complete':
        assert.ok(this.#isChunkOpen)
        assert.equal(frame.chunk_id, this.#chunk++)
        this.#isChunkOpen = false
        break
      case 'warning':
        assert.ok(!this.#isChunkOpen)
        break
      case 'final':
        assert.ok(!this.#isChunkOpen)
        assert.deepEqual([frame.total_text_chunks, frame.total_audio_chunks], [this.#chunk, this.#idx])
        this.#isFinal = true
        break
      default:
        assert.ok(kind !== 'closed' || !this.#isChunkOpen)
        this.ends.push(kind === 'closed' && this.#isFinal ? 'turn' : kind)
        this.#chunk = this.#idx = 0
        this.#isChunkOpen = this.#isFinal = false
    }
  }
}

async function readToSentinel(client: StreamClient): Promise<StreamReader> {
  const reader = new StreamReader()
  client.send({ text: 'sentinel', sample_rate: SENTINEL, flush: true })
  for (let isSentinel = false; ; ) {
    const next = await client.next()
    reader.take(next)
    if (next.kind === 'audio' && next.frame.sr === SENTINEL) isSentinel = true
    if (isSentinel && next.kind === 'closed') break
  }
  await client.close()
  return reader
}

test('/ws/tts/stream: every frame comes where it can, every cancel is answered, every turn ends once', async () => {
  await run(
    130,
    steps(...streamed, update, garbage, fc.constantFrom({ cancel: true }, { text: '#fail', flush: true })),
    async (taken) => {
      const client = await StreamClient.open(stage, '')
      await walk(client, taken)
      client.send({ cancel: true })
      const { ends } = await readToSentinel(client)
      const cancels = taken.filter((step) => isSent(step, 'cancel')).length + 1
      assert.equal(ends.filter((end) => end === 'interrupted').length, cancels)
      assert.equal(ends.at(-1), 'turn')
    },
  )
})

test('/ws/tts/stream: the turns end in the order and number of their flushes', async () => {
  const whole = fc.constantFrom('word', ' more', 'A sentence. ', 'And another one! Yes.', '…', '🐈')
  const orderly = fc.oneof(
    whole.map((text) => ({ text })),
    whole.map((text) => ({ text, flush: true })),
    fc.constantFrom<object>(
      { flush: true },
      { text: '#fail', flush: true },
      { text: '\0' },
      { close: true },
      { text: '' },
    ),
  )
  await run(
    50,
    fc.array(
      orderly.map((send): Step => ({ send })),
      { minLength: MESSAGES, maxLength: MESSAGES },
    ),
    async (taken) => {
      const client = await StreamClient.open(stage, '')
      await walk(client, taken)
      client.send({ flush: true })
      const { ends } = await readToSentinel(client)
      const expected = [...endsOf([...taken, { send: { flush: true } }]), 'turn']
      // How many closes find nothing to end depends on how far the speaking is.
      const alone = (kinds: string[]): string[] => kinds.filter((kind) => kind !== 'closed')
      assert.deepEqual(alone(ends), alone(expected))
      assert.ok(ends.length <= expected.length)
    },
  )
})

/** How the turns of orderly messages end, by the table of the reference. */
function endsOf(taken: Step[]): string[] {
  const ends: string[] = []
  let open: 'none' | 'well' | 'ill' = 'none'
  for (const step of taken) {
    if (!('send' in step)) continue
    const {
      text = '',
      flush = false,
      close = false,
    } = step.send as { text?: string; flush?: boolean; close?: boolean }
    if (text === '\0') {
      ends.push('error')
      open = 'none'
      continue
    }
    if (text === '#fail') open = 'ill'
    else if (text !== '' && open === 'none') open = 'well'
    if (flush || (close && open !== 'none')) {
      ends.push(open === 'ill' ? 'error' : 'turn')
      open = 'none'
    } else if (close) ends.push('closed')
  }
  return ends
}

const IDS = Array.from({ length: 24 }, (_, at) => `c${at}`)

test('/ws/tts/multi: frames of a context come between its creation and its one end', async () => {
  const id = fc.constantFrom(...IDS, ...IDS, '', 5, undefined)
  const message = fc
    .tuple(
      id,
      fc.oneof(
        ...streamed,
        fc.constantFrom(
          { close_context: true },
          { close_context: true, immediate: true },
          { text: '#fail', flush: true },
        ),
      ),
      settings,
    )
    .map(([context_id, frame, own]) => ({
      ...frame,
      ...own,
      ...(context_id === undefined ? {} : { context_id }),
    }))
  await run(110, steps(message, message, message, message, update, garbage), async (taken) => {
    const client = await ContextClient.open(stage, '')
    await walk(client, taken)
    for (const context_id of IDS) client.send({ close_context: true, context_id, immediate: true })
    client.send({ close_socket: true })
    assert.equal((await client.closed).code, 1000)
    assert.equal(client.frames.at(-1)?.kind, 'session')
    for (const context_id of IDS) checkContext(client.frames, context_id)
  })
})

function checkContext(frames: ContextClientFrame[], context_id: string): void {
  const present: { is: boolean; idx: number; chunk: number; isChunkOpen: boolean | null } = {
    is: false,
    idx: 0,
    chunk: 0,
    isChunkOpen: false,
  }
  for (const { kind, frame } of frames) {
    if (!('context_id' in frame) || frame.context_id !== context_id) continue
    switch (kind) {
      case 'created':
        assert.ok(!present.is)
        Object.assign(present, { is: true, idx: 0, chunk: 0, isChunkOpen: false })
        break
      case 'closed':
        if (!present.is) assert.equal(frame.usage, undefined)
        Object.assign(present, { is: false, isChunkOpen: false })
        break
      case 'timeout':
        assert.ok(present.is)
        Object.assign(present, { is: false, isChunkOpen: false })
        break
      case 'audio':
        assert.ok(present.is && present.isChunkOpen !== false)
        assert.deepEqual(frame.idx, present.idx++)
        break
      case 'started':
        assert.ok(present.is && present.isChunkOpen !== true)
        assert.equal(frame.chunk_id, present.chunk++)
        present.isChunkOpen = true
        break
      case 'words':
      case 'complete':
        assert.ok(present.is && present.isChunkOpen !== false)
        present.isChunkOpen = kind === 'words'
        break
      case 'final':
        assert.ok(present.isChunkOpen !== true)
        break
      case 'error':
        // Either the turn is dropped, or what was asked of a context that is being closed.
        present.isChunkOpen = null
    }
  }
  assert.ok(!present.is, `${context_id} was not ended`)
}
