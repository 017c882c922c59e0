import type { Clock } from '../clock.ts'
import type { Failure } from '../failure.ts'
import { createGathered } from '../gathered.ts'
import { type Actor, type NewAuditEvent, recordEvents } from '../store/audit-log.ts'
import { CANARY_ACCOUNT } from '../store/canaries.ts'
import type { Database } from '../store/database.ts'

/** How late a refusal is in the log at most. Long enough that a burst is one transaction. */
export const REFUSALS_WRITTEN_MS = 1_000
/** The same refusal again is counted for so long before it is written again: two events a minute for a stubborn client. */
export const REFUSALS_COUNTED_MS = 60_000
/** Refusals told apart at a time; about 300 bytes each. What exceeds it is counted together. */
export const REFUSALS_APART_MAX = 500

/** Refused authorisations on their way into the audit log: no request waits for it, nor is it written one by one. */
export type Refusals = {
  /** Notes a failure when it is a refusal. `route` is the name of what was asked for; `grant` what it was asked with. */
  note(failure: Failure, asked: { actor: Actor; route: string; accountId: string | null }): void
  /** Writes all that was noted, now. */
  flush(): Promise<void>
  /** The same, for the last time. */
  close(): Promise<void>
}

type Group = {
  event: Omit<NewAuditEvent, 'atMs'>
  count: number
  firstMs: number
  lastMs: number
  dueMs: number
}

/** Where refusals go that are too many to be told apart. */
const OTHERS = 'others'
const NOBODY: Actor = { name: 'anyone', address: null, agent: null, requestId: null }

export function createRefusals(parts: {
  database: Database
  clock: Clock
  report: (error: unknown) => void
}): Refusals {
  const { database, clock } = parts
  const groups = new Map<string, Group>()

  let everything = false

  const write = async (): Promise<void> => {
    const nowMs = clock.nowMs()
    const ready: { group: Group; count: number }[] = []
    for (const [name, group] of groups) {
      if (!everything && nowMs < group.dueMs) continue
      if (group.count === 0) groups.delete(name)
      else ready.push({ group, count: group.count })
    }
    if (ready.length > 0) {
      const events = ready.map(({ group }) => eventOf(group))
      await database.transaction((query) => recordEvents(query, events))
    }
    for (const { group, count } of ready) {
      // What came while it was written counts for the next time.
      group.count -= count
      group.firstMs = group.lastMs
      group.dueMs = nowMs + REFUSALS_COUNTED_MS
    }
    if (groups.size > 0) gathered.due()
  }
  const gathered = createGathered({
    clock,
    afterMs: REFUSALS_WRITTEN_MS,
    write,
    report: parts.report,
  })

  return {
    note(failure, { actor, route, accountId }) {
      const refused = refusedOf(failure)
      // Canaries are refused every minute: that is what they are for.
      if (refused === null || refused.accountId === CANARY_ACCOUNT) return
      const nowMs = clock.nowMs()
      const keyId = refused.keyId
      const whom = keyId ?? refused.userId ?? null
      const name = [actor.address, whom ?? actor.name, refused.reason, route].join(' ')
      const full = groups.size >= REFUSALS_APART_MAX && !groups.has(name)
      const group = groups.get(full ? OTHERS : name)
      if (group !== undefined) {
        if (group.count === 0) group.firstMs = nowMs
        group.count++
        group.lastMs = nowMs
      } else {
        const event = full
          ? { accountId: null, actor: NOBODY, target: null, details: { reason: OTHERS } }
          : {
              accountId: refused.accountId ?? accountId,
              actor: keyId === null ? actor : { ...actor, name: `key:${keyId}` },
              target: whom,
              details: { reason: refused.reason, route },
            }
        groups.set(full ? OTHERS : name, {
          event: { action: 'access.refused', ...event },
          count: 1,
          firstMs: nowMs,
          lastMs: nowMs,
          dueMs: nowMs,
        })
      }
      gathered.due()
    },
    async flush() {
      everything = true
      await gathered.flush()
      everything = false
    },
    async close() {
      everything = true
      await gathered.close()
    },
  }
}

const eventOf = ({ event, count, firstMs, lastMs }: Group): NewAuditEvent => ({
  ...event,
  atMs: lastMs,
  details: { ...event.details, count, ...(count === 1 ? {} : { first_at: new Date(firstMs).toISOString() }) },
})

/** Who was refused, and why; null when a failure refuses nobody. */
function refusedOf({ code, cause, refused }: Failure) {
  if (refused !== null) return refused
  if (code !== 'UNAUTHORIZED' && code !== 'FORBIDDEN' && code !== 'SIGN_IN_FAILED') return null
  return { reason: typeof cause === 'string' ? cause : 'refused', keyId: null, accountId: null }
}
