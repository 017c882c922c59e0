import type { Role } from '@kugelaudio/contract'
import type { Query } from './database.ts'
import type { MemberRow } from './schema.ts'

/** What a person is in an account. */
export type Membership = {
  accountId: string
  accountName: string
  role: Role
  plan: string
  operator: boolean
  suspended: boolean
}

/** The accounts that a person is a member of, oldest membership first. */
export async function membershipsOf(query: Query, userId: string): Promise<Membership[]> {
  const rows = await query
    .selectFrom('member')
    .innerJoin('account', 'account.id', 'member.account_id')
    .select([
      'account.id',
      'account.name',
      'account.plan',
      'account.operator',
      'account.suspended_at',
      'member.role',
    ])
    .where('member.user_id', '=', userId)
    .orderBy('member.created_at')
    .orderBy('member.account_id')
    .execute()
  return rows.map((row) => ({
    accountId: row.id,
    accountName: row.name,
    role: row.role,
    plan: row.plan,
    operator: row.operator === 1,
    suspended: row.suspended_at !== null,
  }))
}

export async function insertMember(
  query: Query,
  member: { accountId: string; userId: string; role: Role; atMs: number },
): Promise<void> {
  await query
    .insertInto('member')
    .values({
      account_id: member.accountId,
      user_id: member.userId,
      role: member.role,
      created_at: member.atMs,
    })
    .execute()
}

/** A member, the person and when the newest session for the account was opened. */
export type MemberOfAccount = MemberRow & {
  name: string
  email: string
  two_factor_enabled: number
  last_active_at: number | null
}

const membersQuery = (query: Query, accountId: string) =>
  query
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .selectAll('member')
    .select(['user.name', 'user.email', 'user.two_factor_enabled'])
    .select((select) =>
      select
        .selectFrom('user_session')
        .whereRef('user_session.user_id', '=', 'member.user_id')
        .whereRef('user_session.active_account_id', '=', 'member.account_id')
        .select((newest) => newest.fn.max('user_session.created_at').as('at'))
        .as('last_active_at'),
    )
    .where('member.account_id', '=', accountId)

export const listMembers = (query: Query, accountId: string): Promise<MemberOfAccount[]> =>
  membersQuery(query, accountId).orderBy('member.created_at').orderBy('member.user_id').execute()

export async function findMember(
  query: Query,
  accountId: string,
  userId: string,
): Promise<MemberOfAccount | null> {
  return (
    (await membersQuery(query, accountId).where('member.user_id', '=', userId).executeTakeFirst()) ?? null
  )
}

/** Whether there is such a person at all. */
export async function isUser(query: Query, userId: string): Promise<boolean> {
  return (
    (await query.selectFrom('user').select('id').where('id', '=', userId).executeTakeFirst()) !== undefined
  )
}

export async function countOwners(query: Query, accountId: string): Promise<number> {
  const { owners } = await query
    .selectFrom('member')
    .select((select) => select.fn.countAll<number>().as('owners'))
    .where('account_id', '=', accountId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return Number(owners)
}

export async function updateMemberRole(
  query: Query,
  member: { accountId: string; userId: string; role: Role },
): Promise<void> {
  await query
    .updateTable('member')
    .set({ role: member.role })
    .where('account_id', '=', member.accountId)
    .where('user_id', '=', member.userId)
    .execute()
}

/** Ends a membership; returns how many sessions for the account ended with it. */
export async function deleteMember(query: Query, accountId: string, userId: string): Promise<number> {
  await query.deleteFrom('member').where('account_id', '=', accountId).where('user_id', '=', userId).execute()
  const ended = await query
    .deleteFrom('user_session')
    .where('user_id', '=', userId)
    .where('active_account_id', '=', accountId)
    .returning('id')
    .execute()
  return ended.length
}
