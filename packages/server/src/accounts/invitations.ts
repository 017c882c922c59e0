import {
  INVITATION_DAYS,
  type Invitation,
  type InvitationView,
  type InvitationWithSecret,
  type NewInvitation,
} from '@kugelaudio/contract'
import { digestOf, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { SendMail } from '../keys/expiry-notices.ts'
import type { Log } from '../log.ts'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import type { Database, Query } from '../store/database.ts'
import {
  closeInvitation,
  findInvitation,
  findInvitationAccount,
  insertInvitation,
  listInvitations,
} from '../store/invitations.ts'
import { findMember, insertMember } from '../store/members.ts'
import type { InvitationRow } from '../store/schema.ts'
import type { MemberActor } from './members.ts'

/** Far more than an organisation invites in a week; each may be a mail. */
const OPEN_MAX = 100
/** 238 bits. */
const SECRET_CHARACTERS = 40
const DAY_MS = 86_400_000

/** Asks people to become members, by a link that works once, for a week, with the address it was made for. */
export type Invitations = {
  list(accountId: string): Promise<Invitation[]>
  /** `base` is where our pages are. Throws `FORBIDDEN` where only an owner may, `RATE_LIMITED` when too many are open. */
  create(by: MemberActor, wish: NewInvitation, base: string): Promise<InvitationWithSecret>
  /** Throws `NOT_FOUND`, `FORBIDDEN`. */
  withdraw(by: MemberActor, id: string): Promise<void>
  /** Throws `NOT_FOUND` for what is no invitation any more; so does `accept`, which throws `CONFLICT` for another's address. */
  view(secret: string): Promise<InvitationView>
  /** Makes a person a member; call it inside a transaction. Returns of which account. */
  accept(
    query: Query,
    secret: string,
    person: { userId: string; email: string },
    actor: Actor,
  ): Promise<string>
}

export function createInvitations(parts: {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  sendMail: SendMail | null
}): Invitations {
  const { database, clock, randomBytes, log, sendMail } = parts

  const mail = async (to: string, url: string, accountName: string): Promise<boolean> => {
    if (sendMail === null) return false
    const text = `You were invited to “${accountName}”.\n\n${url}\n\nThe link works once, within ${INVITATION_DAYS} days.\n`
    try {
      await sendMail({ to, subject: `Invitation to ${accountName}`, text })
      return true
    } catch (err) {
      log.warn({ err }, 'an invitation could not be mailed')
      return false
    }
  }

  return {
    list: async (accountId) =>
      (await listInvitations(database.query, accountId, clock.nowMs())).map(shownInvitation),

    async create(by, { email, role }, base) {
      if (role === 'owner' && by.role !== 'owner')
        throw new Failure('FORBIDDEN', undefined, { cause: 'only an owner may' })
      const { accountId, actor } = by
      const nowMs = clock.nowMs()
      const secret = randomBase62(SECRET_CHARACTERS, randomBytes)
      const row = {
        id: `inv_${randomBase62(20, randomBytes)}`,
        account_id: accountId,
        email,
        role,
        digest: digestOf(secret),
        created_at: nowMs,
        created_by: actor.name,
        expires_at: nowMs + INVITATION_DAYS * DAY_MS,
      }
      await database.transaction(async (query) => {
        if ((await listInvitations(query, accountId, nowMs)).length >= OPEN_MAX)
          throw new Failure('RATE_LIMITED', `${OPEN_MAX} invitations are open: withdraw some`)
        await insertInvitation(query, row)
        const details = { email, role }
        await recordEvent(query, {
          atMs: nowMs,
          accountId,
          actor,
          action: 'member.invited',
          target: row.id,
          details,
        })
      })
      // In the fragment, which no browser sends and no log holds.
      const url = `${base}/dashboard/invite/${row.id}#${secret}`
      const found = await findInvitation(database.query, row.digest, nowMs)
      const mailed = await mail(email, url, found?.account_name ?? '')
      return { ...shownInvitation({ ...row, accepted_at: null, withdrawn_at: null }), url, mailed }
    },

    async withdraw({ accountId, actor }, id) {
      const atMs = clock.nowMs()
      const owner = await findInvitationAccount(database.query, id)
      if (owner === null) throw new Failure('NOT_FOUND', 'Invitation not found')
      if (owner !== accountId) throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      await database.transaction(async (query) => {
        if (!(await closeInvitation(query, id, { withdrawn_at: atMs })))
          throw new Failure('NOT_FOUND', 'This invitation was accepted or taken back already')
        const action = 'member.invitation_withdrawn'
        await recordEvent(query, { atMs, accountId, actor, action, target: id, details: {} })
      })
    },

    async view(secret) {
      const { account_name, email, role } = await demandInvitation(database.query, secret, clock.nowMs())
      return { account_name, email, role }
    },

    async accept(query, secret, { userId, email }, actor) {
      const atMs = clock.nowMs()
      const { id, role, account_id: accountId, ...invited } = await demandInvitation(query, secret, atMs)
      if (invited.email !== email) throw new Failure('CONFLICT', 'This invitation is for another address')
      if (!(await closeInvitation(query, id, { accepted_at: atMs }))) throw gone()
      if ((await findMember(query, accountId, userId)) === null)
        await insertMember(query, { accountId, userId, role, atMs })
      const details = { role, invitation: id }
      await recordEvent(query, { atMs, accountId, actor, action: 'member.joined', target: userId, details })
      return accountId
    },
  }
}

async function demandInvitation(query: Query, secret: string, nowMs: number) {
  const found = await findInvitation(query, digestOf(secret), nowMs)
  if (found === null) throw gone()
  return found
}

const gone = (): Failure =>
  new Failure('NOT_FOUND', 'This invitation does not work any more: ask for another one')

const shownInvitation = (row: Omit<InvitationRow, 'digest'>): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  created_at: new Date(row.created_at).toISOString(),
  created_by: row.created_by,
  expires_at: new Date(row.expires_at).toISOString(),
})
