import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { askServer, controlSocketPath, listenForCommands, whoServes } from '../src/adapters/control-socket.ts'
import { visitingCluster } from '../src/adapters/local-cluster.ts'
import { systemClock } from '../src/clock.ts'
import { startServer } from './harness/test-server.ts'

const ME = { node: 'here', pid: 1, url: 'http://here' }
const CHANGE = { epoch: 1, change: 'key.revoked', keyId: 'key_1', accountId: 'acc_1', atMs: 0 } as const

/** A folder for a socket. */
async function folder(t: { after(then: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'kugelaudio-test-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return join(path, 'server.sock')
}

/** Listens as no server of ours does. */
async function listenWith(path: string, act: (socket: Socket) => void, t: { after(then: () => void): void }) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    act(socket)
  }).listen(path)
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
}

/** How a command takes what became of its change. */
const settle = (socketPath: string) =>
  visitingCluster({ clock: systemClock, socketPath, node: 'here' }).settle(CHANGE)

for (const line of [
  'nonsense\n',
  '{\n',
  'null\n',
  '7\n',
  '{"ask":"settle"}\n',
  '{"ask":"what"}\n',
  '"\n\n"\n',
]) {
  test(`a server that hears ${JSON.stringify(line)} on its socket goes on`, async (t) => {
    const server = await startServer()
    t.after(() => server.stop())
    const path = controlSocketPath(server.dataDir)
    const socket = connect(path)
    socket.on('error', () => {})
    socket.write(line)
    await once(socket.resume(), 'close')
    assert.equal((await whoServes(path))?.pid, process.pid)
    const { id } = await server.createKey()
    assert.equal((await server.revokeKey(id)).nodes[0]?.settled, 'applied')
  })
}

test('a question without an end is not listened to for long', async (t) => {
  const path = await folder(t)
  const server = await listenForCommands(path, async () => ({ who: ME }))
  t.after(() => void server.close())
  const socket = connect(path)
  socket.on('error', () => {})
  socket.write('x'.repeat(2_000))
  await once(socket.resume(), 'close')
  assert.deepEqual(await whoServes(path), ME)
})

test('where nobody listens there is no server, whether or not one has left its socket behind', async (t) => {
  const path = await folder(t)
  assert.equal(await askServer(path, { ask: 'who' }, 1_000), null)
  assert.deepEqual(await settle(path), { nodes: [], streamsSevered: 0 })
  const server = createServer().listen(path)
  await once(server, 'listening')
  // A server that closes removes its socket; a killed one does not.
  await rename(path, `${path}.kept`)
  server.close()
  await once(server, 'close')
  await rename(`${path}.kept`, path)
  assert.equal(await askServer(path, { ask: 'who' }, 1_000), null)
  const next = await listenForCommands(path, async () => ({ who: ME }))
  t.after(() => void next.close())
  assert.deepEqual(await whoServes(path), ME)
})

test('a server that hangs up without an answer is not taken for none', async (t) => {
  const path = await folder(t)
  await listenWith(path, (socket) => socket.destroy(), t)
  const { nodes } = await settle(path)
  assert.deepEqual(
    nodes.map(({ settled }) => settled),
    ['lease expired'],
  )
})

test('a server that cannot look at its database says nothing, and is not taken for none', async (t) => {
  const path = await folder(t)
  const server = await listenForCommands(path, () => Promise.reject(new Error('the disk is full')))
  t.after(() => void server.close())
  assert.equal((await settle(path)).nodes[0]?.settled, 'lease expired')
})

test('a data folder whose server is there but does not answer is not taken over', async (t) => {
  const path = await folder(t)
  await listenWith(path, () => {}, t)
  await assert.rejects(
    listenForCommands(path, async () => ({ who: ME })),
    /already running/,
  )
  assert.ok((await stat(path)).isSocket())
})

test('what keeps a command from asking is no proof that nobody is there', async () => {
  assert.equal(await askServer(join(import.meta.filename, 'server.sock'), { ask: 'who' }, 1_000), 'silent')
})
