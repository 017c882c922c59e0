import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { getRequest } from './client/answer-reader.ts'
import type { Client } from './client/client.ts'
import { withClient } from './client/client.ts'
import { processorMs } from './processes.ts'
import type { Part, Row } from './row.ts'
import { interleave, ratioTo, type Samples, summary } from './samples.ts'
import { type Server, startServer } from './server.ts'

const CONNECTIONS = 16
const FLOOD_MS = 500
const ROUNDS = { rounds: 9, warmUps: 2 }
const MODELS = '/v1/models'

/** Who is asked what. */
type Contender = { pid: number; port: number; request: string }
type Said = { perSecond: number; processorUs: number }

/** What authentication and everything around it cost a small answer. */
export const http: Part = {
  name: 'http',
  about: 'GET /v1/models with a key, against an open route and a bare node:http server: requests/s, CPU each',
  async run({ against }) {
    // Nobody speaks here: one engine process is enough.
    const environment = { KUGELAUDIO_ENGINE_HOSTS: '1' }
    const servers = [await startServer({ environment }), await startServer({ environment, logLevel: 'warn' })]
    const [server, quiet] = servers as [Server, Server]
    const other = against === null ? null : await startServer({ environment, root: against })
    if (other !== null) servers.push(other)
    const bare = await startBareServer(server)
    const models = (of: Server): Contender => ({ ...of, request: getRequest(MODELS, of.key) })
    try {
      const said = await withClient((client) =>
        interleave(
          {
            bare: flooded(client, { ...bare, request: getRequest(MODELS, server.key) }),
            keyed: flooded(client, models(server)),
            open: flooded(client, { ...server, request: getRequest('/health', null) }),
            warn: flooded(client, models(quiet)),
            other: other === null ? () => NOTHING : flooded(client, models(other)),
          },
          ROUNDS,
        ),
      )
      return rows(said, against)
    } finally {
      bare.stop()
      for (const started of servers) await started.stop()
    }
  },
}

const NOTHING: Said = { perSecond: Number.NaN, processorUs: Number.NaN }

function rows(
  said: Record<'bare' | 'keyed' | 'open' | 'warn' | 'other', Said[]>,
  against: string | null,
): Row[] {
  const speed = (of: Said[]): Samples => of.map(({ perSecond }) => perSecond)
  const cost = (of: Said[]): Samples => of.map(({ processorUs }) => processorUs)
  const perSecond = (what: string, of: Said[], to?: [string, Said[]], atLeast?: number): Row => ({
    what,
    unit: 'req/s',
    ...summary(speed(of)),
    ...(to === undefined ? {} : { ratio: ratioTo(to[0], speed(of), speed(to[1])) }),
    ...(atLeast === undefined ? {} : { aim: { of: 'ratio', is: 'at least', than: atLeast } }),
  })
  // Turned round, so that it reads as the rows above: how much of bare's work one core would do.
  const processor = (what: string, of: Said[]): Row => ({
    what: `${what}: CPU each`,
    unit: 'µs',
    ...summary(cost(of)),
    ratio: ratioTo('bare, inverse', cost(said.bare), cost(of)),
  })
  return [
    perSecond('bare node:http, same answer', said.bare),
    perSecond('GET /v1/models with a key', said.keyed, ['bare', said.bare], 0.7),
    perSecond('… against the open route', said.keyed, ['open', said.open], 0.9),
    perSecond('… log level warn', said.warn, ['bare', said.bare]),
    perSecond('GET /health, open', said.open, ['bare', said.bare]),
    ...(against === null ? [] : [perSecond('… other checkout', said.other, ['this', said.keyed])]),
    { what: 'bare: CPU each', unit: 'µs', ...summary(cost(said.bare)) },
    processor('with a key', said.keyed),
    processor('with a key, warn', said.warn),
    processor('open', said.open),
    ...(against === null ? [] : [processor('other checkout', said.other)]),
  ]
}

const flooded =
  (client: Client, { pid, port, request }: Contender) =>
  async (): Promise<Said> => {
    const beforeMs = await processorMs(pid)
    const order = { ports: [port], request, connections: CONNECTIONS, until: { ms: FLOOD_MS } }
    const { answers, ms } = await client.ask('flood', order)
    const processorUs = (((await processorMs(pid)) - beforeMs) * 1000) / answers
    return { perSecond: (answers * 1000) / ms, processorUs }
  }

/** Node's own server with our answer to `/v1/models`. */
async function startBareServer(server: Server): Promise<{ pid: number; port: number; stop: () => void }> {
  const answer = await fetch(`http://127.0.0.1:${server.port}${MODELS}`, {
    headers: { authorization: `Bearer ${server.key}` },
  })
  const body = await answer.text()
  const own = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !own.includes(name)))
  const program = fileURLToPath(new URL('bare-server.ts', import.meta.url))
  const child = fork(program, [body, JSON.stringify(headers)])
  const [port] = (await once(child, 'message')) as [number]
  return { pid: child.pid ?? 0, port, stop: () => child.disconnect() }
}
