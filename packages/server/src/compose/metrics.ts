import type { Config } from '../config.ts'
import { createMetricsListener, type MetricsListener } from '../edge/http/metrics-listener.ts'
import type { Readings } from '../metrics.ts'
import type { Observe } from '../observe.ts'
import { VERSION } from '../version.ts'

/** Figures and where they are served; null where nobody wants any: then nothing of it is even loaded. */
export async function composeMetrics({ metricsHost, metricsPort: port }: Config): Promise<{
  observe: Observe
  listener(readings: Readings, report: (error: unknown) => void): MetricsListener
} | null> {
  if (port === null) return null
  const { createMetrics } = await import('../metrics.ts')
  const { observe, contentType, text } = createMetrics(VERSION)
  const host = metricsHost ?? '127.0.0.1'
  return {
    observe,
    listener: (readings, report) =>
      createMetricsListener({ host, port, contentType, text: () => text(readings), report }),
  }
}
