import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { startBareEngine } from './bare-engine.ts'
import { withClient } from './client/client.ts'
import { openFilesMax, processorMs, residentBytes } from './processes.ts'
import { notMeasured, type Part, type Row } from './row.ts'
import { interleave, quantile, ratioTo, summary } from './samples.ts'
import { type Server, withServer } from './server.ts'
import { PARAGRAPH, SENTENCE } from './texts.ts'

const CROWDS = [1, 10, 50, 200]
const CROWD_MS = 15_000
const IDLE_SOCKETS = 10_000
const IDLE_CLIENTS = 2
/** Files of a process besides its sockets. */
const OTHER_FILES = 200
/** A whole round of pings among them: they come every 30 s. */
const IDLE_MS = 32_000
const SETTLE_MS = 2_000
const GENERATE_MS = 2_500
const ROUNDS = { rounds: 4, warmUps: 1 }
const CONNECTIONS = 8
const HOSTS = availableParallelism()

/** How many can be served, and what those cost who only wait. */
export const capacity: Part = {
  name: 'capacity',
  about: 'first audio with 1 to 200 listeners, 10,000 idle sockets, generate against the bare engine (3 min)',
  run: async () => [
    ...(await withUnlimitedServer(crowds)),
    ...(await withUnlimitedServer(generated)),
    ...(await withUnlimitedServer(idle)),
  ],
}

/** A server whose plans limit nothing: it is the machine that is measured. */
async function withUnlimitedServer(work: (server: Server) => Promise<Row[]>): Promise<Row[]> {
  return await withServer(
    {
      async prepare(dataDir) {
        const plans = DEFAULT_PLANS.map((plan) => ({
          ...plan,
          requests_per_minute: null,
          concurrent_streams: null,
        }))
        const path = join(dataDir, 'plans.json')
        await writeFile(path, JSON.stringify(plans))
        return { KUGELAUDIO_PLANS_FILE: path }
      },
    },
    work,
  )
}

const crowds = ({ port, key }: Server): Promise<Row[]> =>
  withClient(async (client) => {
    const order = { port, key, text: SENTENCE }
    await client.ask('converse', { ...order, sockets: 4, ms: 1_000, hurried: true })
    const rows: Row[] = []
    for (const sockets of CROWDS) {
      const isAlone = sockets === 1
      const heard = await client.ask('converse', {
        ...order,
        sockets,
        ms: CROWD_MS,
        ...(isAlone ? { hurried: true } : {}),
      })
      const { firstMs, ahead, refused } = heard
      const who = isAlone ? '1 socket' : `${sockets} listeners`
      for (const share of [0.5, 0.95, 0.99])
        rows.push({
          what: `first audio, ${who}: p${share * 100} of ${firstMs.length}`,
          unit: 'ms',
          median: quantile(firstMs, share),
        })
      const asked = firstMs.length + refused
      rows.push({ what: `… answers that stay ahead of real time`, unit: '%', median: (100 * ahead) / asked })
      if (refused > 0)
        rows.push({
          what: '… refused because the queue was full',
          unit: '%',
          median: (100 * refused) / asked,
        })
    }
    return rows
  })

async function generated({ port, key }: Server): Promise<Row[]> {
  const bare = await startBareEngine(HOSTS)
  try {
    const said = await withClient((client) =>
      interleave(
        {
          bare: () => bare.speak(PARAGRAPH, CONNECTIONS, GENERATE_MS),
          served: () =>
            client.ask('askSpeech', {
              port,
              key,
              connections: CONNECTIONS,
              text: PARAGRAPH,
              ms: GENERATE_MS,
            }),
        },
        ROUNDS,
      ),
    )
    const factor = (of: { samples: number; ms: number }[]) => of.map(({ samples, ms }) => samples / 24 / ms)
    const engine = factor(said.bare)
    const served = factor(said.served)
    const about = `${CONNECTIONS} at a time`
    return [
      { what: `bare engine processes, ${about}: audio per second`, unit: 's/s', ...summary(engine) },
      {
        what: `POST /v1/tts/generate, ${about}: audio per second`,
        unit: 's/s',
        ...summary(served),
        ratio: ratioTo('bare', served, engine),
      },
    ]
  } finally {
    await bare.stop()
  }
}

async function idle({ pid, port, key }: Server): Promise<Row[]> {
  const files = await openFilesMax(pid)
  if (files < IDLE_SOCKETS + OTHER_FILES)
    return [notMeasured(`${IDLE_SOCKETS} idle sockets`, `a process may open ${files} files (ulimit -n)`)]
  const hold = { port, keys: [key] }
  return await withClient((first) =>
    withClient(async (second) => {
      const clients = [first, second]
      // What the first ones compile and allocate is not what the ones after them take.
      await Promise.all(clients.map((client) => client.ask('hold', { ...hold, sockets: 100 })))
      await sleep(SETTLE_MS)
      const beforeBytes = await residentBytes(pid)
      const startMs = performance.now()
      const sockets = IDLE_SOCKETS / IDLE_CLIENTS
      await Promise.all(clients.map((client) => client.ask('hold', { ...hold, sockets })))
      const seconds = (performance.now() - startMs) / 1000
      await sleep(SETTLE_MS)
      const bytes = (await residentBytes(pid)) - beforeBytes
      const beforeMs = await processorMs(pid)
      await sleep(IDLE_MS)
      const cpuMs = (await processorMs(pid)) - beforeMs
      return [
        { what: '10,000 sockets opened', unit: '/s', median: IDLE_SOCKETS / seconds },
        { what: '10,000 idle sockets: memory each', unit: 'KiB', median: bytes / IDLE_SOCKETS / 1024 },
        { what: '10,000 idle sockets: CPU, all together', unit: '% core', median: (100 * cpuMs) / IDLE_MS },
        {
          what: '… each',
          unit: 'µs/s',
          median: (cpuMs * 1_000) / (IDLE_MS / 1000) / IDLE_SOCKETS,
          note: 'pings included',
        },
      ]
    }),
  )
}
