import type { HttpBindings } from '@hono/node-server'
import { ROUTES, type Route } from '@kugelaudio/contract'
import { Hono } from 'hono'
import type { z } from 'zod'
import type { Authenticate } from '../../auth/authenticate.ts'
import { readCredential } from '../../auth/credential.ts'
import type { Grant } from '../../auth/grants.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { failureOf, httpFailure } from '../wire-failure.ts'
import { readJson } from './body.ts'
import type { Reply } from './reply.ts'

/** One call of a route, parsed. */
export type Call<Body> = {
  body: Body
  /** Aborts when the caller has gone. */
  gone: AbortSignal
  /** The answer goes on after the handler has returned; call what this returns when it has ended. */
  outlive(): (broke: unknown) => void
}

/** What answers a route: with a grant where the route needs a key, without one where it is open. */
export type Handler<Row extends Route> = Row extends { body: infer Schema; access: infer Access }
  ? (
      call: Call<Schema extends z.ZodType ? z.output<Schema> : null>,
      grant: Access extends 'key' ? Grant : null,
    ) => Reply | Promise<Reply>
  : never

export type Handlers = { [Name in keyof typeof ROUTES]: Handler<(typeof ROUTES)[Name]> }

type Parts = {
  authenticate: Authenticate
  handlers: Handlers
  /** Where WebSockets are opened. */
  sockets: ReadonlyMap<string, unknown>
  clock: Clock
  log: Log
  newRequestId: () => string
}
type App = Hono<{ Bindings: HttpBindings }>

/** Every route of the API, each by the same walk: credential, authenticate, parse, handle, log. */
export function createRouter(parts: Parts): App {
  const app: App = new Hono()
  for (const [name, route] of Object.entries(ROUTES) as [keyof Handlers, Route][]) {
    const handler = parts.handlers[name] as (
      call: Call<unknown>,
      grant: Grant | null,
    ) => Reply | Promise<Reply>
    app.on(route.method, route.path, (context) =>
      answer(parts, { route, handler }, context.req.raw, context.env.incoming),
    )
  }
  app.notFound((context) => refuse(parts, notFound(parts, context.req.path, context.req.method)))
  app.onError((error) => refuse(parts, error))
  return app
}

async function answer(
  parts: Parts,
  {
    route,
    handler,
  }: { route: Route; handler: (call: Call<unknown>, grant: Grant | null) => Reply | Promise<Reply> },
  request: Request,
  incoming: HttpBindings['incoming'],
): Promise<Response> {
  const requestId = parts.newRequestId()
  const startMs = parts.clock.monotonicMs()
  let grant: Grant | null = null
  let outlives = false
  let status = 200
  let settled = false
  // Also what the system has buffered for a slow reader is not delivered any more.
  const breakOff = (): void => void incoming.socket.resetAndDestroy()
  const settle = (broke: unknown): void => {
    if (settled) return
    settled = true
    grant?.signal.removeEventListener('abort', breakOff)
    grant?.release()
    logCall(parts, { requestId, route, grant, status, startMs, broke })
  }
  try {
    if (route.access === 'key')
      grant = await parts.authenticate(readCredential({ rawHeaders: incoming.rawHeaders, query: null }))
    const body = route.body === null ? null : await readJson(request, route.body)
    const outlive = () => {
      outlives = true
      return settle
    }
    const call = {
      body,
      get gone() {
        return request.signal
      },
      outlive,
    }
    const reply = await handler(call, grant)
    status = reply.status
    if (outlives) grant?.signal.addEventListener('abort', breakOff, { once: true })
    else settle(null)
    reply.headers['x-request-id'] = requestId
    return new Response(reply.body, { status, headers: reply.headers })
  } catch (thrown) {
    const failure = failureOf(thrown)
    const { status: failed, headers, body } = httpFailure(failure, requestId)
    status = failed
    settle(failure)
    return new Response(body, { status, headers })
  }
}

function refuse(parts: Parts, thrown: unknown): Response {
  const failure = failureOf(thrown)
  const requestId = parts.newRequestId()
  const { status, headers, body } = httpFailure(failure, requestId)
  if (failure.code === 'INTERNAL_ERROR')
    parts.log.error({ request_id: requestId, err: failure.cause }, 'request failed')
  return new Response(body, { status, headers })
}

function notFound({ sockets }: Parts, path: string, method: string): Failure {
  if (sockets.has(path)) return new Failure('UPGRADE_REQUIRED')
  const methods = Object.values(ROUTES)
    .filter((route) => route.path === path)
    .map((route) => route.method)
  return methods.length === 0
    ? new Failure('NOT_FOUND', 'No such route')
    : new Failure(
        'METHOD_NOT_ALLOWED',
        `${method.slice(0, 10)} is not allowed here; use ${methods.join(' or ')}`,
      )
}

type Finished = {
  requestId: string
  route: Route
  grant: Grant | null
  status: number
  startMs: number
  broke: unknown
}

function logCall(parts: Parts, { requestId, route, grant, status, startMs, broke }: Finished): void {
  const line = {
    request_id: requestId,
    route: route.operationId,
    status,
    ms: Math.round((parts.clock.monotonicMs() - startMs) * 1000) / 1000,
    account_id: grant?.principal.accountId,
    key_id: grant?.principal.keyId,
    ...(broke === null ? {} : { failure: failureOf(broke).code, reason: reasonOf(failureOf(broke)) }),
  }
  if (status >= 500) parts.log.error({ ...line, err: failureOf(broke).cause }, 'request')
  else parts.log.info(line, 'request')
}

/** Short causes are ours to read: why a key was refused. Anything longer is in `err`. */
const reasonOf = ({ cause }: Failure): string | undefined => (typeof cause === 'string' ? cause : undefined)
