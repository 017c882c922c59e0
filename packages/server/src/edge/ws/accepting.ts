import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type Dialect, FRAME_BYTES_MAX } from '@kugelaudio/contract'
import { WebSocketServer } from 'ws'
import { SUBPROTOCOL } from '../../auth/credential.ts'
import type { Clock } from '../../clock.ts'
import type { Failure } from '../../failure.ts'
import { refuseSocket } from '../http/listener.ts'
import { FrameSocket } from './frame-socket.ts'

/** Above what is answered with an error frame, so that a message only a little too long costs nobody the socket. */
const PAYLOAD_BYTES_MAX = 4 * FRAME_BYTES_MAX

/** What accepts handshakes. */
export type Accepting = WebSocketServer

/** Accepts handshakes that were let in. `always`: headers of every answer. */
export function createAccepting(always: Record<string, string> = {}): Accepting {
  const accepting = new WebSocketServer({
    noServer: true,
    maxPayload: PAYLOAD_BYTES_MAX,
    perMessageDeflate: false,
    // Nothing else that was offered may be said again: it can be a secret.
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  })
  accepting.on('headers', (headers) => {
    headers.push(...Object.entries(always).map(([name, value]) => `${name}: ${value}`))
  })
  return accepting
}

export type Handshake = { message: IncomingMessage; socket: Socket; head: Buffer }
type Refusing = {
  requestId: string
  always: Record<string, string>
  dialect?: Extract<Dialect, 'elevenlabs'> | undefined
  clock: Clock
}

/** Refuses a handshake: a program reads the status; a browser can read nothing but frames and a close code. */
export function refuseUpgrade(
  accepting: Accepting,
  { message, socket, head }: Handshake,
  failure: Failure,
  { requestId, always, dialect, clock }: Refusing,
): void {
  if (message.headers.origin === undefined)
    return refuseSocket(socket, failure, { requestId, always, dialect })
  accepting.handleUpgrade(message, socket, head, (ws) => {
    ws.on('error', () => {})
    new FrameSocket(ws, socket, { requestId, clock, dialect }).fail(failure)
  })
}
