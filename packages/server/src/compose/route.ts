import { randomUUID } from 'node:crypto'
import type { Config } from '../config.ts'
import { boundedServer, listen, urlOf } from '../edge/http/listener.ts'
import { createAccepting } from '../edge/ws/accepting.ts'
import type { Log } from '../log.ts'
import { createNearRegionOf } from '../routing/countries.ts'
import { RegionWatch } from '../routing/region-watch.ts'
import { OpenLinks } from '../routing/relay.ts'
import { createRouting } from '../routing/routing.ts'
import { createWaysOut } from '../routing/ways-out.ts'
import type { World } from './world.ts'

/** How long what is under way may go on once the endpoint is told to stop. */
const DRAIN_MS_MAX = 4_000
/** A socket on which nothing has moved for so long speaks nothing: it can be opened anew elsewhere. */
const QUIET_MS = 500

/** The endpoint in front of all regions. */
export type Endpoint = {
  /** Asks every region for its health once, then listens; resolves with where. */
  start(): Promise<{ url: string }>
  /** Takes nothing new, ends sockets with 1012 once they are quiet, and everything after 4 s. */
  stop(): Promise<void>
}

/** The endpoint in front of all regions, ready to listen: it keeps nothing and knows no key. */
export function composeEndpoint(config: Config, log: Log, world: World): Endpoint {
  const { clock } = world
  const newRequestId = (): string => `req_${randomUUID()}`
  const ways = createWaysOut(clock)
  const watch = new RegionWatch({ regions: config.regions, ask: ways.askHealth, clock, log })
  const open = new OpenLinks(clock)
  watch.onGone = (region, sinceMs) => open.endSilent(region, sinceMs)
  const accepting = createAccepting()
  const routing = createRouting({
    ways,
    watch,
    open,
    only: config.routeOnly,
    nearRegionOf: createNearRegionOf({
      header: config.routeCountryHeader,
      trustedProxies: config.trustedProxies,
      regions: config.routeCountries,
    }),
    accepting,
    clock,
    log,
    newRequestId,
  })
  const server = boundedServer({ answer: routing.answer, newRequestId, limits: world.listenerLimits ?? {} })
  routing.acceptUpgrades(server)

  const drained = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    let stopLooking = (): void => {}
    const look = (): void => {
      server.closeIdleConnections()
      open.endQuiet(QUIET_MS)
      stopLooking = clock.after(QUIET_MS, look)
    }
    look()
    await Promise.all([closed, open.gone()])
    stopLooking()
  }

  return {
    async start() {
      await watch.start()
      const url = urlOf(await listen(server, config.host, config.port))
      log.info({ url, regions: config.regions.map(({ name }) => name) }, 'listening')
      return { url }
    },
    async stop() {
      log.info('draining')
      const patience = new Promise<void>((resolve) => clock.after(DRAIN_MS_MAX, resolve))
      await Promise.race([drained(), patience])
      watch.stop()
      open.endAll()
      for (const ws of accepting.clients) ws.terminate()
      server.closeAllConnections()
      ways.close()
      log.info('stopped')
    },
  }
}
