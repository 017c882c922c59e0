import { randomBytes } from 'node:crypto'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { createPlans } from '../../packages/server/src/accounts/plans.ts'
import { systemClock } from '../../packages/server/src/clock.ts'
import { openData } from '../../packages/server/src/compose/data.ts'
import { composeKeys } from '../../packages/server/src/compose/keys.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { OPERATOR } from '../../packages/server/src/store/audit-log.ts'

/** The key layer of one of several nodes, without HTTP around it, as a process of its own. */
export type Acts = {
  /** Looks for keys that it may not have seen, so many at a time; answers µs for each. */
  see(order: { texts: string[]; atOnce: number }): Promise<{ us: number; statements: number }>
  /** Verifies keys that it has seen, for so long. */
  verify(order: {
    texts: string[]
    ms: number
  }): Promise<{ verified: number; ms: number; processorUs: number }>
  /** Revokes keys one after the other; answers what each receipt says of the slowest node, in ms. */
  revoke(order: { ids: string[] }): Promise<{ windowMs: number[]; callMs: number[] }>
}

export type Asked = { [Act in keyof Acts]: { act: Act; order: Parameters<Acts[Act]>[0] } }[keyof Acts]
export type Told = { ready: true } | { answer: unknown } | { error: string }

const DEMAND = { scope: null, address: '127.0.0.1' }
/** Verifications between two looks at the clock. */
const AT_A_TIME = 100

let statements = 0
const { config } = readConfig(process.env)
const world = { clock: systemClock, randomBytes, database: { sawStatement: () => void statements++ } }
const data = await openData(config, world)
const layer = composeKeys(
  {
    data,
    plans: createPlans(DEFAULT_PLANS, 'enterprise'),
    secrets: { current: config.secret ?? '', previous: [] },
    self: () => ({ node: data.node, pid: process.pid, url: '' }),
  },
  world,
)

const acts: Acts = {
  async see({ texts, atOnce }) {
    const left = [...texts]
    const statementsBefore = statements
    const startMs = performance.now()
    const next = async (): Promise<void> => {
      for (let text = left.pop(); text !== undefined; text = left.pop()) await verify(text)
    }
    await Promise.all(Array.from({ length: atOnce }, next))
    const us = ((performance.now() - startMs) * 1000) / texts.length
    return { us, statements: (statements - statementsBefore) / texts.length }
  },
  async verify({ texts, ms }) {
    const before = process.cpuUsage()
    const startMs = performance.now()
    let verified = 0
    while (performance.now() - startMs < ms) {
      for (let i = 0; i < AT_A_TIME; i++) await verify(texts[verified++ % texts.length] ?? '')
      // Renewals and what others say are heard in between, as between requests.
      await new Promise(setImmediate)
    }
    const { user, system } = process.cpuUsage(before)
    return { verified, ms: performance.now() - startMs, processorUs: (user + system) / verified }
  },
  async revoke({ ids }) {
    const windowMs: number[] = []
    const callMs: number[] = []
    for (const id of ids) {
      const startMs = performance.now()
      const [revoked] = await layer.keys.revoke({ accountId: null }, [id], null, OPERATOR)
      callMs.push(performance.now() - startMs)
      windowMs.push(Math.max(0, ...(revoked?.receipt?.nodes ?? []).map(({ ms }) => ms)))
    }
    return { windowMs, callMs }
  },
}

async function verify(text: string): Promise<void> {
  const grant = await layer.authenticate({ kind: 'key', text }, DEMAND)
  grant.release()
}

const tell = (told: Told): void => void process.send?.(told)
process.on('message', async ({ act, order }: Asked) => {
  try {
    tell({ answer: await acts[act](order as never) })
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : String(error) })
  }
})
process.on('disconnect', () => process.exit())
await layer.cluster.join()
tell({ ready: true })
