import { randomBytes } from 'node:crypto'
import { composeEndpoint } from '../../src/compose/route.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { ASKED_EVERY_MS } from '../../src/routing/region-watch.ts'
import { until } from '../engines/harness.ts'
import { TestClock } from './test-clock.ts'

/** The endpoint in front of regions, in this process. */
export type TestEndpoint = AsyncDisposable & {
  url: string
  wsUrl: string
  clock: TestClock
  /** Every line logged so far. */
  logged: string[]
  /** Looks for regions until one is there again, or left out. */
  untilSays(what: string): Promise<void>
  stop(): Promise<void>
}

/** Tests say by this header where a caller is: `DE` is nearest to `eu`, `US` to `us`. */
export const COUNTRY_HEADER = 'x-country'

export async function startEndpoint(
  regions: Record<string, { url: string }>,
  environment: Record<string, string> = {},
): Promise<TestEndpoint> {
  const clock = new TestClock()
  const logged: string[] = []
  const { config } = readConfig({
    KUGELAUDIO_PORT: '0',
    KUGELAUDIO_REGIONS: Object.entries(regions)
      .map(([name, { url }]) => `${name}=${url}`)
      .join(','),
    KUGELAUDIO_TRUSTED_PROXIES: '127.0.0.1',
    KUGELAUDIO_ROUTE_COUNTRY_HEADER: COUNTRY_HEADER,
    ...environment,
  })
  const log = createLog('debug', { write: (line: string) => void logged.push(line) })
  const endpoint = composeEndpoint(config, log, { clock, randomBytes, environment: {} })
  const { url } = await endpoint.start()
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (isStopped) return
    isStopped = true
    await endpoint.stop()
  }
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    clock,
    logged,
    async untilSays(what) {
      const known = logged.length
      await until(() => {
        clock.fire(ASKED_EVERY_MS)
        return logged.slice(known).some((line) => line.includes(what))
      })
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
