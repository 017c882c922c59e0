import type { AuditCheck } from '@kugelaudio/contract'
import type { Clock } from '../clock.ts'
import { streamEvents } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import { ALL_EVENTS } from './audit.ts'
import { verifyChain } from './chain.ts'

/** Reading a whole log costs: whoever asks again within this gets the same answer. */
const KEPT_MS = 60_000

/** Says whether an account's log is as it was written. */
export type CheckAudit = (accountId: string) => Promise<AuditCheck>

export function createCheckAudit({ database, clock }: { database: Database; clock: Clock }): CheckAudit {
  const kept = new Map<string, { atMs: number; check: Promise<AuditCheck> }>()

  const check = async (accountId: string, atMs: number): Promise<AuditCheck> => {
    const events = streamEvents(database.query, { ...ALL_EVENTS, accountId })
    const {
      intact,
      events: count,
      head,
      intactUntil,
      problems,
    } = await verifyChain(events, {
      accountId,
      head: null,
    })
    const [first] = problems
    return {
      intact,
      events: count,
      intact_until: intactUntil,
      broken_at: first === undefined ? null : { seq: first.seq, what: first.what },
      head,
      checked_at: new Date(atMs).toISOString(),
    }
  }

  return (accountId) => {
    const nowMs = clock.nowMs()
    for (const [id, { atMs }] of kept) if (nowMs - atMs >= KEPT_MS) kept.delete(id)
    const known = kept.get(accountId)
    if (known !== undefined) return known.check
    const checking = check(accountId, nowMs)
    kept.set(accountId, { atMs: nowMs, check: checking })
    // What failed is tried again by whoever asks next.
    checking.catch(() => kept.delete(accountId))
    return checking
  }
}
