import { type Dialect, FAILURES } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'
import { dialectBody } from './dialect-failures.ts'

/** What anything thrown becomes in public. What is not a Failure is ours, and says nothing of itself. */
export const failureOf = (thrown: unknown): Failure =>
  thrown instanceof Failure ? thrown : new Failure('INTERNAL_ERROR', undefined, { cause: thrown })

/** An answer over HTTP, before it is bytes. */
export type WireAnswer = { status: number; headers: Record<string, string>; body: string }

/**
 * A failure over HTTP: the authentication page's own bodies for 401 and 403, flat for all others; on routes that speak
 * another API's dialect, its bodies.
 */
export function httpFailure(failure: Failure, requestId: string, dialect?: Dialect): WireAnswer {
  const { status } = FAILURES[failure.code]
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-request-id': requestId }
  if (failure.retryAfterS !== null) headers['retry-after'] = String(failure.retryAfterS)
  // RFC 9110, section 15.5.22, and RFC 6455, section 4.2.2.
  if (failure.code === 'UPGRADE_REQUIRED')
    Object.assign(headers, { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-version': '13' })
  const challenge = challengeOf(failure)
  if (challenge !== null) headers['www-authenticate'] = challenge
  return { status, headers, body: JSON.stringify(bodyOf(failure, requestId, dialect)) }
}

/** The body of a failure as a socket sends it, always flat. */
export const failureFrame = (failure: Failure, requestId: string) => ({
  ...flatBody(failure),
  request_id: requestId,
})

function bodyOf(failure: Failure, requestId: string, dialect: Dialect | undefined): object {
  if (dialect !== undefined) return dialectBody(failure, requestId, dialect)
  return isAuthFailure(failure) ? authBody(failure) : flatBody(failure)
}

const isAuthFailure = ({ code }: Failure): boolean => code === 'UNAUTHORIZED' || code === 'FORBIDDEN'

const authBody = ({ code }: Failure) =>
  code === 'FORBIDDEN'
    ? { error: { code: 'forbidden', message: FAILURES.FORBIDDEN.message } }
    : { error: { code: 'unauthorized', message: FAILURES.UNAUTHORIZED.message } }

const flatBody = (failure: Failure) => ({
  error: failure.message,
  error_code: failure.code,
  code: FAILURES[failure.code].status,
  ...(failure.retryAfterS === null ? {} : { retry_after: failure.retryAfterS }),
})

/** RFC 6750, section 3: no error is named to a caller who presented nothing. */
function challengeOf(failure: Failure): string | null {
  if (failure.code === 'UNAUTHORIZED') {
    return failure.cause === 'none'
      ? 'Bearer realm="kugelaudio"'
      : 'Bearer realm="kugelaudio", error="invalid_token"'
  }
  return failure.code === 'FORBIDDEN' ? 'Bearer realm="kugelaudio", error="insufficient_scope"' : null
}
