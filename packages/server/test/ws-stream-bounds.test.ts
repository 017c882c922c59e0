import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { ContextClient } from './harness/context-client.ts'
import { StreamClient } from './harness/stream-client.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
before(async () => {
  server = await startServer()
  key = (await server.createKey()).key
})
after(() => server.stop())

const PATHS = ['/ws/tts/stream', '/ws/tts/multi']
/** Text for a context, which a stream takes as well. */
const spoken = (text: string): object => ({ text, context_id: 'a', flush: true })

for (const path of PATHS) {
  test(`${path} asks for a key`, async () => {
    const socket = new WebSocket(`${server.wsUrl}${path}?api_key=ka_wrong`)
    const [error] = await once(socket, 'error')
    assert.match(String(error), /401/)
  })

  test(`${path} asks for the scope speech:stream`, async () => {
    const other = await server.createKey({ scopes: ['speech:generate'] })
    const socket = new WebSocket(`${server.wsUrl}${path}?api_key=${other.key}`)
    const [error] = await once(socket, 'error')
    assert.match(String(error), /403/)
  })

  test(`${path}: a revoked key cuts what is being spoken`, async () => {
    const own = await server.createKey()
    const Client = path.endsWith('multi') ? ContextClient : StreamClient
    const client = await Client.open(server, own.key)
    client.send(spoken(`Begun. ${'#slow:ca '.repeat(200)}`))
    while ((await client.next()).kind !== 'audio');
    const receipt = await server.revokeKey(own.id)
    assert.equal(receipt.streams_severed, 1)
    assert.equal((await client.closed).code, 4001)
    const last = client.frames.at(-1)
    assert.ok(last?.kind === 'error' && last.frame.error_code === 'UNAUTHORIZED')
    assert.equal(client.frames.filter(({ kind }) => kind === 'error').length, 1)
  })

  test(`${path}: a client that asks and never reads is not read any more, and is not remembered`, async (t) => {
    const socket = new WebSocket(`${server.wsUrl}${path}?api_key=${key}`)
    t.after(() => socket.terminate())
    await once(socket, 'open')
    socket.pause()
    for (let at = 0; at < 3_000; at++) socket.send(JSON.stringify(spoken('word '.repeat(1_900))))
    // What the server does not read stays on the client's own side.
    let left = Number.POSITIVE_INFINITY
    for (let still = 0; still < 5; await new Promise((resolve) => setTimeout(resolve, 20))) {
      still = socket.bufferedAmount < left ? 0 : still + 1
      left = socket.bufferedAmount
    }
    assert.ok(left > 10_000_000, String(left))
    socket.terminate()
    await other()
  })

  test(`${path}: a client that leaves in the middle leaves nothing behind`, async () => {
    const grants = server.serving.grants.size
    const socket = new WebSocket(`${server.wsUrl}${path}?api_key=${key}`)
    await once(socket, 'open')
    socket.send(JSON.stringify(spoken(`Begun. ${'#slow:fa '.repeat(100)}`)))
    await once(socket, 'message')
    socket.terminate()
    for (let waits = 0; server.serving.grants.size > grants && waits < 200; waits++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    assert.equal(server.serving.grants.size, grants)
    await other()
  })
}

/** Another client is served as ever. */
async function other(): Promise<void> {
  const client = await StreamClient.open(server, key)
  assert.equal((await client.speak({ text: 'Well', flush: true })).kinds.at(-1), 'closed')
  await client.close()
}

test('ten thousand flushes are answered ten thousand times', async (t) => {
  const client = await StreamClient.open(server, key)
  t.after(() => client.close())
  for (let at = 0; at < 10_000; at++) client.send({ flush: true })
  for (let at = 0; at < 10_000; at++) assert.deepEqual((await client.turn()).kinds, ['final', 'closed'])
})

test('ten thousand cancels, settings and closes of contexts are each answered', async (t) => {
  const stream = await StreamClient.open(server, key)
  const multi = await ContextClient.open(server, key)
  t.after(async () => void (await Promise.all([stream.close(), multi.close()])))
  for (let at = 0; at < 10_000; at++) {
    stream.send({ cancel: true })
    multi.send({ close_context: true, context_id: `c${at}` })
  }
  for (let at = 0; at < 10_000; at++) {
    await stream.nextOf('interrupted')
    assert.equal((await multi.nextOf('closed')).context_id, `c${at}`)
  }
})

test('a text that never ends is spoken as it comes, until it is too long', async (t) => {
  const client = await StreamClient.open(server, key)
  t.after(() => client.close())
  for (let at = 0; at < 1_100; at++) client.send({ text: 'Word. Sa. ' })
  const frames = await client.until('error')
  const last = frames.at(-1)
  assert.ok(last?.kind === 'error')
  assert.match(last.frame.error, /10000 characters/)
})

test('a server that restarts closes idle sockets at once and busy ones after their turn', async () => {
  const restarting = await startServer()
  const own = (await restarting.createKey()).key
  const idle = [await StreamClient.open(restarting, own), await ContextClient.open(restarting, own)]
  const stream = await StreamClient.open(restarting, own)
  const multi = await ContextClient.open(restarting, own)
  stream.send(spoken('#slow:daa stream'))
  multi.send(spoken('#slow:daa multi'))
  await multi.nextOf('created')
  await Promise.all([stream.nextOf('started'), multi.nextOf('started')])
  const stopped = restarting.stop()
  for (const client of idle) assert.equal((await client.closed).code, 1012)
  assert.equal((await stream.turn()).kinds.at(-1), 'closed')
  assert.equal((await multi.until('final')).at(-1)?.kind, 'final')
  assert.deepEqual([(await stream.closed).code, (await multi.closed).code], [1012, 1012])
  await stopped
})
