import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import { type RequestWindows, windowsInMemory } from '../accounts/request-windows.ts'
import { sharedWindows } from '../accounts/shared-windows.ts'
import { controlSocketPath, type RunningServer } from '../adapters/control-socket.ts'
import { servingCluster, visitingCluster } from '../adapters/local-cluster.ts'
import { createPostgresLedger } from '../adapters/postgres/ledger.ts'
import { createTakeShare } from '../adapters/postgres/request-shares.ts'
import { openPostgres } from '../adapters/postgres.ts'
import { openSqlite, type SqliteStore } from '../adapters/sqlite.ts'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { ApplyChange, Cluster } from '../keys/cluster.ts'
import { CoherentNode } from '../keys/coherence/coherent-node.ts'
import { Lease } from '../keys/coherence/lease.ts'
import { visitingNode } from '../keys/coherence/visitor.ts'
import type { Database } from '../store/database.ts'

/** What a node does when it hears of changes. */
export type Hearing = {
  apply: ApplyChange
  /** Forgets all that was read of the database. */
  forget: () => void
  self: () => RunningServer
}

/** The data that the configuration names, opened, and the nodes on them. */
export type OpenedData = {
  database: Database
  /** What this process is called among those that serve these data. */
  node: string
  /** Whether other nodes may serve these data too. */
  isShared: boolean
  /** Changes when another process has written something down, or may have. */
  version(): number
  /** Where requests are counted, in windows of so many seconds. */
  requestWindows(windowS: number): RequestWindows
  /** This process as one that serves. */
  serve(hearing: Hearing): Cluster
  /** This process as one that only changes something. */
  visit(): Cluster
}

export type DataWorld = {
  clock: Clock
  randomBytes: RandomBytes
  /** Who hears of every statement, how long one waits for another process's lock. */
  database?: Parameters<typeof openSqlite>[1]
}

/** How late what other nodes have written down is looked for, where nobody tells of it. */
const LOOKED_FOR_EVERY_MS = 1_000
/** Of a node's name: two on one machine never have the same. */
const NODE_CHARACTERS = 6

/** Opens, and migrates, the embedded database in the data folder, or the PostgreSQL database that is configured. */
export const openData = (config: Config, world: DataWorld): Promise<OpenedData> =>
  config.databaseUrl === null
    ? openEmbedded(resolve(config.dataDir), world)
    : openShared(config.databaseUrl, world)

async function openEmbedded(dataDir: string, { clock, database }: DataWorld): Promise<OpenedData> {
  const store = await openSqlite(join(dataDir, 'kugelaudio.db'), database)
  return embeddedData(store, { node: hostname(), socketPath: controlSocketPath(dataDir), clock })
}

/** An embedded database that is open: one process serves it, others visit. */
export const embeddedData = (
  store: SqliteStore,
  place: { node: string; socketPath: string; clock: Clock },
): OpenedData => ({
  database: store,
  node: place.node,
  isShared: false,
  version: () => store.dataVersion(),
  requestWindows: windowsInMemory,
  serve: (hearing) => servingCluster({ ...hearing, ...place, store }),
  visit: () => visitingCluster(place),
})

async function openShared(url: string, { clock, randomBytes, database }: DataWorld): Promise<OpenedData> {
  const node = `${hostname()}-${randomBase62(NODE_CHARACTERS, randomBytes)}`
  const opened = await openPostgres(url, database?.sawStatement)
  return {
    database: opened,
    node,
    isShared: true,
    version: () => Math.floor(clock.monotonicMs() / LOOKED_FOR_EVERY_MS),
    requestWindows: (windowS) => sharedWindows({ takeShare: createTakeShare(opened.query, windowS), clock }),
    serve: ({ apply }) =>
      new CoherentNode({ node, ledger: createPostgresLedger(url), lease: new Lease(), apply, clock }),
    visit: () => visitingNode({ ledger: createPostgresLedger(url), clock }),
  }
}
