import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { ROUTES, type Route } from '@kugelaudio/contract'
import { Hono } from 'hono'
import type { z } from 'zod'
import type { Refusals } from '../../audit/refusals.ts'
import { Grant } from '../../auth/grants.ts'
import type { AnyGrant, Person, SessionGrant } from '../../auth/people/session-grants.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import type { BeginSpan } from '../../observe.ts'
import type { AddressOf } from '../address.ts'
import { failureOf, httpFailure } from '../wire-failure.ts'
import { findRoute } from '../ws/find-route.ts'
import type { Admit, Admitted } from './admission.ts'
import { parseQuery } from './body.ts'
import { actorOf, type Call } from './call.ts'
import { pageHeaders, preflightHeaders } from './cors.ts'
import type { Pages } from './pages.ts'
import { readBody } from './read-body.ts'
import type { Reply } from './reply.ts'
import { leavesMuchUnread } from './unread.ts'
import type { UploadMemory } from './upload-memory.ts'

type Parsed<Row, Part extends 'body' | 'query'> = Row extends {
  [Name in Part]: infer Schema extends z.ZodType
}
  ? z.output<Schema>
  : null

/** Whose grant a route's handler gets. */
type GrantOf<Row extends Route> = Row['access'] extends 'open'
  ? null
  : Row['access'] extends 'session'
    ? Row extends { member: string }
      ? SessionGrant
      : SessionGrant<Person>
    : Row extends { member: string }
      ? AnyGrant
      : Grant

/** What answers a route: with a grant where the route needs one, without where it is open. */
export type Handler<Row extends Route> = (
  call: Call<Parsed<Row, 'body'>, Parsed<Row, 'query'>>,
  grant: GrantOf<Row>,
) => Reply | Promise<Reply>

export type Handlers = { [Name in keyof typeof ROUTES]: Handler<(typeof ROUTES)[Name]> }

type Parts = {
  admit: Admit
  addressOf: AddressOf
  handlers: Handlers
  /** Where WebSockets are opened. */
  sockets: ReadonlyMap<string, unknown>
  /** What people look at: asked where no route is. */
  pages: readonly Pages[]
  uploads: UploadMemory
  /** Hears of everyone who is refused. */
  refusals: Pick<Refusals, 'note'>
  beginSpan: BeginSpan
  clock: Clock
  log: Log
  newRequestId: () => string
}
type App = Hono<{ Bindings: HttpBindings }>

/** Every route of the API, each by the same walk: credential, authenticate, parse, handle, log. */
export function createRouter(parts: Parts): App {
  const app: App = new Hono()
  for (const [name, route] of Object.entries(ROUTES) as [keyof Handlers, Route][]) {
    const handler = parts.handlers[name] as AnyHandler
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app.on(route.method, path, (context) =>
      answer(
        parts,
        { route, handler },
        { request: context.req.raw, params: context.req.param(), incoming: context.env.incoming },
      ),
    )
  }
  app.notFound(({ req, env }) => {
    for (const pages of parts.pages) {
      const page = pages(req.raw, env.incoming)
      if (page !== null) return page
    }
    const preflight = req.method === 'OPTIONS' ? preflightOf(req.raw, req.path) : null
    if (preflight !== null) return new Response(null, { status: 204, headers: preflight })
    const allowed = methodsOf(req.path)
    const headers: Record<string, string> = allowed.length === 0 ? {} : { allow: allowed.join(', ') }
    return refuse(parts, notFound(parts, req, allowed), headers)
  })
  app.onError((error) => refuse(parts, error))
  return app
}

type AnyHandler = (call: Call, grant: Admitted) => Reply | Promise<Reply>
type Received = { request: Request; params: Record<string, string>; incoming: IncomingMessage }

