import type { IncomingMessage } from 'node:http'

/** What of a refused body is read and thrown away for the sake of the connection. */
const UNREAD_BYTES_MAX = 64 * 1024

/** A long body that nobody reads costs the connection: the caller must not send its next request on it. */
export function leavesMuchUnread({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false
  return (
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > UNREAD_BYTES_MAX
  )
}
