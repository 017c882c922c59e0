import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  KugelAudio,
  type KugelAudioError,
  type KugelAudioOptions,
  ServerRestartingError,
  type SpeechEvent,
} from '../src/index.ts'
import { audio, final, NO_KEY, type Peer, type Script, ScriptedServer } from './harness/scripted-server.ts'

/** Every code that a server can close with, and whether what had no audio yet is said anew. 1006: without a word. */
const CLOSES: readonly (readonly [code: number, isRepeated: boolean])[] = [
  [1000, true],
  [1001, true],
  [1002, false],
  [1003, false],
  [1006, true],
  [1007, false],
  [1008, false],
  [1009, false],
  [1010, false],
  [1011, true],
  [1012, true],
  [1013, true],
  [1014, true],
  [4000, false],
  [4001, false],
  [4003, false],
  [4029, true],
  [4500, true],
  [4999, true],
]

type Setting = { server: ScriptedServer; client: KugelAudio; errors: KugelAudioError[] }

async function withServer(
  script: Script,
  use: (setting: Setting) => Promise<void>,
  options: KugelAudioOptions = {},
) {
  await using server = await ScriptedServer.start(script)
  const client = new KugelAudio({ apiKey: NO_KEY, apiUrl: server.url, ...options })
  try {
    await use({ server, client, errors: [] })
  } finally {
    client.close()
  }
}

async function heardOf(stream: AsyncIterable<SpeechEvent>) {
  const heard: SpeechEvent['type'][] = []
  try {
    for await (const { type } of stream) heard.push(type)
    return { heard, error: null }
  } catch (error) {
    return { heard, error: error as KugelAudioError }
  }
}

const end = (peer: Peer, code: number): void => (code === 1006 ? peer.cut() : peer.close(code))

// Beside each other: most of them wait before they try again.
for (const [code, isRepeated] of CLOSES)
  suite(`closed with ${code}`, { concurrency: true }, () => closings(code, isRepeated))

