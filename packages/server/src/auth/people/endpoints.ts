import { Failure } from '../../failure.ts'
import type { Actor } from '../../store/audit-log.ts'
import { ADDRESS_HEADER, BASE_PATH } from './paths.ts'
import { type CookieSigning, resignCookies } from './session-cookie.ts'

/** Who asks, and from where. */
export type From = {
  /** Scheme, host and port under which we were asked. */
  base: string
  cookie: string | null
  origin: string | null
  actor: Actor
}

/** What one of Better Auth's endpoints is asked. */
export type Asked = {
  method: 'GET' | 'POST'
  path: `/${string}`
  query?: Record<string, string>
  body?: unknown
}

/** What it answered; what it refuses is thrown. */
export type Answered = { body: unknown; cookies: string[]; location: string | null }

export type AskEndpoint = (asked: Asked, from: From) => Promise<Answered>

/**
 * Asks Better Auth. Only endpoints that one of our routes names are reached; the rest of them nobody can call. Throws what it
 * refuses as a failure of ours.
 */
export function createAskEndpoint({
  load,
  signing,
}: {
  load: () => Promise<(request: Request) => Promise<Response>>
  signing: CookieSigning
}): AskEndpoint {
  return async ({ method, path, query = {}, body }, from) => {
    const handler = await load()
    const url = new URL(BASE_PATH + path, from.base)
    url.search = new URLSearchParams(query).toString()
    const headers = new Headers({ [ADDRESS_HEADER]: from.actor.address ?? '' })
    // It is asked by us: whoever asked us has been checked.
    headers.set('origin', from.origin ?? from.base)
    if (from.cookie !== null) headers.set('cookie', resignCookies(from.cookie, signing))
    if (from.actor.agent !== null) headers.set('user-agent', from.actor.agent)
    if (body !== undefined) headers.set('content-type', 'application/json')
    const request = new Request(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const response = await handler(request)
    const answer: unknown = await response.json().catch(() => null)
    if (response.status >= 400) throw refusalOf(response.status, answer)
    return {
      body: answer,
      cookies: response.headers.getSetCookie(),
      location: response.headers.get('location'),
    }
  }
}

/** Better Auth's errors that are about who somebody is. */
const SIGN_IN_ERRORS: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'E-mail or password is wrong',
  INVALID_PASSWORD: 'The password is wrong',
  EMAIL_NOT_VERIFIED: 'Confirm your e-mail address first: the link is in your inbox',
  INVALID_CODE: 'That code is wrong or has expired',
  INVALID_BACKUP_CODE: 'That code is wrong or was used already',
  INVALID_TWO_FACTOR_COOKIE: 'This sign-in has taken too long: begin again',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many wrong codes: begin again',
  ACCOUNT_TEMPORARILY_LOCKED: 'Too many wrong codes: wait a quarter of an hour',
  PASSKEY_NOT_FOUND: 'This passkey is not known here',
  AUTHENTICATION_FAILED: 'The passkey could not be verified',
  CHALLENGE_NOT_FOUND: 'This sign-in has taken too long: begin again',
}

function refusalOf(status: number, answer: unknown): Failure {
  const { code = '', message = 'Invalid request' } = (answer ?? {}) as { code?: string; message?: string }
  // Better Auth takes this for a mistake of its own.
  if (code === 'FAILED_TO_VERIFY_REGISTRATION')
    return new Failure('VALIDATION_ERROR', 'The passkey could not be verified: begin again', { cause: code })
  const known = SIGN_IN_ERRORS[code]
  // As the audit log says why.
  const why = code.toLowerCase().replaceAll('_', ' ')
  if (known !== undefined) return new Failure('SIGN_IN_FAILED', known, { cause: why })
  switch (status) {
    case 400:
    case 409:
    case 422:
      return new Failure('VALIDATION_ERROR', message, { cause: code })
    case 401:
      return new Failure('UNAUTHORIZED', undefined, { cause: code })
    case 403:
      return new Failure('FORBIDDEN', undefined, { cause: code })
    case 404:
      return new Failure('NOT_FOUND', message, { cause: code })
    case 429:
      return new Failure('RATE_LIMITED', message, { cause: code, retryAfterS: 60 })
    default:
      return new Failure('INTERNAL_ERROR', undefined, { cause: new Error(`Better Auth: ${status} ${code}`) })
  }
}
