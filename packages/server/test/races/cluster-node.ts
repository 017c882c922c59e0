import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { DEFAULT_PLANS, type Receipt } from '@kugelaudio/contract'
import { createPlans } from '../../src/accounts/plans.ts'
import { systemClock } from '../../src/clock.ts'
import { openData } from '../../src/compose/data.ts'
import { composeKeys } from '../../src/compose/keys.ts'
import { readConfig } from '../../src/config.ts'
import { Failure } from '../../src/failure.ts'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { postgresSetting } from '../harness/test-server.ts'

/**
 * The key layer of one node as a process of its own: `cluster-node.ts DATABASE_URL CLOCK_OFFSET_MS`. Verifies the keys
 * it is told to, again and again, and revokes what it is told to. Times are of the machine's monotonic clock.
 */
export type Order =
  | { watch: Raced[]; dead: Raced[] }
  /** In so many calls at a time, of one key and of `together` keys in turn. */
  | { revoke: string[]; at_once: number; together: number }
  | { report: true }
export type Raced = { id: string; key: string }
export type Said = { ready: string } | { warm: true } | { revoked: Revoked[] } | { tally: Tally }
export type Revoked = {
  id: string
  returnedNs: string
  ms: number
  receipt: Receipt | null
  failure: string | null
}
export type Tally = {
  /** When the newest verification began that was accepted, by key. */
  acceptedNs: Record<string, string>
  accepted: number
  refused: number
  unavailable: number
  /** Outcome of the newest verification of any key. */
  last: string
}

/** Keys verified between two pauses, so that the node has time for the rest. */
const AT_A_TIME = 5
const PAUSE_MS = 4

const [url = '', offsetMs = '0'] = process.argv.slice(2)
const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + Number(offsetMs) }
const { config } = readConfig(postgresSetting(url))
const data = await openData(config, { clock, randomBytes })
const node = composeKeys(
  {
    data,
    plans: createPlans(DEFAULT_PLANS, 'enterprise'),
    secrets: { current: config.secret ?? '', previous: [] },
    self: () => ({ node: data.node, pid: process.pid, url: '' }),
  },
  { clock, randomBytes },
)
await node.cluster.join()

/** How often a key that was refused so many times is tried again: every refusal is a look into the database. */
const REFUSALS = 4
const TRIED_AGAIN_EVERY = 10

let watched: Raced[] = []
const refusals = new Map<string, number>()
let cold = new Set<string>()
const tally: Tally = { acceptedNs: {}, accepted: 0, refused: 0, unavailable: 0, last: '' }
const say = (said: Said): void => void process.send?.(said)

process.on('message', async (order: Order) => {
  if ('watch' in order) {
    watched = [...order.watch, ...order.dead]
    cold = new Set(order.watch.map(({ id }) => id))
  } else if ('revoke' in order) {
    say({ revoked: await revokeAll(order) })
  } else say({ tally })
})
say({ ready: data.node })
for (let round = 0; ; round++) {
  const due = watched.filter(
    ({ id }) => (refusals.get(id) ?? 0) < REFUSALS || round % TRIED_AGAIN_EVERY === 0,
  )
  for (let at = 0; at < due.length; at += AT_A_TIME) {
    await Promise.all(due.slice(at, at + AT_A_TIME).map(verify))
    await pause(PAUSE_MS)
  }
  if (due.length === 0) await pause(PAUSE_MS)
}

async function verify({ id, key }: Raced): Promise<void> {
  const beganNs = process.hrtime.bigint()
  try {
    const grant = await node.authenticate({ kind: 'key', text: key }, { scope: null, address: null })
    grant.release()
    tally.accepted++
    tally.last = 'accepted'
    tally.acceptedNs[id] = String(beganNs)
    if (cold.delete(id) && cold.size === 0) say({ warm: true })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    tally.last = error.code
    if (error.code === 'UNAUTHORIZED') {
      tally.refused++
      refusals.set(id, (refusals.get(id) ?? 0) + 1)
    } else tally.unavailable++
  }
}

async function revokeAll(order: Extract<Order, { revoke: string[] }>): Promise<Revoked[]> {
  const revoked: Revoked[] = []
  const left = [...order.revoke]
  let calls = 0
  const revokeNext = async (): Promise<void> => {
    while (left.length > 0) {
      const ids = left.splice(0, calls++ % 2 === 0 ? 1 : order.together)
      const startMs = clock.monotonicMs()
      const receipts = new Map<string | null, Receipt>()
      let failure: string | null = null
      try {
        for (const { receipt } of await node.keys.revoke({ accountId: null }, ids, null, OPERATOR))
          receipts.set(receipt.key_id, receipt)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        failure = error.code
      }
      const returnedNs = String(process.hrtime.bigint())
      const ms = clock.monotonicMs() - startMs
      for (const id of ids) revoked.push({ id, returnedNs, ms, receipt: receipts.get(id) ?? null, failure })
    }
  }
  await Promise.all(Array.from({ length: order.at_once }, revokeNext))
  return revoked
}
