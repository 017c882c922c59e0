import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Refusals } from '../../audit/refusals.ts'
import type { Authenticate } from '../../auth/authenticate.ts'
import { expired, hasExpired } from '../../auth/confirm.ts'
import { readCredential } from '../../auth/credential.ts'
import type { Grant } from '../../auth/grants.ts'
import type { Clock } from '../../clock.ts'
import { codeOf, Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { type BeginSpan, type Span, unobserved } from '../../observe.ts'
import type { AddressOf } from '../address.ts'
import { actorOf } from '../http/call.ts'
import { refuseSocket } from '../http/listener.ts'
import { failureOf } from '../wire-failure.ts'
import { createAccepting, type Handshake, refuseUpgrade } from './accepting.ts'
import { findRoute } from './find-route.ts'
import { CLOSE, FrameSocket } from './frame-socket.ts'
import type { Asked, Session, SocketRoute, SocketRoutes } from './session.ts'

/** A peer that has not answered a ping by the next one is gone. Below what proxies take for idle. */
const PING_MS = 30_000
type Parts = {
  authenticate: Authenticate
  addressOf: AddressOf
  sessions: SocketRoutes
  /** Hears of everyone who is refused. */
  refusals: Pick<Refusals, 'note'>
  beginSpan?: BeginSpan
  clock: Clock
  log: Log
  newRequestId: () => string
  /** Headers of every answer. */
  always?: Record<string, string>
}

/** The sockets of a server. */
export type Sockets = {
  /** How many are open. */
  readonly size: number
  /** Refuses new ones, ends the open ones when they are idle; resolves when none is left. */
  drain(): Promise<void>
  /** Ends what is left, now. */
  close(): void
}

/** Takes upgrades: the same credential and the same authentication as every request. */
export function acceptUpgrades(server: Server, parts: Parts): Sockets {
  const { always = {}, beginSpan = unobserved.beginSpan } = parts
  const accepting = createAccepting(always)
  const open = new Map<WebSocket, { session: Session; grant: Grant }>()
  const answering = new WeakSet<WebSocket>()
  let draining = false
  let allGone: (() => void) | null = null

  server.on('upgrade', (message: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const requestId = parts.newRequestId()
    void admit(message, requestId).then(
      ({ grant, span, ...admitted }) => {
        // The peer may have gone while its key was looked up, or its handshake be none.
        let isOpen = false
        accepting.handleUpgrade(message, socket, head, (ws) => {
          isOpen = true
          begin(ws, socket, { grant, span, ...admitted })
        })
        if (isOpen) return
        grant.release()
        span.end({})
      },
      (thrown) => refuse({ message, socket, head }, failureOf(thrown), requestId),
    )
  })

  const admit = async (message: IncomingMessage, requestId: string): Promise<Admitted> => {
    const { path, query } = urlOf(message)
    const found = findRoute(parts.sessions, path)
    if (found === null) throw new Failure('NOT_FOUND', 'No such route')
    const { route, pattern, params } = found
    if (message.headers['sec-websocket-version'] !== '13')
      throw new Failure('UPGRADE_REQUIRED', 'Sec-WebSocket-Version: must be 13')
    const span = beginSpan(
      `GET ${pattern}`,
      { 'http.request.method': 'GET', 'http.route': pattern, 'kugelaudio.request_id': requestId },
      message.headers,
    )
    try {
      const grant = await span.within(() => grantOf(message, route, query))
      return { route, asked: { params, query }, grant, span, requestId }
    } catch (refused) {
      span.end({}, codeOf(refused))
      throw refused
    }
  }

  const grantOf = async (
    message: IncomingMessage,
    route: SocketRoute,
    query: URLSearchParams,
  ): Promise<Grant> => {
    const grant = await parts.authenticate(
      readCredential({ rawHeaders: message.rawHeaders, query, keyHeader: route.keyHeader }),
      {
        scope: route.access,
        address: parts.addressOf(message),
        origin: message.headers.origin ?? null,
        agent: message.headers['user-agent'] ?? null,
      },
    )
    try {
      refuseWhileDraining()
      await grant.use()
      refuseWhileDraining()
      return grant
    } catch (refused) {
      grant.release()
      throw refused
    }
  }

  const refuseWhileDraining = (): void => {
    if (draining) throw new Failure('SERVICE_UNAVAILABLE', 'Restarting', { retryAfterS: 1 })
  }

  const begin = (ws: WebSocket, connection: Socket, admitted: Admitted): void => {
    const { route, asked, grant, span, requestId } = admitted
    const { clock } = parts
    const socket = new FrameSocket(ws, connection, { requestId, clock, dialect: route.dialect })
    const session = span.within(() => route.open(socket, grant, asked))
    const startMs = parts.clock.monotonicMs()
    const sever = (): void => socket.fail(failureOf(grant.signal.reason))
    open.set(ws, { session, grant })
    answering.add(ws)
    ws.on('message', (data, isBinary) => span.within(() => session.receive(isBinary ? null : String(data))))
    ws.on('pong', () => answering.add(ws))
    // What was sent is no WebSocket; the peer is being told so.
    ws.on('error', () => socket.endSoon())
    ws.on('close', (code) => {
      grant.signal.removeEventListener('abort', sever)
      grant.release()
      open.delete(ws)
      session.closed()
      span.end({ 'kugelaudio.close_code': code })
      const { accountId, keyId } = grant.principal
      const ms = Math.round(parts.clock.monotonicMs() - startMs)
      parts.log.info(
        { request_id: requestId, account_id: accountId, key_id: keyId, close: code, ms },
        'socket',
      )
      if (open.size === 0) allGone?.()
    })
    if (grant.signal.aborted) return sever()
    grant.signal.addEventListener('abort', sever, { once: true })
  }

  accepting.on('wsClientError', (error, socket) => {
    const failure = new Failure('VALIDATION_ERROR', error.message)
    refuseSocket(socket as Socket, failure, { requestId: parts.newRequestId(), always })
  })

  const refuse = (handshake: Handshake, failure: Failure, requestId: string): void => {
    const { message } = handshake
    const actor = actorOf(null, message, parts.addressOf(message), requestId)
    parts.refusals.note(failure, { actor, route: urlOf(message).path, accountId: null })
    const cause = typeof failure.cause === 'string' ? failure.cause : undefined
    parts.log.info({ request_id: requestId, failure: failure.code, reason: cause }, 'socket refused')
    if (failure.code === 'INTERNAL_ERROR')
      parts.log.error({ request_id: requestId, err: failure.cause }, 'socket failed')
    const dialect = findRoute(parts.sessions, urlOf(message).path)?.route.dialect
    refuseUpgrade(accepting, handshake, failure, {
      requestId,
      always,
      dialect,
      clock: parts.clock,
    })
  }

  const pingAll = (): void => {
    const nowMs = parts.clock.nowMs()
    for (const [ws, { grant }] of open) {
      // Whoever asks for nothing more would else stay for as long as the peer does.
      if (hasExpired(grant, nowMs)) grant.sever(expired())
      // Nothing is read of a peer that waits for its answers: its pongs are not either.
      if (ws.isPaused) answering.add(ws)
      else if (!answering.delete(ws)) ws.terminate()
      else ws.ping()
    }
    stopPinging = parts.clock.after(PING_MS, pingAll)
  }
  let stopPinging = parts.clock.after(PING_MS, pingAll)

  return {
    get size() {
      return open.size
    },
    async drain() {
      draining = true
      if (open.size === 0) return
      const gone = new Promise<void>((resolve) => {
        allGone = resolve
      })
      for (const { session } of open.values()) session.drain()
      await gone
    },
    close() {
      stopPinging()
      for (const ws of open.keys()) ws.close(CLOSE.restarting, 'restarting')
      for (const ws of accepting.clients) ws.terminate()
    },
  }
}

type Admitted = { route: SocketRoute; asked: Asked; grant: Grant; span: Span; requestId: string }

function urlOf(message: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', ...rest] = (message.url ?? '').split('?')
  return { path, query: new URLSearchParams(rest.join('?')) }
}
