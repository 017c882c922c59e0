import { createServer } from 'node:http'
import { listen } from './listener.ts'

/** Where figures are served: on a port of their own, which is nobody's but the operator's. */
export type MetricsListener = {
  /** Resolves with where; throws when the port is in use. */
  open(): Promise<{ host: string; port: number }>
  close(): void
}

/** A collector or two, and somebody who looks. */
const CONNECTIONS_MAX = 32
/** A question of a collector is one short head. */
const REQUEST_MS_MAX = 5_000

/** Answers `GET /metrics`, and 404 everything else. */
export function createMetricsListener(parts: {
  host: string
  port: number
  contentType: string
  text: () => Promise<string>
  report: (error: unknown) => void
}): MetricsListener {
  const limits = { headersTimeout: REQUEST_MS_MAX, requestTimeout: REQUEST_MS_MAX }
  const server = createServer(limits, ({ method, url }, outgoing) => {
    if (url?.split('?')[0] !== '/metrics') return void outgoing.writeHead(404).end()
    if (method !== 'GET' && method !== 'HEAD')
      return void outgoing.writeHead(405, { allow: 'GET, HEAD' }).end()
    parts.text().then(
      (text) => outgoing.writeHead(200, { 'content-type': parts.contentType }).end(text),
      (error: unknown) => {
        parts.report(error)
        outgoing.writeHead(500).end()
      },
    )
  })
  server.maxConnections = CONNECTIONS_MAX
  return {
    open: () => listen(server, parts.host, parts.port),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
