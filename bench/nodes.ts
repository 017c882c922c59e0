import { createPostgresDatabase, PostgresServer } from '../packages/server/test/harness/postgres.ts'
import { getRequest } from './client/answer-reader.ts'
import { withClient } from './client/client.ts'
import { BenchedNodes, type Key, sharedDatabase } from './nodes/cluster.ts'
import { processorMs } from './processes.ts'
import type { Part, Row } from './row.ts'
import { interleave, quantile, ratioTo, type Samples, summary } from './samples.ts'
import { type Server, startServer } from './server.ts'

const ROUNDS = { rounds: 7, warmUps: 1 }
const NODES_MAX = 3
const CONNECTIONS = 24
const FLOOD_MS = 500
/** Keys that a node has seen while it is measured how fast it verifies. */
const SEEN = 1_000
/** Keys looked for on first sight in a round. */
const UNSEEN = 300
/** Revocations in a round. */
const REVOKED = 25
/** Nodes that hear of a revocation, and keys that each of them has seen. */
const WINDOWS = [
  { nodes: 1, keys: 1_000 },
  { nodes: 2, keys: 1_000 },
  { nodes: 3, keys: 1_000 },
  { nodes: 6, keys: 1_000 },
  { nodes: 3, keys: 10_000 },
  { nodes: 3, keys: 100_000 },
]
/** Looked for at a time while nothing is measured. */
const AT_ONCE = 32

/** Several nodes on one PostgreSQL: what more of them bring, and what a revocation waits for. */
export const nodes: Part = {
  name: 'nodes',
  about:
    'one to six nodes on PostgreSQL: verifications and requests/s, a key on first sight, the revocation window',
  async run() {
    await using postgres = await PostgresServer.open()
    return [
      ...(await verifying(postgres.url)),
      ...(await requests(postgres.url)),
      ...(await windows(postgres.url)),
    ]
  },
}

/** From memory on one, two and three nodes, and on first sight on one. */
async function verifying(postgres: string): Promise<Row[]> {
  await using cluster = await BenchedNodes.open(postgres, NODES_MAX)
  const texts = textsOf(await cluster.fill(SEEN))
  const unseen = textsOf(await cluster.fill(UNSEEN * (ROUNDS.rounds + ROUNDS.warmUps)))
  await cluster.askFirst(NODES_MAX, 'see', { texts, atOnce: AT_ONCE })
  let statements = 0
  const fromMemory = (count: number) => async () => {
    const said = await cluster.askFirst(count, 'verify', { texts, ms: FLOOD_MS })
    return { perSecond: sum(said.map(({ verified, ms }) => (verified * 1000) / ms)), each: mean(said) }
  }
  const said = await interleave(
    {
      one: fromMemory(1),
      two: fromMemory(2),
      three: fromMemory(3),
      cold: async () => {
        const order = { texts: unseen.splice(0, UNSEEN), atOnce: 1 }
        const seen = await cluster.ask(0, 'see', order)
        statements = seen.statements
        return { perSecond: 1e6 / seen.us, each: seen.us }
      },
    },
    ROUNDS,
  )
  const each = (of: { each: number }[]): Samples => of.map((one) => one.each)
  return [
    ...byNodes('verifications from memory', said, 'verif/s'),
    { what: 'verify a key it has seen: CPU each', unit: 'µs', ...summary(each(said.one)) },
    {
      what: 'verify a key on first sight',
      unit: 'µs',
      ...summary(each(said.cold)),
      ratio: ratioTo('one it has seen', each(said.cold), each(said.one)),
      note: `${statements} statement each`,
    },
  ]
}

/** `GET /v1/models` with a key, over one, two and three whole servers. */
async function requests(postgres: string): Promise<Row[]> {
  const environment = {
    ...sharedDatabase(await createPostgresDatabase(postgres)),
    KUGELAUDIO_ENGINE_HOSTS: '1',
  }
  const first = await startServer({ environment })
  const servers: Server[] = [first]
  try {
    while (servers.length < NODES_MAX) servers.push(await startServer({ beside: first }))
    const request = getRequest('/v1/models', first.key)
    const said = await withClient((client) => {
      const flooded = (count: number) => async () => {
        const asked = servers.slice(0, count)
        const before = await processorOf(asked)
        const order = { ports: asked.map(({ port }) => port), request, connections: CONNECTIONS }
        const { answers, ms } = await client.ask('flood', { ...order, until: { ms: FLOOD_MS } })
        const each = (((await processorOf(asked)) - before) * 1000) / answers
        return { perSecond: (answers * 1000) / ms, each }
      }
      return interleave({ one: flooded(1), two: flooded(2), three: flooded(3) }, ROUNDS)
    })
    const cost = (of: { each: number }[]): Samples => of.map(({ each }) => each)
    return [
      ...byNodes('GET /v1/models with a key', said, 'req/s'),
      { what: '… CPU each, one node', unit: 'µs', ...summary(cost(said.one)) },
      {
        what: '… CPU each, three nodes together',
        unit: 'µs',
        ...summary(cost(said.three)),
        ratio: ratioTo('one node', cost(said.three), cost(said.one)),
      },
    ]
  } finally {
    for (const server of servers.toReversed()) await server.stop()
  }
}

/** From the commit of a revocation to the last node that has applied it, by nodes and by keys that they hold. */
async function windows(postgres: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const { nodes: count, keys } of WINDOWS) {
    await using cluster = await BenchedNodes.open(postgres, count)
    const made = await cluster.fill(keys)
    await cluster.askFirst(count, 'see', { texts: textsOf(made), atOnce: AT_ONCE })
    const windowMs: number[] = []
    const callMs: number[] = []
    for (let round = 0; round < ROUNDS.rounds + ROUNDS.warmUps; round++) {
      const ids = made.splice(0, REVOKED).map(({ id }) => id)
      const said = await cluster.ask(0, 'revoke', { ids })
      if (round < ROUNDS.warmUps) continue
      windowMs.push(...said.windowMs)
      callMs.push(...said.callMs)
    }
    const what = `${count} ${count === 1 ? 'node' : 'nodes'}, ${keys.toLocaleString('en')} keys each: revocation window`
    rows.push({ what, unit: 'ms', ...summary(windowMs), note: tail(windowMs) })
    rows.push({ what: '… the whole call', unit: 'ms', ...summary(callMs), note: tail(callMs) })
  }
  return rows
}

type ByNodes = Record<'one' | 'two' | 'three', { perSecond: number }[]>

function byNodes(what: string, said: ByNodes, unit: string): Row[] {
  const one = speedOf(said.one)
  const row = (named: string, speed: Samples): Row => ({
    what: named,
    unit,
    ...summary(speed),
    ratio: ratioTo('1 node', speed, one),
  })
  return [
    { what: `${what}, 1 node`, unit, ...summary(one) },
    row('… 2 nodes', speedOf(said.two)),
    row('… 3 nodes', speedOf(said.three)),
  ]
}

const speedOf = (said: { perSecond: number }[]): Samples => said.map(({ perSecond }) => perSecond)
const textsOf = (keys: Key[]): string[] => keys.map(({ text }) => text)
const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)
const mean = (said: { processorUs: number }[]): number =>
  sum(said.map(({ processorUs }) => processorUs)) / said.length
const processorOf = async (servers: Server[]): Promise<number> =>
  sum(await Promise.all(servers.map(({ pid }) => processorMs(pid))))
const tail = (ms: number[]): string =>
  `p99 ${quantile(ms, 0.99).toFixed(1)}, longest ${Math.max(...ms).toFixed(1)} ms`
