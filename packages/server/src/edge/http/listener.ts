import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Dialect } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'
import { httpFailure } from '../wire-failure.ts'
import { hearOutBeforeClosing, leavesMuchUnread } from './unread.ts'

/** Bounds of a listener. Each has its default with its reason in `LIMITS`. */
export type ListenerLimits = {
  /** For the head of a request. */
  headersMs: number
  /** For a whole request. */
  requestMs: number
  /** How often the two above are looked at. */
  checkedMs: number
}

const LIMITS: ListenerLimits = {
  // Slower than any honest client sends its headers; traffic must not extend it.
  headersMs: 10_000,
  // A body that trickles in must not hold a socket.
  requestMs: 30_000,
  checkedMs: 1_000,
}
/** A reader that takes nothing for so long has gone. */
const SILENT_SOCKET_MS_MAX = 120_000
/** Above what load balancers use, so that they never reuse a connection we are closing. */
const KEEP_ALIVE_MS = 75_000
/** Many times what a credential and an SDK's headers need. */
const HEADERS_BYTES_MAX = 16 * 1024
/** Each costs about 20 kB; a system's own limit on files usually comes first. */
const CONNECTIONS_MAX = 20_000

type Fetch = (request: Request, bindings: HttpBindings) => Response | Promise<Response>
type Bounds = {
  newRequestId: () => string
  /** Headers of every answer. */
  always?: Record<string, string>
  limits?: Partial<ListenerLimits>
}

/** An HTTP server with a limit on everything. Whatever is wrong with a request, it is answered in the same form. */
export function createListener({ fetch, ...bounds }: Bounds & { fetch: Fetch }): Server {
  const { newRequestId, always = {} } = bounds
  const malformed = (what: string): Response =>
    refusal(new Failure('VALIDATION_ERROR', `${what} of the request is missing or malformed`), newRequestId())
  const answer = getRequestListener(
    (request, bindings) => {
      // HTTP/2 is not spoken here.
      const { incoming, outgoing } = bindings as HttpBindings
      for (const [name, value] of Object.entries(always)) outgoing.setHeader(name, value)
      return hasWrongHost(incoming) ? malformed('The Host header') : fetch(request, { incoming, outgoing })
    },
    { hostname: 'localhost', errorHandler: () => malformed('The address or the Host header') },
  )
  return boundedServer({ ...bounds, answer: (incoming, outgoing) => void answer(incoming, outgoing) })
}

/** The same for an `answer` that writes by itself, and looks by itself whether there is a Host header. */
export function boundedServer({
  answer,
  newRequestId,
  always = {},
  limits,
}: Bounds & { answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void }): Server {
  const { headersMs, requestMs, checkedMs } = { ...LIMITS, ...limits }
  const refuse = (socket: Duplex, failure: Failure): void =>
    refuseSocket(socket as Socket, failure, { requestId: newRequestId(), always })
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkedMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADERS_BYTES_MAX,
      noDelay: true,
      // A missing one is answered here, with a body.
      requireHostHeader: false,
      // Whatever else is offered, as HTTP/2 by Java's client, is ignored (RFC 9110, section 7.8).
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
    // What comes after an answer that has ended the connection is not done: nobody would hear of it.
    (incoming, outgoing) =>
      incoming.socket.writable ? answer(incoming, outgoing) : incoming.socket.destroy(),
  )
  server.maxConnections = CONNECTIONS_MAX
  server.timeout = SILENT_SOCKET_MS_MAX
  const answering = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (incoming, outgoing) => {
    answering.set(incoming.socket, outgoing)
    outgoing.once('prefinish', () => {
      if (!incoming.complete) hearOutBeforeClosing(incoming)
    })
  })
  // An expectation nobody has heard of does not change the answer (RFC 9110, section 10.1.1).
  server.on('checkExpectation', answer)
  server.on('connect', (_, socket) =>
    refuse(socket, new Failure('METHOD_NOT_ALLOWED', 'This is not a proxy')),
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const outgoing = answering.get(socket)
    // Nothing may get into the middle of an answer.
    if (outgoing?.headersSent && !outgoing.writableFinished) return void socket.destroy()
    refuse(socket, failureOfClient(error))
  })
  return server
}

/** RFC 9112, section 3.2: one, and only one. Load balancers ask for our health in HTTP/1.0, without any. */
export function hasWrongHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  return hosts > 1 || (hosts === 0 && httpVersion === '1.1')
}

function refusal(failure: Failure, requestId: string): Response {
  const { status, headers, body } = httpFailure(failure, requestId)
  return new Response(body, { status, headers })
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

/** How a refusal is written. `always`: headers of every answer. */
type Refusing = { requestId: string; always: Record<string, string>; dialect?: Dialect | undefined }

/** `everywhere`: what to call a machine that is listened on at all its addresses. */
export function urlOf({ host, port }: { host: string; port: number }, everywhere = 'localhost'): string {
  const reachable = host === '0.0.0.0' || host === '::' ? everywhere : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/** Answers a request that nothing has been answered to yet; else it breaks the connection off. */
export function answerFailure(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  failure: Failure,
  { requestId, always }: Refusing,
): void {
  if (outgoing.headersSent) return void outgoing.destroy()
  const { status, headers, body } = httpFailure(failure, requestId)
  const ending = leavesMuchUnread(incoming) ? { connection: 'close' } : {}
  outgoing.writeHead(status, { ...always, ...headers, ...ending, 'content-length': Buffer.byteLength(body) })
  outgoing.end(body)
}

/** Answers on a socket that has no response object, and closes it. */
export function refuseSocket(
  socket: Socket,
  failure: Failure,
  { requestId, always, dialect }: Refusing,
): void {
  if (!socket.writable) return void socket.destroy()
  const { status, headers, body } = httpFailure(failure, requestId, dialect)
  const lines = Object.entries({
    ...always,
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
