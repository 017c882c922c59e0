import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Failure } from '../../failure.ts'
import { httpFailure } from '../wire-failure.ts'

/** Slower than any honest client sends its headers; traffic must not extend it. */
const HEADERS_MS_MAX = 10_000
/** For a whole request, so that a body that trickles in cannot hold a socket. */
const REQUEST_MS_MAX = 30_000
/** How often the two limits above are looked at. */
const LIMITS_CHECKED_MS = 1_000
/** A reader that takes nothing for so long has gone. */
const SILENT_SOCKET_MS_MAX = 120_000
/** Above what load balancers use, so that they never reuse a connection we are closing. */
const KEEP_ALIVE_MS = 75_000
/** Many times what a credential and an SDK's headers need. */
const HEADERS_BYTES_MAX = 16 * 1024
/** Each costs about 20 kB; a system's own limit on files usually comes first. */
const CONNECTIONS_MAX = 20_000

type Fetch = Parameters<typeof getRequestListener>[0]

/** An HTTP server with a limit on everything. */
export function createListener(parts: { fetch: Fetch; newRequestId: () => string }): Server {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: LIMITS_CHECKED_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      noDelay: true,
      // Some HTTP clients offer HTTP/2 this way with every request; they are answered in HTTP/1.1.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    getRequestListener(parts.fetch),
  )
  server.maxConnections = CONNECTIONS_MAX
  server.timeout = SILENT_SOCKET_MS_MAX
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseSocket(socket as Socket, failureOfClient(error), parts.newRequestId())
  })
  return server
}

/** Listens; resolves with where. */
export async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<{ host: string; port: number }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return { host, port: (server.address() as AddressInfo).port }
}

/** Answers on a socket that has no response object, and closes it. */
export function refuseSocket(socket: Socket, failure: Failure, requestId: string): void {
  if (!socket.writable) return void socket.destroy()
  const { status, headers, body } = httpFailure(failure, requestId)
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: headers['connection'] === undefined ? 'close' : `close, ${headers['connection']}`,
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${failure.code}\r\n${head}\r\n${body}`)
  socket.destroySoon()
}

function failureOfClient(error: NodeJS.ErrnoException): Failure {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Failure('REQUEST_TIMEOUT')
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new Failure('PAYLOAD_TOO_LARGE', 'The headers are too large')
  return new Failure('VALIDATION_ERROR', 'This is not an HTTP request')
}

export type { IncomingMessage }