async function answer(
  parts: Parts,
  { route, handler }: { route: Route; handler: AnyHandler },
  { request, params, incoming }: Received,
): Promise<Response> {
  const requestId = parts.newRequestId()
  const startMs = parts.clock.monotonicMs()
  const span = parts.beginSpan(
    `${request.method} ${route.path}`,
    {
      'http.request.method': request.method,
      'http.route': route.path,
      'kugelaudio.operation': route.operationId,
      'kugelaudio.request_id': requestId,
    },
    incoming.headers,
  )
  let grant: Admitted = null
  let outlives = false
  let status = 200
  let settled = false
  let rateHeaders: Record<string, string> = {}
  // Also what the system has buffered for a slow reader is not delivered any more.
  const breakOff = (): void => void incoming.socket.resetAndDestroy()
  const settle = (broke: unknown): void => {
    if (settled) return
    settled = true
    grant?.signal.removeEventListener('abort', breakOff)
    grant?.release()
    span.end({ 'http.response.status_code': status }, broke === null ? null : failureOf(broke).code)
    logCall(parts, { requestId, route, grant, status, startMs, broke })
  }
  const address = parts.addressOf(incoming)
  try {
    const admission = await span.within(() => parts.admit(route, { incoming, address }))
    grant = admission.grant
    rateHeaders = admission.rateHeaders
    if (admission.refusal !== null) throw admission.refusal
    const query = route.query === undefined ? null : parseQuery(request, route.query)
    using uploaded = parts.uploads.open(grant?.principal.accountId ?? '')
    const { bytes, value, files } = await readBody(request, route, uploaded.take)
    if (grant instanceof Grant) await grant.use()
    const call: Call = {
      params,
      query,
      body: value,
      bytes,
      files,
      address,
      message: incoming,
      get actor() {
        return actorOf(grant, incoming, address, requestId)
      },
      header: (name) => request.headers.get(name),
      get gone() {
        return request.signal
      },
      outlive() {
        outlives = true
        return (broke) => {
          settle(broke)
          if (broke !== null) incoming.socket.destroy()
        }
      },
    }
    const reply = await span.within(() => handler(call, grant))
    status = reply.status
    if (outlives) grant?.signal.addEventListener('abort', breakOff, { once: true })
    else settle(null)
    reply.headers['x-request-id'] = requestId
    Object.assign(reply.headers, rateHeaders, pageHeaders(route, grant, incoming.headers.origin ?? null))
    return responseOf({ ...reply, cookies: [...admission.cookies, ...(reply.cookies ?? [])] })
  } catch (thrown) {
    const failure = failureOf(thrown)
    const accountId = grant?.principal.accountId ?? null
    const actor = actorOf(grant, incoming, address, requestId)
    parts.refusals.note(failure, { actor, route: route.operationId, accountId })
    const { status: failed, headers, body } = httpFailure(failure, requestId, route.dialect)
    Object.assign(headers, rateHeaders, pageHeaders(route, grant, incoming.headers.origin ?? null))
    status = failed
    settle(failure)
    if (leavesMuchUnread(incoming)) headers['connection'] = 'close'
    return new Response(body, { status, headers })
  }
}

function responseOf({ body, status, headers, cookies = [] }: Reply): Response {
  const response = new Response(body, { status, headers })
  for (const cookie of cookies) response.headers.append('set-cookie', cookie)
  return response
}

function refuse(parts: Parts, thrown: unknown, more: Record<string, string> = {}): Response {
  const failure = failureOf(thrown)
  const requestId = parts.newRequestId()
  const { status, headers, body } = httpFailure(failure, requestId)
  if (failure.code === 'INTERNAL_ERROR')
    parts.log.error({ request_id: requestId, err: failure.cause }, 'request failed')
  return new Response(body, { status, headers: { ...headers, ...more } })
}

const preflightOf = (request: Request, path: string): Record<string, string> | null => {
  const route = (Object.values(ROUTES) as Route[]).find((candidate) => matches(candidate.path, path))
  return route === undefined ? null : preflightHeaders(route, request)
}

/** What a path can be asked with. Where there is something to get, its head can be had alone. */
const methodsOf = (path: string): string[] =>
  (Object.values(ROUTES) as Route[])
    .filter((route) => matches(route.path, path))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))

function notFound(
  { sockets }: Parts,
  { path, method }: { path: string; method: string },
  allowed: string[],
): Failure {
  if (findRoute(sockets, path) !== null) return new Failure('UPGRADE_REQUIRED')
  return allowed.length === 0
    ? new Failure('NOT_FOUND', 'No such route')
    : new Failure('METHOD_NOT_ALLOWED', `${method} is not allowed here; use ${allowed.join(' or ')}`)
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

type Finished = {
  requestId: string
  route: Route
  grant: Admitted
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
    account_id: grant?.principal.accountId ?? undefined,
    ...(grant?.principal.kind === 'member'
      ? { user_id: grant.principal.userId }
      : { key_id: grant?.principal.keyId }),
    ...(broke === null ? {} : { failure: failureOf(broke).code, reason: reasonOf(failureOf(broke)) }),
  }
  if (status >= 500) parts.log.error({ ...line, err: failureOf(broke).cause }, 'request')
  else parts.log.info(line, 'request')
}

/** Short causes are ours to read: why a key was refused. Anything longer is in `err`. */
const reasonOf = ({ cause }: Failure): string | undefined => (typeof cause === 'string' ? cause : undefined)
