import type { AbuseLimits } from '../auth/abuse-limits.ts'
import { Failure } from '../failure.ts'
import type { Query } from '../store/database.ts'
import { countActiveKeys, countCreatedKeys } from '../store/key-counts.ts'

/** What an account may make of keys; the operator may make any number. */
export type CreationLimits = Pick<AbuseLimits, 'activeKeys' | 'createdKeysPerMinute'>

const MINUTE_MS = 60_000

/** Throws `CONFLICT` when an account would have too many keys. Call it inside the transaction that makes them. */
export async function demandRoom(
  query: Query,
  { accountId, adding, nowMs }: { accountId: string; adding: number; nowMs: number },
  limits: CreationLimits,
): Promise<void> {
  const active = await countActiveKeys(query, accountId, nowMs)
  if (active + adding > limits.activeKeys)
    throw new Failure(
      'CONFLICT',
      `An account may have ${limits.activeKeys} keys that work; this one has ${active}. Revoke some first`,
    )
}

/** Throws `RATE_LIMITED` when an account makes keys too fast. Imported ones do not count. */
export async function demandPatience(
  query: Query,
  { accountId, nowMs }: { accountId: string; nowMs: number },
  limits: CreationLimits,
): Promise<void> {
  const recent = await countCreatedKeys(query, accountId, nowMs - MINUTE_MS)
  if (recent >= limits.createdKeysPerMinute)
    throw new Failure('RATE_LIMITED', `An account may make ${limits.createdKeysPerMinute} keys a minute`, {
      retryAfterS: MINUTE_MS / 1000,
    })
}
