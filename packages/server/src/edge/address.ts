import type { IncomingMessage } from 'node:http'
import { inRanges } from '../auth/permissions.ts'

/** Finds the address a request comes from; null when it cannot be known. */
export type AddressOf = (message: IncomingMessage) => string | null

/** More hops than any honest chain of proxies has. */
const HOPS_MAX = 20

/**
 * The caller's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: read from the right, the
 * first address that is no trusted proxy is the caller. Anything to the left of it may be invented.
 */
export const createAddressOf =
  (trustedProxies: readonly string[]): AddressOf =>
  (message) => {
    const peer = message.socket.remoteAddress ?? null
    if (trustedProxies.length === 0 || !inRanges(peer, trustedProxies)) return peer
    const hops = String(message.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => hop.trim())
      .filter((hop) => hop !== '')
    for (const hop of hops.reverse().slice(0, HOPS_MAX)) if (!inRanges(hop, trustedProxies)) return hop
    return peer
  }
