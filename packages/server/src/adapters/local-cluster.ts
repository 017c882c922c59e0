import { type Clock, elapsedMs } from '../clock.ts'
import type { ApplyChange, Cluster, Settlement } from '../keys/cluster.ts'
import { oneAtATime } from '../one-at-a-time.ts'
import { changesAfter, newestEpoch } from '../store/authority-log.ts'
import {
  askServer,
  type CommandListener,
  type ControlAnswer,
  type ControlRequest,
  listenForCommands,
  type RunningServer,
} from './control-socket.ts'
import type { SqliteStore } from './sqlite.ts'

/** How long a command waits for the server. Longer than any pause of a healthy one; after it, see `visitingCluster`. */
const ANSWER_MS_MAX = 2_000
/** Changes whose count of severed streams is remembered, for commands that ask a little later. */
const COUNTS_KEPT = 1_000

/**
 * The one server on an embedded database. It trusts its memory only while nobody else has committed to the database
 * (SQLite's `data_version`), so a change made by a command is seen by the next request even before the command says so.
 */
export function servingCluster(parts: {
  store: SqliteStore
  apply: ApplyChange
  /** Forgets all that was read of the database. */
  forget: () => void
  clock: Clock
  socketPath: string
  self: () => RunningServer
}): Cluster {
  const { store, apply, forget, clock } = parts
  const severedByEpoch = new Map<number, number>()
  let seenVersion = Number.NaN
  let appliedEpoch = 0
  let server: CommandListener | null = null

  const applyNew = async (): Promise<void> => {
    const version = store.dataVersion()
    // Another process has written; not all that it may have changed is in the log.
    if (version !== seenVersion) forget()
    for (const change of await changesAfter(store.query, appliedEpoch)) {
      severedByEpoch.set(change.epoch, await apply(change))
      appliedEpoch = change.epoch
      severedByEpoch.delete(change.epoch - COUNTS_KEPT)
    }
    seenVersion = version
  }
  const catchUp = oneAtATime(applyNew)
  const answer = async (request: ControlRequest): Promise<ControlAnswer> => {
    if (request.ask === 'who') return { who: parts.self() }
    await catchUp()
    return { settled: { streamsSevered: severedByEpoch.get(request.epoch) ?? 0 } }
  }

  return {
    current: () => store.dataVersion() === seenVersion,
    standing: () => ({
      holdsLease: store.dataVersion() === seenVersion,
      leaseAgeMs: null,
      applied: appliedEpoch,
    }),
    catchUp,
    nodes: () => [{ node: parts.self().node, applied: appliedEpoch, isLost: false, leaseMs: null }],
    async settle(change, hear) {
      const startMs = clock.monotonicMs()
      await catchUp()
      const ms = elapsedMs(clock, startMs)
      const settlement: Settlement = {
        nodes: [{ node: parts.self().node, settled: 'applied', ms }],
        streamsSevered: severedByEpoch.get(change.epoch) ?? 0,
      }
      hear?.({ ...settlement, waiting: [] })
      return settlement
    },
    async join() {
      appliedEpoch = await newestEpoch(store.query)
      await catchUp()
      server = await listenForCommands(parts.socketPath, answer)
    },
    async leave() {
      const open = server
      server = null
      await open?.close()
    },
  }
}

/**
 * A command beside the server, or without one. It keeps nothing in memory. A server that does not answer cannot act on
 * what came before the change either: it looks at the database before every verification and every piece of audio.
 */
export function visitingCluster(parts: { clock: Clock; socketPath: string; node: string }): Cluster {
  return {
    current: () => false,
    standing: () => ({ holdsLease: false, leaseAgeMs: null, applied: 0 }),
    catchUp: async () => {},
    nodes: () => [],
    async settle(change) {
      const startMs = parts.clock.monotonicMs()
      const answer = await askServer(parts.socketPath, { ask: 'settle', epoch: change.epoch }, ANSWER_MS_MAX)
      if (answer === null) return { nodes: [], streamsSevered: 0 }
      const ms = elapsedMs(parts.clock, startMs)
      if (answer === 'silent' || !('settled' in answer)) {
        return { nodes: [{ node: parts.node, settled: 'lease expired', ms }], streamsSevered: 0 }
      }
      return {
        nodes: [{ node: parts.node, settled: 'applied', ms }],
        streamsSevered: answer.settled.streamsSevered,
      }
    },
    join: async () => {},
    leave: async () => {},
  }
}