function closings(code: number, isRepeated: boolean): void {
  test(`closed with ${code} before any audio: ${isRepeated ? 'said anew, and told so' : 'an error, and not again'}`, () =>
    withServer(
      {
        heard: (peer) => {
          if (peer.number === 0) return end(peer, code)
          peer.say(audio(0))
          peer.say(final(2))
        },
      },
      async ({ server, client }) => {
        const { heard, error } = await heardOf(client.tts.stream({ text: 'Hello' }))
        assert.deepEqual(heard, isRepeated ? ['restart', 'audio', 'final'] : [])
        assert.equal(error === null, isRepeated)
        if (error !== null) assert.equal(error.closeCode, code)
        assert.equal(server.peers.length, isRepeated ? 2 : 1)
      },
    ))

  test(`closed with ${code} after audio: an error that says how much was heard, and never anew`, () =>
    withServer(
      {
        heard: (peer) => {
          peer.say(audio(0))
          peer.say(audio(1))
          end(peer, code)
        },
      },
      async ({ server, client }) => {
        const { heard, error } = await heardOf(client.tts.stream({ text: 'Hello' }))
        assert.deepEqual(heard, ['audio', 'audio'])
        assert.equal(error?.closeCode, code)
        assert.equal(error?.deliveredChunks, 2)
        assert.equal(server.peers.length, 1)
        await assert.rejects(client.tts.generate({ text: 'Hello' }), { closeCode: code })
      },
    ))

  test(`closed with ${code} before anything was asked: the next call opens another socket`, () =>
    withServer(
      {
        opened: (peer) => {
          if (peer.number === 0) end(peer, code)
        },
        heard: (peer) => peer.number > 0 && peer.say(final(0)),
      },
      async ({ server, client }) => {
        await client.connect()
        while (client.isConnected()) await new Promise((resolve) => setImmediate(resolve))
        assert.equal((await client.tts.generate({ text: 'Hello' })).samples, 0)
        assert.equal(server.peers.length, 2)
      },
    ))

  test(`a session closed with ${code} before any audio: ${isRepeated ? 'the turn is said anew' : 'an error'}`, () =>
    withServer(
      {
        heard: (peer, { flush }) => {
          if (flush !== true) return
          if (peer.number === 0) return end(peer, code)
          peer.say(audio(0))
          peer.say({ final: true })
          peer.say({ session_closed: true })
        },
      },
      async ({ server, client, errors }) => {
        let restarts = 0
        const session = client.tts.streamingSession(
          { language: 'de' },
          { onError: (error) => errors.push(error), onServerRestart: () => (restarts += 1) },
        )
        const types: string[] = []
        const reading = (async () => {
          for await (const { type } of session.speak(['Hel', 'lo'])) types.push(type)
        })()
        if (isRepeated) {
          await reading
          assert.deepEqual(types, ['restart', 'audio', 'end'])
          assert.deepEqual(server.peers[1]?.said, [
            { language: 'de', text: 'Hel', flush: false },
            { text: 'lo', flush: false },
            { text: '', flush: true },
          ])
          assert.deepEqual([restarts, errors.length], [1, 0])
          await session.close()
        } else {
          await assert.rejects(reading, { closeCode: code })
          assert.equal(server.peers.length, 1)
          assert.deepEqual([restarts, errors.length, session.isConnected], [0, 1, false])
        }
      },
    ))

  test(`a session closed with ${code} after audio: that turn fails, and is never said anew`, () =>
    withServer(
      {
        heard: (peer, { flush }) => {
          if (flush !== true) return
          peer.say(audio(0))
          end(peer, code)
        },
      },
      async ({ server, client }) => {
        const session = client.tts.streamingSession()
        const types: string[] = []
        await assert.rejects(
          async () => {
            for await (const { type } of session.speak('Hello')) types.push(type)
          },
          { closeCode: code, deliveredChunks: 1 },
        )
        assert.deepEqual(types, ['audio'])
        assert.equal(server.peers.length, 1)
        await session.close()
      },
    ))

  test(`a cancel whose socket is closed with ${code} is done: what it was to stop has stopped`, () =>
    withServer({ heard: (peer, { cancel }) => cancel === true && end(peer, code) }, async ({ client }) => {
      const session = await client.tts.streamingSession().connect()
      session.send('Hello')
      await session.cancelCurrent()
      await session.close()
    }))

  test(`contexts closed with ${code} before any audio: ${isRepeated ? 'they are said anew' : 'an error'}`, () =>
    withServer(
      {
        heard: (peer, { flush, context_id }) => {
          if (flush !== true) return
          if (peer.number === 0) return end(peer, code)
          peer.say(audio(0, { context_id }))
          peer.say({ final: true, context_id })
        },
      },
      async ({ client, server, errors }) => {
        const told: string[] = []
        const session = await client.tts.createMultiContextSession().connect({
          onChunk: (_, id) => told.push(`${id} chunk`),
          onFinal: (id) => told.push(`${id} final`),
          onError: (error) => errors.push(error),
        })
        session.send('a', 'Hello', true)
        if (isRepeated) {
          await session.drained()
          assert.deepEqual([told, errors.length], [['a chunk', 'a final'], 0])
          assert.deepEqual(server.peers[1]?.said, server.peers[0]?.said)
          session.close()
        } else {
          await assert.rejects(session.drained(), { closeCode: code })
          assert.deepEqual([told, errors.length, session.isConnected], [[], 1, false])
        }
      },
    ))

  test(`contexts closed with ${code} after audio: an error that says how much was heard, and never anew`, () =>
    withServer(
      {
        heard: (peer, { flush, context_id }) => {
          if (flush !== true) return
          peer.say(audio(0, { context_id }))
          end(peer, code)
        },
      },
      async ({ client, server }) => {
        const { promise: failed, resolve } = Promise.withResolvers<KugelAudioError>()
        let chunks = 0
        const session = await client.tts
          .createMultiContextSession()
          .connect({ onChunk: () => (chunks += 1), onError: resolve })
        session.send('a', 'Hello', true)
        assert.equal((await failed).closeCode, code)
        assert.deepEqual([chunks, server.peers.length, session.activeContexts], [1, 1, []])
        session.close()
      },
    ))
}

