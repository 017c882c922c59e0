import { sql } from 'kysely'
import type { Database } from './database.ts'

/** That a key was used, by one of its secrets. */
export type KeyUse = {
  keyId: string
  digest: string
  atMs: number
  address: string | null
  agent: string | null
  /** By the secret before the last rotation. */
  isOld?: boolean
}

/** Rows of one statement: SQLite joins 500 selects at most. */
const USES_PER_STATEMENT = 400

/** Writes uses down, never an older one over a newer one. Others get a turn between one part and the next. */
export async function writeUses(database: Database, uses: readonly KeyUse[]): Promise<void> {
  for (let at = 0; at < uses.length; at += USES_PER_STATEMENT) {
    const part = uses.slice(at, at + USES_PER_STATEMENT)
    await database.unsyncedTransaction(async (query) => {
      await sql`
        update api_key set last_used_at = used.at, last_used_address = used.address, last_used_agent = used.agent
        from (${newestOf(part)}) as used
        where api_key.id = used.key_id and (api_key.last_used_at is null or api_key.last_used_at < used.at)
      `.execute(query)
      await sql`
        update api_key_secret set last_used_at = used.at
        from (${rowsOf(part)}) as used
        where api_key_secret.digest = used.digest
          and (api_key_secret.last_used_at is null or api_key_secret.last_used_at < used.at)
      `.execute(query)
    })
  }
}

/** A key may have been used by two secrets: its last use is the later one. */
const newestOf = (uses: readonly KeyUse[]) => {
  const newest = new Map<string, KeyUse>()
  for (const use of uses) {
    const known = newest.get(use.keyId)
    if (known === undefined || known.atMs < use.atMs) newest.set(use.keyId, use)
  }
  return rowsOf([...newest.values()])
}

const rowsOf = (uses: readonly KeyUse[]) =>
  sql.join(
    uses.map(
      ({ keyId, digest, atMs, address, agent }) => sql`select ${keyId} as key_id, ${digest} as digest,
        cast(${atMs} as bigint) as at, cast(${address} as text) as address, cast(${agent} as text) as agent`,
    ),
    sql` union all `,
  )
