import type { Clock } from '../../clock.ts'
import type { Actor } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import { findSession, type SessionOfUser } from '../../store/sessions.ts'
import type { Answered, From } from './endpoints.ts'
import { createRecordPersonEvent } from './person-events.ts'
import { type CookieSigning, readSessionCookie } from './session-cookie.ts'

/** Sessions by the cookies that Better Auth has set. */
export type OpenedSessions = {
  /** Null where there is none, or it is over. */
  ofCookies(header: string): Promise<SessionOfUser | null>
  /** Writes down that a session was opened, and by what; false when none was. */
  record(answered: Pick<Answered, 'cookies'>, by: string, from: From): Promise<boolean>
}

export function createOpenedSessions(parts: {
  database: Database
  clock: Clock
  signing: CookieSigning
}): OpenedSessions {
  const { database, clock, signing } = parts
  const recordEvent = createRecordPersonEvent({ database, clock })
  const ofCookies = async (header: string): Promise<SessionOfUser | null> => {
    const token = readSessionCookie(header, signing)
    return token === null ? null : await findSession(database.query, token, clock.nowMs())
  }
  return {
    ofCookies,
    async record({ cookies }, by, { actor }) {
      const session = await ofCookies(cookies.map((cookie) => cookie.split(';')[0]).join('; '))
      if (session === null) return false
      const { id: target, user_id, active_account_id: accountId } = session
      const who = memberActor(actor, user_id)
      await recordEvent({ action: 'session.opened', actor: who, accountId, target, details: { by } })
      return true
    },
  }
}

export const memberActor = (actor: Actor, userId: string): Actor => ({ ...actor, name: `member:${userId}` })