test('a turn behind one that was heard is said anew, and alone', () =>
  withServer(
    {
      heard: (peer, { text }) => {
        if (peer.number === 0 && text === 'Second') {
          peer.say(audio(0))
          peer.close(1012)
        }
        if (peer.number === 1) {
          peer.say(audio(0))
          peer.say({ session_closed: true })
        }
      },
    },
    async ({ server, client, errors }) => {
      let ends = 0
      const session = await client.tts
        .streamingSession({}, { onError: (error) => errors.push(error), onSessionClosed: () => (ends += 1) })
        .connect()
      session.send('First', true)
      session.send('Second', true)
      await session.endSession()
      assert.deepEqual(server.peers[1]?.said, [{ text: 'Second', flush: true }])
      assert.deepEqual([errors.map(({ name }) => name), ends], [['ServerRestartingError'], 1])
      await session.close()
    },
  ))

test('contexts: those that nobody has heard of are said anew, the others fail by name', () =>
  withServer(
    {
      heard: (peer, { text, flush, context_id }) => {
        if (text === ' ') return peer.say({ context_created: true, context_id })
        if (flush !== true) return
        if (peer.number === 0 && context_id === 'b') {
          peer.say(audio(0, { context_id: 'a' }))
          peer.close(1012)
        }
        if (peer.number === 1) {
          peer.say(audio(0, { context_id }))
          peer.say({ final: true, context_id })
        }
      },
    },
    async ({ server, client }) => {
      const told: string[] = []
      const session = await client.tts.createMultiContextSession({ language: 'en' }).connect({
        onChunk: (_, id) => told.push(`${id} chunk`),
        onFinal: (id) => told.push(`${id} final`),
        onError: (error, id) => told.push(`${id} ${error.name} ${error.deliveredChunks}`),
        onServerRestart: () => told.push('restart'),
      })
      session.send('a', 'One', true)
      session.send('b', 'Two', true)
      await session.drained()
      assert.deepEqual(told, ['a chunk', 'a ServerRestartingError 1', 'restart', 'b chunk', 'b final'])
      assert.deepEqual(server.peers[1]?.said, [
        { text: ' ', context_id: 'b', language: 'en' },
        { text: 'Two', flush: true, context_id: 'b' },
      ])
      session.close()
    },
  ))

test('a context that was heard to its end is not said anew, even when its close was not answered yet', () =>
  withServer(
    {
      heard: (peer, { text, close_context, context_id }) => {
        if (text === 'One') peer.say(audio(0, { context_id }))
        if (close_context !== true) return
        peer.say({ final: true, context_id })
        if (peer.number === 0) peer.close(1012)
        else peer.say({ context_closed: true, context_id })
      },
    },
    async ({ server, client }) => {
      const told: string[] = []
      const { promise: closed, resolve } = Promise.withResolvers<void>()
      const session = await client.tts.createMultiContextSession().connect({
        onChunk: (_, id) => told.push(`${id} chunk`),
        onFinal: (id) => told.push(`${id} final`),
        onContextClosed: (id) => {
          told.push(`${id} closed`)
          resolve()
        },
      })
      session.send('a', 'One')
      session.closeContext('a')
      await closed
      assert.deepEqual(told, ['a chunk', 'a final', 'a final', 'a closed'])
      assert.deepEqual(server.peers[1]?.said, [
        { text: ' ', context_id: 'a' },
        { close_context: true, context_id: 'a' },
      ])
      session.close()
    },
  ))

