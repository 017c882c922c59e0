import type { Selectable } from 'kysely'
import type { Query } from './database.ts'
import type { UserPasskeyTable } from './schema.ts'

export type PasskeyRow = Selectable<UserPasskeyTable>

/** A person's passkeys, oldest first. */
export const listPasskeys = (query: Query, userId: string): Promise<PasskeyRow[]> =>
  query
    .selectFrom('user_passkey')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()

/** Whose passkey it is; null where there is none. */
export async function findPasskeyUser(query: Query, id: string): Promise<string | null> {
  const row = await query.selectFrom('user_passkey').select('user_id').where('id', '=', id).executeTakeFirst()
  return row?.user_id ?? null
}

export async function deletePasskey(query: Query, id: string): Promise<void> {
  await query.deleteFrom('user_passkey').where('id', '=', id).execute()
}
