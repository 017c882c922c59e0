import type { SocketAddress } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { FrameSocket } from './frame-socket.ts'

/** What a route does with its open socket. */
export type Session = {
  /** One message: text as it came, or null for a binary one. */
  receive(text: string | null): void
  /** The peer has gone. */
  closed(): void
  /** Closes with 1012: at once when idle, else when what is being spoken has been. */
  drain(): void
}

/** What a socket was asked for: what the braces of its path stand for, and its query. */
export type Asked = { params: Record<string, string>; query: URLSearchParams }

export type OpenSession = (socket: FrameSocket, grant: Grant, asked: Asked) => Session

/** A path of sockets: what opens one must be allowed to do, and what is done with it. */
export type SocketRoute = Pick<SocketAddress, 'access' | 'dialect' | 'keyHeader'> & { open: OpenSession }

export type SocketRoutes = ReadonlyMap<string, SocketRoute>
