import { setTimeout as sleep } from 'node:timers/promises'
import { getRequest } from './client/answer-reader.ts'
import { type Client, withClient } from './client/client.ts'
import { openSpeaker } from './client/speaker.ts'
import { childrenOf, residentBytes } from './processes.ts'
import type { Part, Row } from './row.ts'
import { type Server, withServer } from './server.ts'
import { SHORT } from './texts.ts'

const REQUESTS = 10_000
const SENTENCES = 500
const SOCKETS = 1_000
/** Time for the collector to give back what nobody needs. */
const SETTLE_MS = 2_000
const MIB = 1024 * 1024

/** What the server keeps in memory, by what was done to it. */
export const memory: Part = {
  name: 'memory',
  about:
    'resident memory before and after 10,000 requests, with 1,000 idle sockets, and of the engine processes',
  run: async () => [
    ...(await withServer({}, (server) => withClient((client) => worked(server, client)))),
    // A server of its own: memory that requests have left free would hide what sockets take.
    ...(await withServer({}, (server) => withClient((client) => sockets(server, client)))),
  ],
}

async function worked(server: Server, client: Client): Promise<Row[]> {
  const request = getRequest('/v1/models', server.key)
  const ask = () =>
    client.ask('flood', { ports: [server.port], request, connections: 16, until: { answers: REQUESTS } })
  const fresh = await resident(server)
  await ask()
  const after = await resident(server)
  await ask()
  const afterTwice = await resident(server)
  const speaker = await openSpeaker(server.port, server.key)
  for (let i = 0; i < SENTENCES; i++) await speaker.speak(SHORT)
  speaker.close()
  const spoken = await resident(server)
  const hosts = await Promise.all((await childrenOf(server.pid)).map(residentBytes))
  return [
    row('server, just started', fresh),
    row('after 10,000 requests', after, fresh),
    row('after 10,000 more', afterTwice, after),
    row('after 500 sentences on a socket', spoken, afterTwice),
    ...hosts.map((bytes, index) => row(`engine process ${index + 1}`, bytes)),
  ]
}

async function sockets(server: Server, client: Client): Promise<Row[]> {
  const hold = () => client.ask('hold', { port: server.port, keys: [server.key], sockets: SOCKETS })
  await hold()
  const first = await resident(server)
  await hold()
  const second = await resident(server)
  return [
    row('with 1,000 idle sockets', first),
    row('with 2,000 idle sockets', second, first),
    { what: 'an idle socket', unit: 'KiB', median: (second - first) / SOCKETS / 1024 },
  ]
}

async function resident({ pid }: Server): Promise<number> {
  await sleep(SETTLE_MS)
  return await residentBytes(pid)
}

const row = (what: string, bytes: number, before?: number): Row => ({
  what,
  unit: 'MiB',
  median: bytes / MIB,
  ...(before === undefined ? {} : { ratio: { to: 'before', value: bytes / before } }),
})