test('a server that greets and closes, again and again, is tried as often as allowed', () =>
  withServer(
    {
      heard: (peer, { context_id }) => {
        peer.say({ session_started: true, session_id: 's' })
        peer.say({ context_created: true, context_id })
        peer.say({ generation_started: true, chunk_id: 0 })
        peer.say({ warning: 'Soon' })
        peer.close(1012)
      },
    },
    async ({ server, client }) => {
      const turn = client.tts.streamingSession().speak('Hello')
      await assert.rejects(async () => {
        for await (const _ of turn);
      }, ServerRestartingError)
      assert.equal(server.peers.length, 2)
      const { promise: failed, resolve } = Promise.withResolvers<KugelAudioError>()
      const session = await client.tts.createMultiContextSession().connect({ onError: resolve })
      session.send('a', 'Hello', true)
      assert.equal((await failed).closeCode, 1012)
      assert.equal(server.peers.length, 4)
      session.close()
    },
    { maxRetries: 1 },
  ))

test('an idle session whose socket has gone opens the next one when it is needed', () =>
  withServer(
    {
      opened: (peer) => peer.number === 0 && peer.close(1012),
      heard: (peer) => {
        peer.say(audio(0))
        peer.say({ session_closed: true })
      },
    },
    async ({ server, client, errors }) => {
      const session = await client.tts.streamingSession({}, { onError: (e) => errors.push(e) }).connect()
      await new Promise((resolve) => server.peers[0]?.socket.once('close', resolve))
      let audios = 0
      for await (const { type } of session.speak('Hello')) if (type === 'audio') audios += 1
      assert.deepEqual([audios, server.peers.length, errors.length], [1, 2, 0])
      await session.close()
    },
  ))

const STALLS: Record<string, (client: KugelAudio) => Promise<unknown>> = {
  generate: (client) => client.tts.generate({ text: 'Hello' }),
  'a streamed turn': async (client) => {
    for await (const _ of client.tts.streamingSession().speak('Hello'));
  },
  cancelCurrent: async (client) => {
    const session = await client.tts.streamingSession().connect()
    session.send('Hello')
    await session.cancelCurrent()
    await session.close()
    throw Object.assign(new Error(), { name: 'TimeoutError' })
  },
  endSession: async (client) => {
    const session = await client.tts.streamingSession().connect()
    session.send('Hello')
    await session.endSession()
  },
  close: async (client) => {
    const session = await client.tts.streamingSession().connect()
    session.send('Hello')
    await session.close()
  },
  updateSettings: async (client) =>
    (await client.tts.streamingSession().connect()).updateSettings({ speed: 1 }),
  'a context': async (client) => {
    const session = await client.tts.createMultiContextSession().connect()
    session.send('a', 'Hello', true)
    await session.drained()
  },
}
for (const [what, call] of Object.entries(STALLS))
  test(`a server that accepts and then says nothing: ${what} ends`, () =>
    withServer(
      {},
      async ({ client }) => {
        await assert.rejects(call(client), { name: 'TimeoutError' })
      },
      { timeout: 60 },
    ))

test('a server that never answers a handshake or a request: every call ends', () =>
  withServer(
    { upgrade: () => null, request: () => {} },
    async ({ client, server }) => {
      await assert.rejects(client.connect(), { name: 'TimeoutError' })
      await assert.rejects(client.models.list(), { name: 'TimeoutError' })
      await assert.rejects(client.tts.download({ text: 'Hello' }), { name: 'TimeoutError' })
      // On a busy machine the time is over before the second has arrived.
      assert.ok(server.requests <= 2)
    },
    { timeout: 60 },
  ))

test('a server that begins an answer and never ends it: the call ends', () =>
  withServer(
    { request: (_, response) => void response.writeHead(200).write('{"models":') },
    async ({ client }) => {
      await assert.rejects(client.models.list(), { name: 'TimeoutError' })
    },
    { timeout: 60 },
  ))

