import type { IncomingMessage } from 'node:http'
import type { Route } from '@kugelaudio/contract'
import { featureRefusal, type Plans } from '../../accounts/plans.ts'
import type { CountRequest } from '../../accounts/request-rate.ts'
import type { Authenticate } from '../../auth/authenticate.ts'
import { readCredential } from '../../auth/credential.ts'
import type { Grant } from '../../auth/grants.ts'
import type { Person, SessionGrant } from '../../auth/people/session-grants.ts'
import type { Sessions } from '../../auth/people/sessions.ts'
import type { Tally } from '../../auth/throttle.ts'
import { Failure } from '../../failure.ts'
import { rateLimitHeaders } from './rate-limit-headers.ts'
import type { Site } from './site.ts'

/** Who calls; null where anyone may. */
export type Admitted = Grant | SessionGrant<Person> | null
export type Asking = { incoming: IncomingMessage; address: string | null }

/** A grant that is open has to be released whatever comes of it, also where the call is refused. */
type Admission = {
  grant: Admitted
  rateHeaders: Record<string, string>
  /** Values of `Set-Cookie` that come before the answer's own. */
  cookies: readonly string[]
  refusal: Failure | null
}
/** Lets a call in, or throws why not. */
export type Admit = (route: Route, asking: Asking) => Promise<Admission>

type Parts = {
  authenticate: Authenticate
  countRequest: CountRequest
  plans: Plans
  sessions: Sessions
  /** Requests of one person. */
  requests: Tally
  site: Site
}

/** A key or token that is presented counts; else, where members may come in, the session of the cookie. */
export function createAdmit(parts: Parts): Admit {
  return async (route, asking) => {
    const { access } = route
    if (access === 'open') return { grant: null, rateHeaders: {}, cookies: [], refusal: null }
    const { headers, rawHeaders } = asking.incoming
    const credential = readCredential({ rawHeaders, query: null, keyHeader: route.keyHeader })
    const forMembers = access === 'session' || route.member !== undefined
    if (forMembers && credential.kind === 'none' && parts.sessions.isPresented(headers.cookie))
      return await admitPerson(parts, route, asking)
    const grant = await parts.authenticate(credential, {
      scope: access === 'key' || access === 'session' ? null : access,
      address: asking.address,
      origin: headers.origin ?? null,
      agent: headers['user-agent'] ?? null,
    })
    if (access === 'session') {
      grant.release()
      throw new Failure('FORBIDDEN', undefined, { cause: 'only for people' })
    }
    const { rates, refusal } = await parts.countRequest(grant.principal)
    return {
      grant,
      rateHeaders: rates.length === 0 ? {} : rateLimitHeaders(rates),
      cookies: [],
      refusal: refusal ?? missingFeature(parts, route, grant.principal.plan),
    }
  }
}

async function admitPerson(parts: Parts, route: Route, { incoming }: Asking): Promise<Admission> {
  demandOwnPage(parts.site, route, incoming)
  const grant = await parts.sessions.admit(incoming.headers.cookie, {
    permission: route.member ?? null,
    isRecent: route.recent === true,
  })
  const { userId, plan } = grant.principal
  const waitS = parts.requests.hit(userId)
  const refusal =
    waitS === null ? null : new Failure('RATE_LIMITED', 'Too many requests', { retryAfterS: waitS })
  const renewed = parts.sessions.renewedCookie(incoming.headers.cookie, grant.principal)
  return {
    grant,
    rateHeaders: {},
    cookies: renewed === null ? [] : [renewed],
    refusal: refusal ?? (plan === null ? null : missingFeature(parts, route, plan)),
  }
}

function missingFeature({ plans }: Parts, { feature }: Route, plan: string): Failure | null {
  return feature === undefined ? null : featureRefusal(plans.of(plan), feature)
}

/** A browser sends the cookie along whoever made it ask: only our own pages may change anything with it. */
export function demandOwnPage(site: Site, { method }: Route, incoming: IncomingMessage): void {
  const { origin } = incoming.headers
  const fetchSite = incoming.headers['sec-fetch-site']
  const isFromElsewhere =
    origin === undefined
      ? method !== 'GET' || (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
      : !site.isOwn(origin, incoming)
  if (isFromElsewhere) throw new Failure('FORBIDDEN', undefined, { cause: 'a page of another origin' })
}
