import { keyValues, type NewKeyRow } from './api-keys.ts'
import type { Query } from './database.ts'
import { inParts } from './parts.ts'
import type { ApiKeyRow } from './schema.ts'

/** What the texts of foreign keys begin with that are not revoked, on the whole server. */
export async function foreignPrefixes(query: Query): Promise<string[]> {
  const rows = await query
    .selectFrom('foreign_prefix')
    .select('prefix')
    .distinct()
    .where((where) =>
      where.exists(
        where
          .selectFrom('api_key')
          .select('api_key.id')
          .whereRef('api_key.account_id', '=', 'foreign_prefix.account_id')
          .where('api_key.imported_at', 'is not', null)
          .where('api_key.revoked_at', 'is', null),
      ),
    )
    .execute()
  return rows.map(({ prefix }) => prefix)
}

/** Writes down what an account's foreign keys begin with. */
export async function insertForeignPrefixes(
  query: Query,
  accountId: string,
  prefixes: readonly string[],
): Promise<void> {
  if (prefixes.length === 0) return
  await query
    .insertInto('foreign_prefix')
    .values(prefixes.map((prefix) => ({ account_id: accountId, prefix })))
    .onConflict((conflict) => conflict.columns(['account_id', 'prefix']).doNothing())
    .execute()
}

/** Writes keys that were made elsewhere; returns them in the same order. Call it inside a transaction. */
export async function insertImportedKeys(query: Query, keys: readonly NewKeyRow[]): Promise<ApiKeyRow[]> {
  const inserted = new Map<string, ApiKeyRow>()
  for (const part of inParts(keys)) {
    const rows = await query
      .insertInto('api_key')
      .values(part.map((key) => ({ ...keyValues(key), imported_at: key.createdAtMs })))
      .returningAll()
      .execute()
    for (const row of rows) inserted.set(row.id, row)
    await query.insertInto('api_key_secret').values(part.map(secretValues)).execute()
  }
  return keys.flatMap(({ id }) => inserted.get(id) ?? [])
}

const secretValues = ({ id, digest, hint, createdAtMs }: NewKeyRow) => ({
  digest,
  key_id: id,
  created_at: createdAtMs,
  hint,
})
