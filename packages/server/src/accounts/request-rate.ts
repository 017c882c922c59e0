import type { Plan } from '@kugelaudio/contract'
import type { Principal } from '../auth/grants.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { hourOf, type ReachedLimit } from './limit-notices.ts'
import type { Plans } from './plans.ts'
import type { RequestWindows } from './request-windows.ts'

/** Every limit on requests is one a minute. */
export const RATE_WINDOW_S = 60

/** How a principal stands with one limit on requests. */
export type RequestRate = {
  limit: 'account' | 'key'
  /** Requests in a window. */
  quota: number
  remaining: number
  /** Whole seconds until the window ends. */
  resetS: number
}

/** One request, counted or refused, and how the limits stand after it; without limits, `rates` is empty. */
export type CountedRequest = { rates: readonly RequestRate[]; refusal: Failure | null }

/** Counts a request by its account's and its key's limit; only both together let it pass, and a refused one counts in neither. */
export type CountRequest = (principal: Principal) => CountedRequest | Promise<CountedRequest>

const UNLIMITED: CountedRequest = { rates: [], refusal: null }

/** Counts in windows of a minute that begin with their first request. */
export function createCountRequest(parts: {
  plans: Plans
  windows: RequestWindows
  /** Hears of limits that refuse somebody. */
  reached: (limit: ReachedLimit) => void
  clock: Clock
}): CountRequest {
  const refused = ({ accountId, keyId }: Principal, { limit, quota: max }: Limit): void => {
    const atMs = parts.clock.nowMs()
    const ofKey = limit === 'key' ? keyId : null
    parts.reached({ accountId, keyId: ofKey, limit: 'requests_per_minute', max, period: hourOf(atMs), atMs })
  }
  return (principal) => {
    const limits = limitsOf(principal, parts.plans.of(principal.plan))
    return limits.length === 0
      ? UNLIMITED
      : countAll(parts.windows, limits, (limit) => refused(principal, limit))
  }
}

type Limit = { limit: RequestRate['limit']; id: string; quota: number }

/** The key's own limit first: whoever it refuses takes nothing from the account, not even for a moment. */
function limitsOf({ keyId, accountId, limits }: Principal, plan: Plan): Limit[] {
  const found: Limit[] = []
  const ofKey = limits.requests_per_minute ?? null
  if (ofKey !== null) found.push({ limit: 'key', id: keyId, quota: ofKey })
  if (plan.requests_per_minute !== null)
    found.push({ limit: 'account', id: accountId, quota: plan.requests_per_minute })
  return found
}

async function countAll(
  windows: RequestWindows,
  limits: readonly Limit[],
  refused: (limit: Limit) => void,
): Promise<CountedRequest> {
  const counted: { limit: Limit; used: number; resetMs: number }[] = []
  for (const limit of limits) {
    const { used, resetMs } = await windows.count(limit.id, limit.quota)
    counted.push({ limit, used, resetMs })
    if (used > limit.quota) break
  }
  const over = counted.find(({ limit, used }) => used > limit.quota)
  if (over !== undefined) {
    for (const { limit } of counted) await windows.giveBack(limit.id)
    refused(over.limit)
  }
  const rates = counted.map(({ limit: { limit, quota }, used, resetMs }) => ({
    limit,
    quota,
    remaining: Math.max(0, quota - (over === undefined ? used : used - 1)),
    resetS: Math.max(1, Math.ceil(resetMs / 1_000)),
  }))
  return { rates, refusal: over === undefined ? null : refusalOf(over.limit, rates) }
}

/** Trying again makes sense when the window of the limit that refused has ended. */
function refusalOf({ limit, quota }: Limit, rates: readonly RequestRate[]): Failure {
  const retryAfterS = rates.find((rate) => rate.limit === limit)?.resetS ?? RATE_WINDOW_S
  return new Failure('RATE_LIMITED', `Rate limit exceeded: ${quota} requests a minute (${limit})`, {
    retryAfterS,
    cause: `requests_per_minute of the ${limit}`,
  })
}
