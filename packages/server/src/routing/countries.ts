import type { IncomingMessage } from 'node:http'
import { inRanges, plainAddress } from '../auth/addresses.ts'

/** The region of the country a caller is in; null where nobody who is trusted says so. */
export type NearRegionOf = (message: IncomingMessage) => string | null

/** Reads the country that a trusted proxy has written into a header. */
export function createNearRegionOf(parts: {
  header: string | null
  trustedProxies: readonly string[]
  regions: ReadonlyMap<string, string>
}): NearRegionOf {
  const { header, trustedProxies, regions } = parts
  return ({ headers, socket }) => {
    if (header === null || !inRanges(plainAddress(socket.remoteAddress ?? null), trustedProxies)) return null
    return regions.get(String(headers[header] ?? '').toUpperCase()) ?? null
  }
}
