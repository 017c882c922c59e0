import type { CanaryProbe, CanaryReport, CanaryRound, CanaryWindows } from '@kugelaudio/contract'
import { digestOf, mintKeyText, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Plans } from '../accounts/plans.ts'
import type { Chore } from '../background.ts'
import { type Clock, elapsedMs } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Observe } from '../observe.ts'
import { revokeKeyRow } from '../store/api-keys.ts'
import { appendChange } from '../store/authority-log.ts'
import {
  CANARY_ACCOUNT,
  deleteCanary,
  findLeftCanaries,
  insertCanary,
  listCanaryRounds,
  pruneCanaryChanges,
  saveCanaryRound,
} from '../store/canaries.ts'
import type { Database } from '../store/database.ts'
import { listNodes, saveNodeAddress } from '../store/nodes.ts'
import type { Cluster } from './cluster.ts'

/** How a node answered a canary. */
export type ProbeAnswer = 'accepted' | 'refused' | 'unreachable'

/** Asks the node at an address whether it takes a key. */
export type Probe = (address: string, key: string, signal: AbortSignal) => Promise<ProbeAnswer>

/** Continuous proof: a key that is made, used on every node, revoked, and refused by every node after that. ADR 0029. */
export type Canary = {
  /** Tells the other nodes where this one is; to be called once it has joined and listens. */
  introduce(): Promise<void>
  /** Null where it is off. */
  chore: Chore | null
  report(): Promise<CanaryReport>
}

/** Rounds that the windows are of. */
const ROUNDS_KEPT = 1_000
/** A canary is ended by its own node within seconds; one that is older was left behind. */
const LEFT_MS = 600_000
/** Rounds of nodes that are gone for so long are not shown any more. */
const GONE_MS = 86_400_000

type Parts = {
  node: string
  database: Database
  isShared: boolean
  clock: Clock
  randomBytes: RandomBytes
  cluster: Pick<Cluster, 'settle'>
  plans: Plans
  probe: Probe
  /** Where the others reach this node. */
  address: () => string
  /** How often; 0: never. */
  everyS: number
  observe: Observe['canary']
  log: Log
}

type Peer = { node: string; address: string | null }

export function createCanary(parts: Parts): Canary {
  const { database, everyS } = parts
  const windows: number[] = []
  const stopped = new AbortController()
  let violations = 0

  const round = async (): Promise<boolean> => {
    // Whoever was taken for dead has been forgotten, with its address.
    await introduce()
    const made = await fly(parts, await peersOf(parts), stopped.signal)
    if (made === null) return false
    violations += made.probes.filter(({ after }) => after === 'accepted').length
    if (made.window_ms !== null) windows.push(made.window_ms)
    if (windows.length > ROUNDS_KEPT) windows.shift()
    const shown: CanaryRound = { ...made, violations, windows: windowsOf(windows) }
    try {
      await saveCanaryRound(database.query, shown, parts.clock.nowMs() - GONE_MS)
    } finally {
      // Whether or not it could be written down.
      parts.observe(shown)
      tell(parts.log, shown)
    }
    return false
  }

  const introduce = async (): Promise<void> => {
    if (parts.isShared) await saveNodeAddress(database.query, parts.node, parts.address())
  }

  return {
    introduce,
    chore:
      everyS === 0
        ? null
        : { name: 'canary', everyMs: everyS * 1_000, round, stop: async () => stopped.abort() },
    report: async () => ({ every_s: everyS, rounds: await listCanaryRounds(database.query) }),
  }
}

/** This node, and all others that hold a lease. */
async function peersOf({ database, isShared, node, address }: Parts): Promise<Peer[]> {
  if (!isShared) return [{ node, address: address() }]
  return (await listNodes(database.query)).filter(({ isLost }) => !isLost)
}

