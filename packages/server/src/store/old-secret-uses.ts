import type { Database, Query } from './database.ts'

/** That the secret before a rotation was used so often from an address since the last write. */
export type OldSecretUse = {
  digest: string
  address: string | null
  agent: string | null
  atMs: number
  requests: number
}

/** Addresses that are kept of one secret; whoever holds it may come from any number. */
const ADDRESSES_MAX = 200

/** Writes uses of old secrets down, by address. */
export async function writeOldUses(database: Database, uses: readonly OldSecretUse[]): Promise<void> {
  await database.unsyncedTransaction(async (query) => {
    for (const use of uses) {
      const address = use.address ?? ''
      const row = await query
        .updateTable('old_secret_use')
        .set((column) => ({
          agent: use.agent,
          last_used_at: use.atMs,
          requests: column('requests', '+', use.requests),
        }))
        .where('digest', '=', use.digest)
        .where('address', '=', address)
        .returning('digest')
        .executeTakeFirst()
      if (row !== undefined || (await addressesOf(query, use.digest)) >= ADDRESSES_MAX) continue
      const { digest, agent, atMs: last_used_at, requests } = use
      await query
        .insertInto('old_secret_use')
        .values({ digest, address, agent, last_used_at, requests })
        // Another node has written the same client meanwhile: its next use is counted.
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
  })
}

async function addressesOf(query: Query, digest: string): Promise<number> {
  const { count } = await query
    .selectFrom('old_secret_use')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Who has used a secret, the latest first. */
export const oldUsesOf = (
  query: Query,
  digest: string,
): Promise<{ address: string; agent: string | null; last_used_at: number; requests: number }[]> =>
  query
    .selectFrom('old_secret_use')
    .select(['address', 'agent', 'last_used_at', 'requests'])
    .where('digest', '=', digest)
    .orderBy('last_used_at', 'desc')
    .orderBy('address')
    .execute()
