import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Invitations } from '../../accounts/invitations.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { emailIsTaken, insertUser } from '../../store/accounts.ts'
import type { Actor } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import type { Passwords } from '../password.ts'
import { demandGoodPassword } from '../password-choice.ts'

export type InvitedPerson = { email: string; name: string; password: string; invitation: string }

/**
 * Makes a person without an account of their own, who is a member of the one that the invitation is to. Throws
 * `VALIDATION_ERROR`, `CONFLICT` when the address has an account, and as `Invitations.accept`.
 */
export type CreateInvited = (person: InvitedPerson, actor: Actor) => Promise<void>

export const createCreateInvited =
  (parts: {
    database: Database
    clock: Clock
    randomBytes: RandomBytes
    passwords: Passwords
    invitations: Pick<Invitations, 'accept'>
  }): CreateInvited =>
  async ({ email, name, password, invitation }, actor) => {
    await demandGoodPassword(password, [email, name])
    const hash = await parts.passwords.hash(password)
    const id = `usr_${randomBase62(20, parts.randomBytes)}`
    await parts.database.transaction(async (query) => {
      if (await emailIsTaken(query, email))
        throw new Failure('CONFLICT', 'email: this address has an account')
      // Whoever invited an address vouches for it.
      const user = { id, email, name, created_at: parts.clock.nowMs(), email_verified: 1 }
      await insertUser(query, user, hash)
      await parts.invitations.accept(query, invitation, { userId: id, email }, actor)
    })
  }