/** One canary, from its making to its end. Null where the server stops meanwhile. */
async function fly(
  parts: Parts,
  peers: Peer[],
  signal: AbortSignal,
): Promise<Omit<CanaryRound, 'violations' | 'windows'> | null> {
  const { database, clock, randomBytes } = parts
  const atMs = clock.nowMs()
  const text = mintKeyText(randomBytes)
  const id = `key_${randomBase62(20, randomBytes)}`
  const plan = mostGenerous(parts.plans)
  await database.transaction((query) => insertCanary(query, { id, digest: digestOf(text), plan, atMs }))
  // Where several are said to be at one address, as at 127.0.0.1 of their machines, nobody knows which of them answers.
  const isAmbiguous = ({ address }: Peer): boolean =>
    peers.filter((peer) => peer.address === address).length > 1
  const ask = (peer: Peer) =>
    peer.address === null || isAmbiguous(peer)
      ? Promise.resolve('unreachable' as const)
      : parts.probe(peer.address, text, signal)
  const before = await Promise.all(peers.map(ask))
  let windowMs: number | null = null
  let failure: string | null = null
  try {
    const startMs = clock.monotonicMs()
    await end(parts, id)
    windowMs = elapsedMs(clock, startMs)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  }
  // Where the call has not returned, nothing is promised yet.
  const after = failure === null ? await Promise.all(peers.map(ask)) : peers.map(() => null)
  if (failure === null) await tidy(parts, id)
  if (signal.aborted) return null
  const probes = peers.map(
    ({ node }, at): CanaryProbe => ({ node, before: before[at] ?? 'unreachable', after: after[at] ?? null }),
  )
  return { node: parts.node, at: new Date(atMs).toISOString(), window_ms: windowMs, failure, probes }
}

/** Revokes as everything is revoked, but for the audit log: nobody's authority has changed. */
async function end({ database, clock, cluster }: Parts, id: string): Promise<void> {
  const atMs = clock.nowMs()
  const change = await database.transaction(async (query) => {
    await revokeKeyRow(query, { keyId: id, atMs, by: 'server', reason: null })
    return await appendChange(query, {
      change: 'key.revoked',
      keyId: id,
      accountId: CANARY_ACCOUNT,
      atMs,
      by: 'server',
    })
  })
  await cluster.settle(change)
}

/** Takes away what this canary and those of dead nodes have left. */
async function tidy(parts: Parts, id: string): Promise<void> {
  const { database, clock } = parts
  for (const left of await findLeftCanaries(database.query, clock.nowMs() - LEFT_MS)) {
    await end(parts, left)
    await deleteCanary(database.query, left)
  }
  await deleteCanary(database.query, id)
  await pruneCanaryChanges(database.query, parts.node)
}

/** As many canaries as there are nodes must not run into a limit. */
function mostGenerous(plans: Plans): string {
  const perMinute = ({ requests_per_minute: most }: { requests_per_minute: number | null }) =>
    most ?? Number.POSITIVE_INFINITY
  const [first] = [...plans.all()].sort((a, b) => perMinute(b) - perMinute(a))
  if (first === undefined) throw new TypeError('There is always a plan')
  return first.name
}

function tell(log: Log, { probes, window_ms, failure }: CanaryRound): void {
  const violating = probes.filter(({ after }) => after === 'accepted').map(({ node }) => node)
  if (violating.length > 0)
    return log.error(
      { nodes: violating, window_ms },
      'a revoked key was accepted after its revocation had returned',
    )
  const missed = probes.filter(({ before, after }) => before !== 'accepted' || after === 'unreachable')
  if (failure !== null || missed.length > 0)
    return log.warn(
      { failure, nodes: missed.map(({ node }) => node) },
      'a canary could not be watched on every node',
    )
  log.debug({ nodes: probes.length, window_ms }, 'a canary was refused by every node once it was revoked')
}

function windowsOf(windows: readonly number[]): CanaryWindows | null {
  const sorted = [...windows].sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return sorted.length === 0
    ? null
    : { rounds: sorted.length, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) }
}
