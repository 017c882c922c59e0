import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'

/** What of a refused body is read and thrown away for the sake of the connection. */
const UNREAD_BYTES_MAX = 64 * 1024
/** What is read and thrown away so that a caller who still writes can hear its answer: twice the largest body. */
const WRITTEN_BYTES_MAX = 64 * 1024 * 1024
/** How often it is looked at how much that is by now, in ms. */
const WRITTEN_LOOKED_AT_MS = 100

/** A long body that nobody reads costs the connection: the caller must not send its next request on it. */
export function leavesMuchUnread({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false
  return (
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > UNREAD_BYTES_MAX
  )
}

/**
 * Ends a connection in two steps where its caller still writes when the answer is there (RFC 9112, section 9.6): our half
 * at once, the other once the body has come. Closed at once, what is on its way would be answered with a reset, and most
 * clients then tell of a broken pipe in place of the answer. The time that any request may take bounds this too.
 */
export function hearOutBeforeClosing(incoming: IncomingMessage): void {
  const { socket } = incoming
  let isEnding = false
  // What ends a connection after its last answer calls this.
  socket.destroySoon = () => {
    if (isEnding) return
    if (incoming.complete) return void Socket.prototype.destroySoon.call(socket)
    isEnding = true
    socket.end()
    const from = socket.bytesRead
    const watch = setInterval(() => {
      if (socket.bytesRead - from > WRITTEN_BYTES_MAX) socket.destroy()
    }, WRITTEN_LOOKED_AT_MS)
    socket.once('close', () => clearInterval(watch))
    incoming.once('close', () => socket.destroy())
    incoming.once('end', () => socket.destroy())
    // Whoever has begun to read would pause again.
    incoming.removeAllListeners('data').resume()
  }
}
