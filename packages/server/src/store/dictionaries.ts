import type { Query } from './database.ts'
import type { DictionaryRow } from './schema.ts'

/**
 * Raises the version of an account's dictionaries; the first statement of every change to them. Whoever changes them at
 * the same time waits here, so changes come one after the other.
 */
export async function raiseDictionaryVersion(query: Query, accountId: string): Promise<void> {
  await query
    .insertInto('dictionary_version')
    .values({ account_id: accountId, version: 1 })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet((column) => ({
        version: column('dictionary_version.version', '+', 1),
      })),
    )
    .execute()
}

/** Null for an account that never had one. */
export async function findDictionaryVersion(query: Query, accountId: string): Promise<number | null> {
  const row = await query
    .selectFrom('dictionary_version')
    .select('version')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.version ?? null
}

export async function insertDictionary(query: Query, row: Omit<DictionaryRow, 'id'>): Promise<DictionaryRow> {
  return await query.insertInto('dictionary').values(row).returningAll().executeTakeFirstOrThrow()
}

export async function findDictionary(query: Query, dictionaryId: number): Promise<DictionaryRow | null> {
  const row = await query
    .selectFrom('dictionary')
    .selectAll()
    .where('id', '=', dictionaryId)
    .executeTakeFirst()
  return row ?? null
}

/** Oldest first. */
export async function listDictionaries(query: Query, accountId: string): Promise<DictionaryRow[]> {
  return await query
    .selectFrom('dictionary')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute()
}

/** Null when it does not exist. */
export async function updateDictionary(
  query: Query,
  dictionaryId: number,
  columns: Partial<Omit<DictionaryRow, 'id' | 'account_id'>>,
): Promise<DictionaryRow | null> {
  const row = await query
    .updateTable('dictionary')
    .set(columns)
    .where('id', '=', dictionaryId)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** With its entries. Call it inside a transaction. */
export async function deleteDictionary(query: Query, dictionaryId: number): Promise<void> {
  await query.deleteFrom('dictionary_entry').where('dictionary_id', '=', dictionaryId).execute()
  await query.deleteFrom('dictionary').where('id', '=', dictionaryId).execute()
}
