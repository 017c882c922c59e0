import { Email, PersonName, type Receipt } from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import { z } from 'zod'
import type { Passwords } from '../auth/password.ts'
import { demandGoodPassword } from '../auth/password-choice.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { HearChange, Revocation } from '../keys/revocation.ts'
import { parseBy } from '../parse.ts'
import {
  type AccountColumns,
  type AccountRow,
  emailIsTaken,
  findAccount,
  hasAccounts,
  insertAccount,
  insertUser,
  updateAccount,
} from '../store/accounts.ts'
import { type Actor, OPERATOR, recordEvent } from '../store/audit-log.ts'
import { appendChange } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import { insertMember } from '../store/members.ts'
import { OPERATOR_PLAN, type Plans } from './plans.ts'

export type NewAccount = {
  email: string
  /** Of the account and, unless `personName` says otherwise, of its owner. */
  name: string
  personName?: string
  plan: string | null
  password: string | null
  /** Whether somebody vouches for the address; the operator does. */
  emailVerified?: boolean
  /** Whether it is the server's first account, which operates it; left out: it may be. */
  first?: boolean
}
export type CreatedAccount = { account_id: string; user_id: string; email: string; plan: string }

/** Organisations and their owners. */
export type Accounts = {
  /**
   * Throws `VALIDATION_ERROR`, `CONFLICT` when the address has an account, and `NOT_FOUND` when it is not the first one
   * though it should be, or the other way round.
   */
  create(account: NewAccount, actor?: Actor): Promise<CreatedAccount>
  /** Throws `NOT_FOUND`. */
  get(emailOrId: string): Promise<AccountRow>
  /** In force everywhere, running streams included, before it returns; so are the two below. */
  changePlan(accountId: string, plan: string, actor: Actor, hear?: HearChange): Promise<Receipt>
  /** All keys of the account are refused with 403 from now on. */
  suspend(accountId: string, reason: string | null, actor: Actor, hear?: HearChange): Promise<Receipt>
  resume(accountId: string, actor: Actor, hear?: HearChange): Promise<Receipt>
}

export function createAccounts(parts: {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  revocation: Revocation
  passwords: Passwords
  plans: Plans
  defaultPlan: string
}): Accounts {
  const { database, clock, randomBytes, revocation, plans, passwords } = parts

  const hashOf = async (password: string, known: readonly string[]): Promise<string> => {
    await demandGoodPassword(password, known)
    return await passwords.hash(password)
  }

  /** One transaction: the guarded change, its audit event and its epoch. Then everyone is told. */
  const changed = async (
    accountId: string,
    { change, columns, details, actor }: AccountChange,
    hear?: HearChange,
  ): Promise<Receipt> => {
    const atMs = clock.nowMs()
    const logged = await database.transaction(async (query) => {
      if (!(await updateAccount(query, accountId, columns)))
        throw new Failure('NOT_FOUND', 'Account not found')
      await recordEvent(query, { atMs, accountId, actor, action: change, target: accountId, details })
      return await appendChange(query, { change, keyId: null, accountId, atMs, by: actor.name })
    })
    return await revocation.announce(logged, hear)
  }

  return {
    async create(wanted, actor = OPERATOR) {
      const { email, name, personName = name } = parseBy(Named, wanted)
      const plan = wanted.plan === null ? null : plans.get(wanted.plan).name
      const passwordHash =
        wanted.password === null ? null : await hashOf(wanted.password, [email, name, personName])
      const id = randomBase62(20, randomBytes)
      const createdAtMs = clock.nowMs()
      return await database.transaction(async (query) => {
        const first = !(await hasAccounts(query))
        if (wanted.first !== undefined && wanted.first !== first)
          throw new Failure(
            'NOT_FOUND',
            first ? 'This server is not set up yet' : 'This server is set up already',
          )
        if (await emailIsTaken(query, email))
          throw new Failure('CONFLICT', 'email: this address has an account')
        const account = {
          id: `acc_${id}`,
          name,
          plan: plan ?? (first ? OPERATOR_PLAN : parts.defaultPlan),
          suspended_at: null,
          created_at: createdAtMs,
          operator: first ? 1 : 0,
        }
        const owner = {
          id: `usr_${id}`,
          email,
          name: personName,
          created_at: createdAtMs,
          email_verified: wanted.emailVerified === false ? 0 : 1,
        }
        await insertAccount(query, account)
        await insertUser(query, owner, passwordHash)
        await insertMember(query, {
          accountId: account.id,
          userId: owner.id,
          role: 'owner',
          atMs: createdAtMs,
        })
        await recordEvent(query, {
          atMs: createdAtMs,
          accountId: account.id,
          actor,
          action: 'account.created',
          target: account.id,
          details: { plan: account.plan },
        })
        return { account_id: account.id, user_id: owner.id, email, plan: account.plan }
      })
    },

    async get(emailOrId) {
      const account = await findAccount(database.query, emailOrId)
      if (account === null) throw new Failure('NOT_FOUND', 'Account not found')
      return account
    },

    changePlan(accountId, plan, actor, hear) {
      const columns = { plan: plans.get(plan).name }
      return changed(accountId, { change: 'account.plan_changed', columns, details: { plan }, actor }, hear)
    },

    suspend(accountId, reason, actor, hear) {
      const columns = { suspended_at: clock.nowMs() }
      return changed(accountId, { change: 'account.suspended', columns, details: { reason }, actor }, hear)
    },

    resume(accountId, actor, hear) {
      const columns = { suspended_at: null }
      return changed(accountId, { change: 'account.resumed', columns, details: {}, actor }, hear)
    },
  }
}

const Named = z.object({ email: Email, name: PersonName, personName: PersonName.optional() })

type AccountChange = {
  change: 'account.plan_changed' | 'account.suspended' | 'account.resumed'
  columns: AccountColumns
  details: Record<string, unknown>
  actor: Actor
}