test('a server that stalls after audio: an error that says how much was heard', () =>
  withServer(
    { heard: (peer) => peer.say(audio(0)) },
    async ({ client }) => {
      const { heard, error } = await heardOf(client.tts.stream({ text: 'Hello' }))
      assert.deepEqual([heard, error?.name, error?.deliveredChunks], [['audio'], 'TimeoutError', 1])
    },
    { timeout: 60 },
  ))

test('a server that chatters without saying anything is silent all the same', () =>
  withServer(
    {
      heard: (peer) => {
        const timer = setInterval(() => peer.say({ hello: 'world' }), 10)
        peer.socket.on('close', () => clearInterval(timer))
      },
    },
    async ({ client }) => {
      await assert.rejects(client.tts.generate({ text: 'Hello' }), { name: 'TimeoutError' })
      const session = client.tts.streamingSession()
      await assert.rejects(
        async () => {
          for await (const _ of session.speak('Hello'));
        },
        { name: 'TimeoutError' },
      )
    },
    { timeout: 80 },
  ))

const NONSENSE: Record<string, unknown> = {
  'no JSON': '<html>',
  'a list': '[]',
  'audio that is shorter than it says': { ...audio(0), samples: 9 },
  'audio that begins in its midst': audio(3),
  'words that are no list': { word_timestamps: 'Hello' },
}
for (const [what, frame] of Object.entries(NONSENSE))
  test(`${what} is a ProtocolError, and the socket is given up`, () =>
    withServer(
      { heard: (peer) => (peer.number === 0 ? peer.say(frame) : peer.say(final(0))) },
      async ({ client, server }) => {
        await assert.rejects(client.tts.generate({ text: 'Hello' }), { name: 'ProtocolError' })
        assert.equal((await client.tts.generate({ text: 'Hello' })).samples, 0)
        assert.equal(server.peers.length, 2)
      },
    ))

/** Says it to whom it concerns: a frame of a context's names that context. */
const toldNonsense = (frame: unknown): Script => ({
  heard: (peer, { text, context_id }) => {
    if (text === ' ') return
    const isObject = typeof frame === 'object' && frame !== null && !Array.isArray(frame)
    peer.say(isObject && context_id !== undefined ? { ...frame, context_id } : frame)
  },
})

for (const [what, frame] of Object.entries(NONSENSE))
  test(`${what} ends a session and its contexts with a ProtocolError, and nothing is said anew`, () =>
    withServer(toldNonsense(frame), async ({ client, server }) => {
      await assert.rejects(
        async () => {
          for await (const _ of client.tts.streamingSession().speak('Hello'));
        },
        { name: 'ProtocolError' },
      )
      const contexts = await client.tts.createMultiContextSession().connect()
      contexts.send('a', 'Hello', true)
      await assert.rejects(contexts.drained(), { name: 'ProtocolError' })
      assert.equal(server.peers.length, 2)
    }))

test('a binary message is a ProtocolError', () =>
  withServer({ heard: (peer) => peer.socket.send(Buffer.from([1, 2])) }, async ({ client }) => {
    await assert.rejects(client.tts.generate({ text: 'Hello' }), { name: 'ProtocolError' })
  }))

const ORDERS: Record<string, number[]> = { 'is lost': [0, 2], 'comes twice': [0, 0], 'comes late': [0, 2, 1] }
for (const [what, indexes] of Object.entries(ORDERS))
  test(`a chunk that ${what} is never passed off as whole`, () =>
    withServer(
      {
        heard: (peer, { context_id, text }) => {
          if (text === ' ') return
          for (const index of indexes) peer.say(audio(index, context_id === undefined ? {} : { context_id }))
          peer.say(final(2 * indexes.length))
        },
      },
      async ({ client }) => {
        const { heard, error } = await heardOf(client.tts.stream({ text: 'Hello' }))
        assert.deepEqual([heard, error?.name, error?.deliveredChunks], [['audio'], 'ProtocolError', 1])
        await assert.rejects(
          async () => {
            for await (const _ of client.tts.streamingSession().speak('Hello'));
          },
          { name: 'ProtocolError' },
        )
        const contexts = await client.tts.createMultiContextSession().connect()
        contexts.send('a', 'Hello', true)
        await assert.rejects(contexts.drained(), { name: 'ProtocolError' })
      },
    ))

