import { createHmac, timingSafeEqual } from 'node:crypto'

export const COOKIE_PREFIX = 'kugelaudio'

/** What the cookie of a session is called; behind TLS no other site of the domain can set it without TLS. */
export const sessionCookieName = (isSecure: boolean): string =>
  `${isSecure ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`

/**
 * The token in a session's cookie, if we have signed it: `token.signature`, HMAC-SHA256 in base64, percent-encoded, as Better
 * Auth writes it. Null where there is none, or another.
 */
export function readSessionCookie(
  header: string | undefined,
  { isSecure, secret }: { isSecure: boolean; secret: string },
): string | null {
  const value = cookieOf(header ?? '', sessionCookieName(isSecure))
  if (value === null) return null
  const end = value.lastIndexOf('.')
  if (end < 1) return null
  const token = value.slice(0, end)
  const expected = createHmac('sha256', secret).update(token).digest()
  const presented = Buffer.from(value.slice(end + 1), 'base64')
  return presented.length === expected.length && timingSafeEqual(presented, expected) ? token : null
}

/** The first cookie of this name. */
function cookieOf(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    try {
      return decodeURIComponent(pair.slice(at + 1).trim())
    } catch {
      return null
    }
  }
  return null
}
