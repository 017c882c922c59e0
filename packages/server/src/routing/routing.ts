import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Clock, elapsedMs } from '../clock.ts'
import type { Region } from '../config.ts'
import { answerFailure, hasWrongHost } from '../edge/http/listener.ts'
import { REGION_HEADER } from '../edge/region-headers.ts'
import { failureOf } from '../edge/wire-failure.ts'
import { type Accepting, refuseUpgrade } from '../edge/ws/accepting.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import { chooseRegions } from './choice.ts'
import type { NearRegionOf } from './countries.ts'
import { pinsOf } from './pins.ts'
import type { Relay } from './relay.ts'
import { type Relayed, relayRequest, unreachable } from './relay-request.ts'
import { relaySocket } from './relay-socket.ts'

type Parts = Relay & {
  /** The region that all requests are bound to, where this is the endpoint of one. */
  only: string | null
  nearRegionOf: NearRegionOf
  accepting: Accepting
  clock: Clock
  log: Log
  newRequestId: () => string
}

/** Passes requests and sockets on to regions. */
export type Routing = {
  answer(incoming: IncomingMessage, outgoing: ServerResponse): void
  acceptUpgrades(server: Server): void
}

export function createRouting(parts: Parts): Routing {
  const { clock, log, only } = parts

  const pinned = (message: IncomingMessage): ReadonlySet<string> => {
    const pins = pinsOf(message)
    return only === null ? pins : new Set([...pins, only])
  }

  const regionsFor = (message: IncomingMessage): readonly Region[] => {
    const choice = chooseRegions(parts.watch.seen, pinned(message), parts.nearRegionOf(message))
    switch (choice.kind) {
      case 'ways':
        return choice.regions
      case 'down':
        throw unreachable(parts.watch.seen.filter(({ name }) => (choice.region ?? name) === name))
      case 'elsewhere':
        throw new Failure('MISDIRECTED_REQUEST', `This endpoint does not lead to the region ${choice.region}`)
      case 'torn':
        throw new Failure(
          'VALIDATION_ERROR',
          'Send one API key: the request is bound to more than one region',
        )
    }
  }

  /** A failure of this endpoint's own names the region that the request is bound to. */
  const always = (message: IncomingMessage): Record<string, string> => {
    const [pin, ...others] = pinned(message)
    return pin === undefined || others.length > 0 ? {} : { [REGION_HEADER]: pin }
  }

  const follow = async (
    message: IncomingMessage,
    what: string,
    passOn: () => Promise<Relayed>,
    refuse: (failure: Failure, requestId: string) => void,
  ): Promise<void> => {
    const startMs = clock.monotonicMs()
    const { method } = message
    try {
      const { region, status, requestId, broke } = await passOn()
      const line = { request_id: requestId ?? undefined, region, method, status }
      log.info({ ...line, ms: elapsedMs(clock, startMs), ...(broke ? { broke } : {}) }, what)
    } catch (thrown) {
      const failure = failureOf(thrown)
      const requestId = parts.newRequestId()
      const line = { request_id: requestId, method, failure: failure.code, ms: elapsedMs(clock, startMs) }
      if (failure.code === 'INTERNAL_ERROR') log.error({ ...line, err: failure.cause }, `${what} failed`)
      else log.info({ ...line, reason: failure.message }, `${what} refused`)
      refuse(failure, requestId)
    }
  }

  return {
    answer(incoming, outgoing) {
      void follow(
        incoming,
        'request',
        async () => {
          if (hasWrongHost(incoming))
            throw new Failure('VALIDATION_ERROR', 'The Host header of the request is missing or malformed')
          return await relayRequest(parts, regionsFor(incoming), incoming, outgoing)
        },
        (failure, requestId) =>
          answerFailure(incoming, outgoing, failure, { requestId, always: always(incoming) }),
      )
    },
    acceptUpgrades(server) {
      server.on('upgrade', (message: IncomingMessage, near: Socket, head: Buffer) => {
        near.on('error', () => near.destroy())
        const handshake = { message, near, head }
        void follow(
          message,
          'socket',
          async () => await relaySocket(parts, regionsFor(message), handshake),
          (failure, requestId) =>
            refuseUpgrade(parts.accepting, { message, socket: near, head }, failure, {
              requestId,
              always: always(message),
              clock,
            }),
        )
      })
    },
  }
}
