import type { Role } from '@kugelaudio/contract'
import type { Query } from './database.ts'

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
