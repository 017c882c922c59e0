import type { Query } from './database.ts'

/** Keys of an account that are neither revoked nor expired. */
export async function countActiveKeys(query: Query, accountId: string, nowMs: number): Promise<number> {
  const { keys } = await query
    .selectFrom('api_key')
    .select((select) => select.fn.countAll<number>().as('keys'))
    .where('account_id', '=', accountId)
    .where('purpose', 'is', null)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
    .executeTakeFirstOrThrow()
  return Number(keys)
}

/** Keys that an account has made since, without those it brought in. */
export async function countCreatedKeys(query: Query, accountId: string, sinceMs: number): Promise<number> {
  const { keys } = await query
    .selectFrom('api_key')
    .select((select) => select.fn.countAll<number>().as('keys'))
    .where('account_id', '=', accountId)
    .where('purpose', 'is', null)
    .where('created_at', '>', sinceMs)
    .where('imported_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(keys)
}
