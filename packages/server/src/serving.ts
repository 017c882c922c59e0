import type { Server } from 'node:http'
import type { Metering } from './accounts/meter.ts'
import type { OpenStreams } from './accounts/streams.ts'
import type { RunningServer } from './adapters/control-socket.ts'
import type { OpenGrants } from './auth/grants.ts'
import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { MetricsListener } from './edge/http/metrics-listener.ts'
import type { Sockets } from './edge/ws/upgrade.ts'
import type { Cluster } from './keys/cluster.ts'
import type { Keys } from './keys/keys.ts'
import type { Log } from './log.ts'
import type { Engine } from './speech/engine.ts'
import type { Database } from './store/database.ts'

/** How long turns go on once the server is told to stop; then each ends with the sentence that it is at. */
const DRAIN_TURNS_MS = 3_000
/** How long all of that may take. With all else: under 5 s. */
const DRAIN_MS_MAX = 4_000

/** A server from its start to its end. */
export type Serving = {
  readonly engine: Engine
  readonly keys: Keys
  readonly grants: OpenGrants
  readonly streams: OpenStreams
  /** What making the first account from elsewhere takes; null once there is an account. */
  setupCode(): Promise<string | null>
  /** Writes what gathers in memory; stopping does too. */
  flush(): Promise<void>
  /** Opens the port; resolves with where. Throws when the port or the data folder is in use. */
  start(): Promise<RunningServer>
  /** Lets what is being spoken end, for a few seconds; then ends everything. */
  stop(): Promise<void>
}

export function createServing(parts: {
  clock: Clock
  log: Log
  engine: Engine
  keys: Keys
  grants: OpenGrants
  cluster: Cluster
  streams: OpenStreams
  metering: Metering
  /** Seals under the current secret what is sealed under earlier ones; returns how many it was. */
  resealSecrets: () => Promise<number>
  /** What the database does not know any more that this machine has seen; null: nothing. */
  forgotten: () => Promise<string | null>
  store: Database
  /** What writes in the background. */
  writers: readonly { flush(): Promise<void>; close(): Promise<void> }[]
  server: Server
  sockets: Sockets
  /** Where figures are served; null where nobody wants any. */
  metrics: MetricsListener | null
  background: Background
  setupCode: () => Promise<string | null>
  open: () => Promise<RunningServer>
}): Serving {
  const { clock, log, engine, keys, grants, cluster, metering, store, writers, server, sockets } = parts

  const closeAll = async (): Promise<void> => {
    sockets.close()
    server.closeAllConnections()
    await parts.background.stop()
    parts.metrics?.close()
    await engine.close()
    await metering.settled()
    await Promise.all(writers.map((writer) => writer.close()))
    // Others wait for this node, and leave to it what it speaks, until here.
    await cluster.leave()
    await store.close()
  }

  const drained = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeIdleConnections()
    await Promise.all([closed, sockets.drain()])
  }

  return {
    engine,
    keys,
    grants,
    streams: parts.streams,
    setupCode: parts.setupCode,
    async flush() {
      await Promise.all([metering.settled(), ...writers.map((writer) => writer.flush())])
    },
    async start() {
      try {
        // The data folder first: whoever holds it is the server, whatever port it listens on.
        await cluster.join()
        await metering.recover()
        const resealed = await parts.resealSecrets()
        if (resealed > 0) log.info({ secrets: resealed }, 'sealed under the current KUGELAUDIO_SECRET')
        const running = await parts.open()
        const forgotten = await parts.forgotten()
        if (forgotten !== null) log.error({ forgotten }, 'the data are older than those seen before')
        const figures = await parts.metrics?.open()
        parts.background.start()
        if (figures !== undefined) log.info(figures, 'serving figures')
        log.info({ url: running.url, node: running.node }, 'listening')
        return running
      } catch (error) {
        await closeAll()
        throw error
      }
    },
    async stop() {
      log.info('draining')
      const patience = new Promise<void>((resolve) => clock.after(DRAIN_MS_MAX, resolve))
      const stopResting = clock.after(DRAIN_TURNS_MS, () => engine.rest())
      await Promise.race([drained(), patience])
      stopResting()
      await closeAll()
      log.info('stopped')
    },
  }
}
