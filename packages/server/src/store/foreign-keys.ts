import type { Query } from './database.ts'

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
