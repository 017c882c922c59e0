import { isSignature, type PeopleSecrets, signatureOf } from './secrets.ts'

export const COOKIE_PREFIX = 'kugelaudio'

/** How cookies are signed: by the first of the secrets; those before it are still believed. */
export type CookieSigning = { isSecure: boolean; secrets: PeopleSecrets }

/** What the cookie of a session is called; behind TLS no other site of the domain can set it without TLS. */
export const sessionCookieName = (isSecure: boolean): string => `${prefixOf(isSecure)}session_token`

const prefixOf = (isSecure: boolean): string => `${isSecure ? '__Secure-' : ''}${COOKIE_PREFIX}.`

/** The token in a session's cookie, if we have signed it. Null where there is none, or another. */
export function readSessionCookie(header: string | undefined, signing: CookieSigning): string | null {
  const value = cookieOf(header ?? '', sessionCookieName(signing.isSecure))
  return value === null ? null : (readSigned(value, signing.secrets)?.value ?? null)
}

/** A cookie header as if all that earlier secrets have signed had been signed by the current one, which Better Auth knows. */
export function resignCookies(header: string, { isSecure, secrets }: CookieSigning): string {
  if (secrets.length === 1) return header
  return header
    .split(';')
    .map((pair) => {
      const [name, text] = pairOf(pair)
      const signed = name.startsWith(prefixOf(isSecure)) ? readSigned(decoded(text) ?? '', secrets) : null
      return signed === null || signed.isCurrent ? pair : ` ${name}=${signedText(signed.value, secrets[0])}`
    })
    .join(';')
    .trim()
}

/**
 * What takes the place of a session's cookie that an earlier secret has signed, with the attributes that Better Auth gives
 * it; null where the current one has, or there is none.
 */
export function renewedSessionCookie(
  header: string | undefined,
  signing: CookieSigning,
  remainingMs: number,
): string | null {
  const name = sessionCookieName(signing.isSecure)
  const signed = readSigned(cookieOf(header ?? '', name) ?? '', signing.secrets)
  if (signed === null || signed.isCurrent) return null
  const isForgotten = cookieOf(header ?? '', `${prefixOf(signing.isSecure)}dont_remember`) !== null
  return [
    `${name}=${signedText(signed.value, signing.secrets[0])}`,
    ...(isForgotten ? [] : [`Max-Age=${Math.floor(remainingMs / 1000)}`]),
    'Path=/',
    'HttpOnly',
    ...(signing.isSecure ? ['Secure'] : []),
    'SameSite=Lax',
  ].join('; ')
}

/** As Better Auth writes it: `value.signature`, percent-encoded. */
const signedText = (value: string, secret: string): string =>
  encodeURIComponent(`${value}.${signatureOf(value, secret)}`)

function readSigned(text: string, secrets: PeopleSecrets): { value: string; isCurrent: boolean } | null {
  const end = text.lastIndexOf('.')
  if (end < 1) return null
  const value = text.slice(0, end)
  const by = secrets.findIndex((secret) => isSignature(text.slice(end + 1), value, secret))
  return by < 0 ? null : { value, isCurrent: by === 0 }
}

/** The first cookie of this name. */
function cookieOf(header: string, name: string): string | null {
  const pair = header.split(';').find((candidate) => pairOf(candidate)[0] === name)
  return pair === undefined ? null : decoded(pairOf(pair)[1])
}

function pairOf(pair: string): [name: string, text: string] {
  const at = pair.indexOf('=')
  return at < 0 ? ['', ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
