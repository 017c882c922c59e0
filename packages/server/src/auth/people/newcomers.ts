import { Email, PersonName } from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Accounts } from '../../accounts/accounts.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { emailIsTaken, hasAccounts, insertUser } from '../../store/accounts.ts'
import type { Actor } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import { hasOpenInvitation } from '../../store/invitations.ts'

/** What a provider says of a person. */
export type Profile = { email?: unknown; email_verified?: unknown; name?: unknown; [claim: string]: unknown }

/** Why somebody cannot come in. */
export type NewcomerRefusal = 'email_not_verified' | 'sign_up_closed' | 'setup_needed'

/**
 * Makes room for somebody whom a provider vouches for, as `KUGELAUDIO_SIGNUP` allows: an account of their own, or, where one
 * is invited, a person who can accept. Better Auth then finds the person by the address that is verified on both sides.
 * Null when the person may come in, new or not.
 */
export type WelcomeNewcomer = (profile: Profile, actor: Actor) => Promise<NewcomerRefusal | null>

export const createWelcomeNewcomer =
  (parts: {
    database: Database
    clock: Clock
    randomBytes: RandomBytes
    accounts: Pick<Accounts, 'create'>
    mode: 'open' | 'invite' | 'closed'
  }): WelcomeNewcomer =>
  async (profile, actor) => {
    const { database, clock, randomBytes, accounts, mode } = parts
    const email = Email.safeParse(profile.email).data
    // Some providers say it as a string; anything else than a plain yes is no.
    if (email === undefined || (profile.email_verified !== true && profile.email_verified !== 'true'))
      return 'email_not_verified'
    if (await emailIsTaken(database.query, email)) return null
    // Whoever sits at the machine, or has its code, is the operator: no provider says who that is.
    if (!(await hasAccounts(database.query))) return 'setup_needed'
    const nowMs = clock.nowMs()
    const name = PersonName.safeParse(profile.name).data ?? email.slice(0, email.indexOf('@'))
    if (mode === 'open') {
      await accounts
        .create({ email, name, plan: null, password: null, first: false, emailVerified: true }, actor)
        .catch(unlessTaken)
      return null
    }
    if (mode === 'closed' || !(await hasOpenInvitation(database.query, email, nowMs))) return 'sign_up_closed'
    const user = { id: `usr_${randomBase62(20, randomBytes)}`, email, name, created_at: nowMs }
    await insertUser(database.query, { ...user, email_verified: 1 }, null)
    return null
  }

/** Somebody else was faster with the same address. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof Failure && error.code === 'CONFLICT')) throw error
}
