import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Tracing } from '../tracing.ts'
import { VERSION } from '../version.ts'

/** Spans and where they are sent; null where nobody wants any: then nothing of it is even loaded. */
export async function composeTracing(config: Config, node: string, log: Log): Promise<Tracing | null> {
  const { otlpEndpoint: endpoint, serviceName: service } = config
  if (endpoint === null) return null
  const { createTracing } = await import('../tracing.ts')
  return createTracing({ endpoint, service, version: VERSION, node, log })
}
