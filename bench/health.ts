import { setTimeout as sleep } from 'node:timers/promises'
import { getRequest } from './client/answer-reader.ts'
import { type Client, withClient } from './client/client.ts'
import type { Part, Row } from './row.ts'
import { interleave, quantile, type Samples } from './samples.ts'
import { type Server, withServer } from './server.ts'
import { LONG } from './texts.ts'

const PROBE = { request: getRequest('/health', null), perSecond: 100, ms: 3_000 }
/** The hosts get up to speed before they are measured. */
const LEAD_MS = 500
const ROUNDS = { rounds: 3, warmUps: 0 }
/** More than there are cores, so that no host ever waits for a caller. */
const SOCKETS = 4

/** Whether the server answers at once while every core speaks. */
export const health: Part = {
  name: 'health',
  about: '/health, 100 times a second, while every core synthesises 10,000-character texts, and idle',
  run: () =>
    withServer({}, (server) =>
      withClient((prober) =>
        withClient(async (talker) => {
          const probed = () => prober.ask('probe', { ...PROBE, port: server.port })
          const said = await interleave({ idle: probed, busy: () => beside(talker, server, probed) }, ROUNDS)
          return rows(said.idle.flat(), said.busy.flat())
        }),
      ),
    ),
}

async function beside(
  talker: Client,
  { port, key }: Server,
  work: () => Promise<number[]>,
): Promise<number[]> {
  const talked = talker.ask('talk', {
    port,
    key,
    sockets: SOCKETS,
    text: LONG,
    ms: LEAD_MS + PROBE.ms,
    yielding: true,
  })
  await sleep(LEAD_MS)
  const latencies = await work()
  await talked
  return latencies
}

function rows(idle: Samples, busy: Samples): Row[] {
  const row = (what: string, share: number): Row[] => {
    const quiet = quantile(idle, share)
    const value = quantile(busy, share)
    return [
      { what: `/health idle, ${what}`, unit: 'ms', median: quiet },
      {
        what: `/health while all cores speak, ${what}`,
        unit: 'ms',
        median: value,
        ratio: { to: 'idle', value: value / quiet },
        ...(what === 'p99' ? { aim: { of: 'median', is: 'below', than: 10 } as const } : {}),
      },
    ]
  }
  return [...row('p50', 0.5), ...row('p99', 0.99), ...row('longest', 1)]
}
