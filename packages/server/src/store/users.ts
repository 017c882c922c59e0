import type { Query } from './database.ts'

/** A person, and the account of which they are a member longest. */
export type UserOfAccount = { userId: string; accountId: string | null }

/** Null for an address that nobody has. The same statement either way. */
export async function findUserByEmail(query: Query, email: string): Promise<UserOfAccount | null> {
  const row = await query
    .selectFrom('user')
    .leftJoin('member', 'member.user_id', 'user.id')
    .select(['user.id', 'member.account_id'])
    .where('user.email', '=', email)
    .orderBy('member.created_at')
    .orderBy('member.account_id')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { userId: row.id, accountId: row.account_id }
}
