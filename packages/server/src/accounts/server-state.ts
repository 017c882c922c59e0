import type { ServerState } from '@kugelaudio/contract'
import type { Clock } from '../clock.ts'
import type { Cluster } from '../keys/cluster.ts'
import type { Engine } from '../speech/engine.ts'
import { newestEpoch } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import { listNodes } from '../store/nodes.ts'
import type { OpenStreams } from './streams.ts'

/** Says how the server is doing. */
export type GetServerState = () => Promise<ServerState>

export const createServerState =
  (parts: {
    database: Database
    clock: Clock
    engine: Pick<Engine, 'health'>
    streams: OpenStreams
    cluster: Pick<Cluster, 'nodes'>
    node: string
    /** Whether several nodes share the database: else there is this one. */
    isShared: boolean
    sendsMail: boolean
    version: string
  }): GetServerState =>
  async () => {
    const { database, clock, engine, streams, node, isShared } = parts
    const epoch = await newestEpoch(database.query)
    const others = isShared ? await listNodes(database.query) : []
    const seen = new Map(parts.cluster.nodes().map((one) => [one.node, one]))
    const nodes = others.map(({ node: name, applied, address, isLost }) => ({
      node: name,
      applied,
      address,
      behind: Math.max(0, epoch - applied),
      lost: isLost || seen.get(name)?.isLost === true,
      lease_ms: seen.get(name)?.leaseMs ?? null,
    }))
    const { state, reason, hosts, jobsWaiting } = engine.health()
    return {
      node,
      version: parts.version,
      at: new Date(clock.nowMs()).toISOString(),
      database: isShared ? 'postgresql' : 'sqlite',
      mail: parts.sendsMail,
      epoch,
      nodes: isShared
        ? nodes
        : [{ node, applied: epoch, address: null, behind: 0, lost: false, lease_ms: null }],
      streams_now: streams.size,
      engine: { state, reason, hosts, jobs_waiting: jobsWaiting },
    }
  }
