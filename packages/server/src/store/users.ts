import type { Query } from './database.ts'

/** A person, and the account of which they are a member longest. */
export type UserOfAccount = { userId: string; accountId: string | null }

/** Whether a person has a password and one-time codes: a password that somebody else vouches for is not both. */
export async function needsCode(query: Query, userId: string): Promise<boolean> {
  const row = await query
    .selectFrom('user')
    .innerJoin('user_credential', 'user_credential.user_id', 'user.id')
    .select('user.id')
    .where('user.id', '=', userId)
    .where('user.two_factor_enabled', '=', 1)
    .where('user_credential.provider_id', '=', 'credential')
    .where('user_credential.password', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

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
