import type { Member, MemberChanged, MemberRemoved, Receipt, Role } from '@kugelaudio/contract'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { endTokens, inUseSince } from '../keys/end-tokens.ts'
import type { HearChange, Revocation } from '../keys/revocation.ts'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import { type AuthorityChange, appendChange } from '../store/authority-log.ts'
import type { Database, Query } from '../store/database.ts'
import {
  countOwners,
  deleteMember,
  findMember,
  isUser,
  listMembers,
  type MemberOfAccount,
  updateMemberRole,
} from '../store/members.ts'
import { tokensMadeBy } from '../store/tokens.ts'

/** Who changes a member, for which account, with which role. */
export type MemberActor = { accountId: string; role: Role; actor: Actor }

/** Who is in an account. Every act is one transaction with its audit event and its epoch. */
export type Members = {
  list(accountId: string): Promise<Member[]>
  /**
   * In force everywhere before it returns. Throws `NOT_FOUND`, `FORBIDDEN` for somebody of another account or where only an
   * owner may, `CONFLICT` where the account would have no owner.
   */
  changeRole(by: MemberActor, userId: string, role: Role, hear?: HearChange): Promise<MemberChanged>
  /** The same. Sessions for the account end, and tokens that the member has made. */
  remove(by: MemberActor, userId: string, hear?: HearChange): Promise<MemberRemoved>
}

type Parts = { database: Database; clock: Clock; revocation: Revocation }

export function createMembers(parts: Parts): Members {
  const { database, clock, revocation } = parts
  return {
    list: async (accountId) => (await listMembers(database.query, accountId)).map(shownMember),

    async changeRole(by, userId, role, hear) {
      const { accountId, actor } = by
      const atMs = clock.nowMs()
      const { logged, tokens } = await database.transaction(async (query) => {
        const member = await demandMember(query, by, { userId, role })
        await updateMemberRole(query, { accountId, userId, role })
        const details = { from: member.role, to: role }
        const change = { change: 'member.role_changed', details, userId, atMs } as const
        // What a role does not allow any more, its tokens must not do either.
        const tokens = await endTokensOf(query, { by, userId, atMs })
        return { logged: await recordChange(query, by, change), tokens }
      })
      const receipt = await announced(revocation, logged, tokens, hear)
      const changed = await findMember(database.query, accountId, userId)
      if (changed === null) throw new Failure('NOT_FOUND', 'Member not found', { cause: actor.name })
      return { member: shownMember(changed), receipt }
    },

    async remove(by, userId, hear) {
      const atMs = clock.nowMs()
      const { logged, tokens, sessions } = await database.transaction(async (query) => {
        const member = await demandMember(query, by, { userId, role: null })
        const sessions = await deleteMember(query, by.accountId, userId)
        const tokens = await endTokensOf(query, { by, userId, atMs })
        const details = { role: member.role, sessions, tokens: tokens.length }
        const change = { change: 'member.removed', details, userId, atMs } as const
        return { logged: await recordChange(query, by, change), tokens, sessions }
      })
      const receipt = await announced(revocation, logged, tokens, hear)
      return { user_id: userId, sessions_ended: sessions, tokens_ended: tokens.length, receipt }
    },
  }
}

/** With the tokens that end with it: who waits for the receipt waits for all of it. */
async function announced(
  revocation: Revocation,
  change: AuthorityChange,
  tokens: AuthorityChange[],
  hear?: HearChange,
): Promise<Receipt> {
  const [receipt] = await Promise.all([
    revocation.announce(change, hear),
    ...tokens.map((token) => revocation.announce(token, hear)),
  ])
  return receipt
}

/** A member who may be changed so. `role` is the new one; null: none. */
async function demandMember(
  query: Query,
  by: MemberActor,
  { userId, role }: { userId: string; role: Role | null },
): Promise<MemberOfAccount> {
  const member = await findMember(query, by.accountId, userId)
  if (member === null) {
    if (await isUser(query, userId)) throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
    throw new Failure('NOT_FOUND', 'Member not found')
  }
  const touchesOwner = member.role === 'owner' || role === 'owner'
  if (touchesOwner && by.role !== 'owner')
    throw new Failure('FORBIDDEN', undefined, { cause: 'only an owner may' })
  if (member.role === 'owner' && role !== 'owner' && (await countOwners(query, by.accountId)) === 1)
    throw new Failure('CONFLICT', 'An account needs an owner. Make someone else owner first.')
  return member
}

/** Ends what the member has minted and may still run. */
async function endTokensOf(
  query: Query,
  { by, userId, atMs }: { by: MemberActor; userId: string; atMs: number },
): Promise<AuthorityChange[]> {
  const { accountId, actor } = by
  const made = await tokensMadeBy(query, {
    accountId,
    createdBy: `member:${userId}`,
    since: inUseSince(atMs),
  })
  return await endTokens(query, made, { accountId, actor, atMs, details: { member: userId } })
}

type Recorded = {
  change: 'member.role_changed' | 'member.removed'
  userId: string
  details: Record<string, unknown>
  atMs: number
}

async function recordChange(
  query: Query,
  { accountId, actor }: MemberActor,
  { change, userId, details, atMs }: Recorded,
): Promise<AuthorityChange> {
  await recordEvent(query, { atMs, accountId, actor, action: change, target: userId, details })
  return await appendChange(query, { change, keyId: null, userId, accountId, atMs, by: actor.name })
}

const shownMember = (row: MemberOfAccount): Member => ({
  user_id: row.user_id,
  name: row.name,
  email: row.email,
  role: row.role,
  second_factor: row.two_factor_enabled === 1,
  joined_at: iso(row.created_at),
  last_active_at: row.last_active_at === null ? null : iso(row.last_active_at),
})

const iso = (ms: number): string => new Date(ms).toISOString()
