import { hash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Database } from '../../store/database.ts'
import { deleteSessions, findSession } from '../../store/sessions.ts'
import { saidOnce } from '../../store/webhooks.ts'
import type { Answered } from './endpoints.ts'

/**
 * Lets a one-time code work once (RFC 6238, section 5.2), which Better Auth does not see to: whoever comes second with the
 * same code loses the session that it was given, before anyone has its cookie. Throws `SIGN_IN_FAILED`.
 */
export async function demandFirstUse(
  { database, clock }: { database: Database; clock: Clock },
  { code, answered }: { code: string; answered: Answered },
): Promise<void> {
  const { token, user } = (answered.body ?? {}) as { token?: string; user?: { id?: string } }
  if (token === undefined || user?.id === undefined) return
  const nowMs = clock.nowMs()
  const name = `totp ${hash('sha256', `${user.id} ${code}`)}`
  if (await saidOnce(database.query, name, nowMs)) return
  const session = await findSession(database.query, token, nowMs)
  if (session !== null) await deleteSessions(database.query, session.user_id, { only: session.id })
  throw new Failure('SIGN_IN_FAILED', 'That code was used already. The next one is fine.', {
    cause: 'code used already',
  })
}
