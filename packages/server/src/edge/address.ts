import type { IncomingMessage } from 'node:http'
import { inRanges, plainAddress } from '../auth/addresses.ts'

/** Finds the address a request comes from; null when it cannot be known. */
export type AddressOf = (message: IncomingMessage) => string | null

/** More hops than any honest chain of proxies has. */
const HOPS_MAX = 20

/**
 * The caller's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: read from the right, the
 * first address that is no trusted proxy is the caller. Anything to the left of it may be invented. What is no address,
 * and a chain that is too long, make the caller unknown. `Forwarded` (RFC 7239) is not read: proxies that write the one
 * pass the other on from whoever sends it.
 */
export const createAddressOf =
  (trustedProxies: readonly string[]): AddressOf =>
  (message) => {
    const peer = plainAddress(message.socket.remoteAddress ?? null)
    if (trustedProxies.length === 0 || !inRanges(peer, trustedProxies)) return peer
    const hops = String(message.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => hop.trim())
      .filter((hop) => hop !== '')
    if (hops.length > HOPS_MAX) return null
    let caller = peer
    for (const hop of hops.reverse()) {
      caller = plainAddress(hop)
      if (!inRanges(caller, trustedProxies)) break
    }
    return caller
  }
