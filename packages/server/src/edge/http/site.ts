import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../../auth/addresses.ts'

/** Under which names we are asked. */
export type Site = {
  /** Scheme, host and port that the caller used, as far as we know. */
  baseOf(message: IncomingMessage): string
  /** Whether a page of this origin is ours. */
  isOwn(origin: string, message: IncomingMessage): boolean
  /** Whether a request was made on this machine, by somebody who sits at it: not through a proxy, nor by another name. */
  isLocal(message: IncomingMessage, address: string | null): boolean
}

const LOOPBACK_NAMES = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i
/** What a reverse proxy adds. */
const FORWARDED = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

export function createSite(publicUrl: string | null): Site {
  const publicOrigin = publicUrl === null ? null : new URL(publicUrl).origin
  return {
    baseOf: ({ headers }) => {
      if (publicOrigin !== null) return publicOrigin
      const origin = URL.parse(headers.origin ?? '')
      const scheme = origin?.host === headers.host?.toLowerCase() ? origin?.protocol : 'http:'
      return `${scheme}//${headers.host ?? 'localhost'}`
    },
    isOwn(origin, { headers }) {
      if (publicOrigin !== null) return origin === publicOrigin
      const parsed = URL.parse(origin)
      return (
        parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.host === headers.host?.toLowerCase()
      )
    },
    // A page elsewhere can give its own name our address: then the name in Host is not one of these.
    isLocal: ({ headers }, address) =>
      isLoopback(address) &&
      LOOPBACK_NAMES.test(headers.host ?? '') &&
      FORWARDED.every((name) => headers[name] === undefined),
  }
}
