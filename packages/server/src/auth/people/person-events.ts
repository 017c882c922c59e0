import type { Clock } from '../../clock.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'

/** What people do about how they sign in. */
export type PersonAction =
  | 'password.changed'
  | 'password.reset'
  | 'password.reset_asked'
  | 'passkey.added'
  | 'recovery_codes.replaced'
  | 'second_factor.added'
  | 'second_factor.removed'
  | 'session.ended'
  | 'session.opened'

export type PersonEvent = {
  action: PersonAction
  actor: Actor
  /** The account that the person acts for. */
  accountId: string | null
  /** The person, or the session that it is about. */
  target: string
  details?: Record<string, unknown>
}

/**
 * Writes down what Better Auth has done, which has no transaction that this could be in: before the answer leaves, so that
 * nobody has a cookie that the audit log does not know of.
 */
export type RecordPersonEvent = (event: PersonEvent) => Promise<void>

export const createRecordPersonEvent =
  ({ database, clock }: { database: Database; clock: Clock }): RecordPersonEvent =>
  (event) =>
    database.transaction((query) => recordEvent(query, { details: {}, ...event, atMs: clock.nowMs() }))
