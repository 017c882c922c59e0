import type { Clock } from '../clock.ts'
import { codeOf, Failure } from '../failure.ts'
import type { LastUsed } from '../keys/last-used.ts'
import type { RecentRequests } from '../keys/recent-requests.ts'
import type { Observe } from '../observe.ts'
import type { Authenticate } from './authenticate.ts'
import type { Grant } from './grants.ts'
import type { Demand } from './permissions.ts'
import type { Throttle } from './throttle.ts'

/**
 * The same authentication, of which somebody takes note: uses are remembered, and a network that fails too often is told
 * to wait. It is asked after the decision, so that a valid key passes wherever it comes from.
 */
export function watched(
  authenticate: Authenticate,
  parts: {
    failures: Throttle
    lastUsed: Pick<LastUsed, 'note'>
    recent: RecentRequests
    clock: Clock
    verified: Observe['verified']
  },
): Authenticate {
  const opened = (grant: Grant, { address, agent }: Demand): Grant => {
    const { digest, principal } = grant
    const atMs = parts.clock.nowMs()
    const { keyId, bySecret } = principal
    const isOld = bySecret === 'old'
    parts.lastUsed.note({ keyId, digest, atMs, address, agent: agent ?? null, isOld })
    parts.recent.note(keyId, atMs)
    parts.verified('ACCEPTED')
    return grant
  }
  return (credential, demand) => {
    const refused = (thrown: unknown): never => {
      const failure = isFailedAttempt(thrown) ? throttled(thrown, parts.failures.hit(demand.address)) : thrown
      parts.verified(codeOf(failure))
      throw failure
    }
    try {
      const grant = authenticate(credential, demand)
      return grant instanceof Promise
        ? grant.then((found) => opened(found, demand), refused)
        : opened(grant, demand)
    } catch (thrown) {
      return refused(thrown)
    }
  }
}

/** Whoever presents nothing tries nothing. */
const isFailedAttempt = (thrown: unknown): thrown is Failure =>
  thrown instanceof Failure && thrown.code === 'UNAUTHORIZED' && thrown.cause !== 'none'

function throttled(failure: Failure, waitS: number | null): Failure {
  if (waitS === null) return failure
  const { cause, refused } = failure
  return new Failure('RATE_LIMITED', 'Too many failed attempts from this address', {
    cause,
    retryAfterS: waitS,
    refused: refused ?? { reason: String(cause), keyId: null, accountId: null },
  })
}
