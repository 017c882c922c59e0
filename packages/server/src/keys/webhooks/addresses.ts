import { isIP } from 'node:net'
import { inRanges, isLoopback, isPublic } from '../../auth/addresses.ts'

/** Whether something may be sent to an address. */
export type AllowAddress = (address: string, protocol: string) => boolean

/**
 * Webhooks reach the internet, and what the operator allows beyond it: never by themselves what only this machine or its
 * network reaches. Without TLS nothing leaves the machine.
 */
export const createAllowAddress =
  (allowed: readonly string[]): AllowAddress =>
  (address, protocol) => {
    if (protocol !== 'https:' && !isLoopback(address)) return false
    return inRanges(address, allowed) || isPublic(address)
  }

/** The address that a URL's host is by itself, whatever notation it was written in; null for a name. */
export function literalAddress(hostname: string): string | null {
  const text = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(text) === 0 ? null : text
}
