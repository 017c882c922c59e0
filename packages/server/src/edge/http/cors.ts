import type { Route } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Person, SessionGrant } from '../../auth/people/session-grants.ts'

/** How long a browser may remember what a route takes. */
const PREFLIGHT_S = 600

/** Whether pages of other origins may call a route at all: speech, with a token. */
const isForPages = (route: Route): boolean => route.access === 'speech:generate'

/**
 * The answer to a browser that asks before it calls (Fetch standard, section 3.2.2); null when nobody does. It is the same
 * for every origin, as nothing is known of the caller yet: whether a page may read the answer is said with the answer.
 */
export function preflightHeaders(route: Route, request: Request): Record<string, string> | null {
  const { headers } = request
  if (!isForPages(route) || !headers.has('origin') || !headers.has('access-control-request-method'))
    return null
  return {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': route.method,
    'access-control-allow-headers': allowedHeaders(route),
    'access-control-max-age': String(PREFLIGHT_S),
  }
}

/** Clients that were made for another API send headers of their own, which are ignored; a `*` leaves out `Authorization`. */
const allowedHeaders = ({ dialect }: Route): string =>
  dialect === undefined ? 'authorization, content-type, x-api-key' : 'authorization, *'

/** Lets the page that asked read the answer, if it asked with a token that may be used from its origin. */
export function pageHeaders(
  route: Route,
  grant: Grant | SessionGrant<Person> | null,
  origin: string | null,
): Record<string, string> {
  if (!isForPages(route)) return {}
  // What the answer holds depends on the origin, also for those who get none of it.
  const vary = { vary: 'Origin' }
  const token = grant?.principal.kind === 'key' ? grant.principal.token : null
  // A token that may not be used from this origin has opened no grant.
  if (origin === null || token === null) return vary
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers':
      'x-request-id, x-sample-rate, x-audio-format, x-kugelaudio-region, retry-after',
  }
}