test('fewer samples than the server says it has sent is never passed off as whole', () =>
  withServer(
    {
      heard: (peer) => {
        peer.say(audio(0))
        peer.say(final(4))
      },
    },
    async ({ client }) => {
      await assert.rejects(client.tts.generate({ text: 'Hello' }), /2 of 4 samples/)
    },
  ))

test('a connection that breaks off without a word is opened anew', () =>
  withServer(
    { heard: (peer) => (peer.number < 2 ? peer.cut() : peer.say(final(0))) },
    async ({ client, server }) => {
      const { heard } = await heardOf(client.tts.stream({ text: 'Hello' }))
      assert.deepEqual(heard, ['restart', 'restart', 'final'])
      assert.equal(server.peers.length, 3)
    },
  ))

test('nothing is tried more often than allowed', () =>
  withServer(
    { heard: (peer) => peer.cut() },
    async ({ client, server }) => {
      await assert.rejects(client.tts.generate({ text: 'Hello' }), {
        name: 'ConnectionError',
        closeCode: 1006,
      })
      assert.equal(server.peers.length, 2)
    },
    { maxRetries: 1 },
  ))

test('an error frame that says when to come back is obeyed, and the next try is heard', () =>
  withServer(
    {
      heard: (peer) => {
        if (peer.said.length > 1) return peer.say(final(0))
        peer.say({ error: 'Busy', error_code: 'MODEL_UNAVAILABLE', code: 503, retry_after: 0 })
      },
    },
    async ({ client, server }) => {
      const { heard } = await heardOf(client.tts.stream({ text: 'Hello' }))
      assert.deepEqual([heard, server.peers.length], [['restart', 'final'], 1])
    },
  ))

test('a cancel that crosses the end of its turn costs the next one nothing', () =>
  withServer(
    {
      heard: (peer, { text, cancel }) => {
        if (text === 'First') {
          peer.say(audio(0))
          peer.say(final(2))
        }
        if (cancel === true) peer.say({ interrupted: true })
        if (text === 'Second') {
          peer.say(audio(0))
          peer.say(final(2))
        }
      },
    },
    async ({ client, server }) => {
      await client.connect()
      const abort = new AbortController()
      // The answer and the cancel are under way at the same time.
      server.peers[0]?.socket.once('message', () => abort.abort())
      await heardOf(client.tts.stream({ text: 'First', signal: abort.signal }))
      assert.deepEqual((await heardOf(client.tts.stream({ text: 'Second' }))).heard, ['audio', 'final'])
      assert.equal(server.peers.length, 1)
    },
  ))

test('a refused handshake says why: the status of a request with the same key', () =>
  withServer(
    {
      upgrade: () => ({ status: 403 }),
      request: (_, response) =>
        void response
          .writeHead(403, { 'x-request-id': 'req_9' })
          .end('{"error":{"code":"forbidden","message":"No"}}'),
    },
    async ({ client }) => {
      await assert.rejects(client.connect(), { name: 'PermissionDeniedError', requestId: 'req_9' })
    },
  ))

test('nobody there is a ConnectionError that names the address', async () => {
  const server = await ScriptedServer.start({})
  const { url } = server
  await server[Symbol.asyncDispose]()
  const client = new KugelAudio({ apiKey: NO_KEY, apiUrl: url, maxRetries: 0 })
  for (const call of [() => client.models.list(), () => client.connect()])
    await assert.rejects(call(), (error: Error) => {
      assert.equal(error.name, 'ConnectionError')
      return error.message.includes(new URL(url).host)
    })
})
