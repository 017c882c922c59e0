import { timingSafeEqual } from 'node:crypto'
import type { FirstSignUp, SignedUp, SignUp } from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Accounts } from '../../accounts/accounts.ts'
import type { Invitations } from '../../accounts/invitations.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { hasAccounts } from '../../store/accounts.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import type { CreateInvited } from './invited.ts'
import type { Letters } from './letters.ts'

/** 95 bits: nobody guesses it, and it can be typed. */
const CODE_CHARACTERS = 16

/** Ways to an account for whoever has none. */
export type SignUps = {
  /** Null once the server has an account. */
  setupCode(): Promise<string | null>
  /** The same answer whether or not the address has an account, after the same work. Throws `VALIDATION_ERROR`, `SIGN_UP_CLOSED`. */
  signUp(wish: SignUp, actor: Actor): Promise<SignedUp>
  /**
   * The operator's account, once. From elsewhere it takes the code. Throws `NOT_FOUND` when there is an account,
   * `SIGN_IN_FAILED` for a wrong code.
   */
  setUp(wish: FirstSignUp, from: { isLocal: boolean }, actor: Actor): Promise<void>
}

export function createSignUps(parts: {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  accounts: Accounts
  invitations: Pick<Invitations, 'view'>
  createInvited: CreateInvited
  letters: Pick<Letters, 'areSent' | 'verify' | 'repeated'>
  mode: 'open' | 'invite' | 'closed'
}): SignUps {
  const { database, clock, accounts } = parts
  const code = randomBase62(CODE_CHARACTERS, parts.randomBytes)

  return {
    setupCode: async () => ((await hasAccounts(database.query)) ? null : code),

    async signUp({ name, account_name, email, password, invitation }, actor) {
      if (parts.mode === 'closed' || (parts.mode === 'invite' && invitation === undefined))
        throw new Failure('SIGN_UP_CLOSED')
      // Only who holds an invitation hears of whom it is for; said before anything is said of the address.
      if (invitation !== undefined && (await parts.invitations.view(invitation)).email !== email)
        throw new Failure('VALIDATION_ERROR', 'invitation: is for another address')
      const wanted = { email, name: account_name ?? name, personName: name, plan: null, password }
      let isNew = true
      try {
        if (invitation !== undefined) await parts.createInvited({ email, name, password, invitation }, actor)
        else await accounts.create({ ...wanted, first: false, emailVerified: false }, actor)
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'CONFLICT')) throw error
        isNew = false
        // Also as long a wait for the disk as a new account takes.
        await database.transaction((query) =>
          recordEvent(query, {
            atMs: clock.nowMs(),
            accountId: null,
            actor,
            action: 'account.sign_up_repeated',
            target: null,
            details: {},
          }),
        )
      }
      // An invited address is confirmed by whoever invited it.
      if (invitation !== undefined || !parts.letters.areSent) return { next: 'sign_in' }
      if (isNew) parts.letters.verify(email)
      else parts.letters.repeated(email)
      return { next: 'inbox' }
    },

    async setUp({ name, account_name, email, password, code: presented }, { isLocal }, actor) {
      if (await hasAccounts(database.query)) throw new Failure('NOT_FOUND', 'This server is set up already')
      if (!isLocal && !isEqual(presented ?? '', code))
        throw new Failure(
          'SIGN_IN_FAILED',
          'The setup code is wrong: it stands where the server was started',
          {
            cause: 'setup code',
          },
        )
      await accounts.create(
        { email, name: account_name ?? name, personName: name, plan: null, password, first: true },
        actor,
      )
    },
  }
}

function isEqual(presented: string, expected: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
