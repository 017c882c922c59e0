import type { Insertable, Selectable } from 'kysely'
import { CANARY_ACCOUNT } from './canaries.ts'
import type { Query } from './database.ts'
import type { AccountTable, UserTable } from './schema.ts'

export type AccountRow = Selectable<AccountTable>

/** What of an account can change. */
export type AccountColumns = { plan: string } | { suspended_at: number | null }

/** False when there is no such account. */
export async function updateAccount(
  query: Query,
  accountId: string,
  columns: AccountColumns,
): Promise<boolean> {
  const row = await query
    .updateTable('account')
    .set(columns)
    .where('id', '=', accountId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function hasAccounts(query: Query): Promise<boolean> {
  return (
    (await query
      .selectFrom('account')
      .select('id')
      .where('id', '!=', CANARY_ACCOUNT)
      .limit(1)
      .executeTakeFirst()) !== undefined
  )
}

/** The account with this id, or the one whose owner has this e-mail address. */
export async function findAccount(query: Query, emailOrId: string): Promise<AccountRow | null> {
  const row = await query
    .selectFrom('account')
    .leftJoin('member', (join) =>
      join.onRef('member.account_id', '=', 'account.id').on('member.role', '=', 'owner'),
    )
    .leftJoin('user', 'user.id', 'member.user_id')
    .selectAll('account')
    .where((where) =>
      where.or([where('account.id', '=', emailOrId), where('user.email', '=', emailOrId.toLowerCase())]),
    )
    .where('account.id', '!=', CANARY_ACCOUNT)
    .orderBy('account.created_at')
    .executeTakeFirst()
  return row ?? null
}

export async function emailIsTaken(query: Query, email: string): Promise<boolean> {
  return (
    (await query.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst()) !== undefined
  )
}

/** Writes an account. Call it inside a transaction. */
export async function insertAccount(query: Query, account: Insertable<AccountTable>): Promise<void> {
  await query.insertInto('account').values(account).execute()
}

/** Writes a person and, if there is one, the hash of the password. Call it inside a transaction. */
export async function insertUser(
  query: Query,
  user: Omit<Insertable<UserTable>, 'updated_at' | 'image'>,
  passwordHash: string | null,
): Promise<void> {
  const times = { created_at: user.created_at, updated_at: user.created_at }
  await query
    .insertInto('user')
    .values({ ...user, ...times, image: null })
    .execute()
  if (passwordHash === null) return
  await query
    .insertInto('user_credential')
    .values({
      id: `cred_${user.id}`,
      user_id: user.id,
      provider_id: 'credential',
      account_id: user.id,
      password: passwordHash,
      ...times,
    })
    .execute()
}
