import type { LeasedTable } from '@kugelaudio/keycore'
import { findKeyByDigest, type KeyRecord } from '../store/api-keys.ts'
import type { Database } from '../store/database.ts'

/** Finds keys by their digest, and lets the caller decide on them before anything can change. */
export type KeyLookup = {
  /**
   * Calls `decide` with the key as it is now, or null. Nothing is applied between the look and the decision, so what
   * the decision opens can always be severed.
   */
  withKey<Decision>(
    digest: string,
    decide: (record: KeyRecord | null) => Decision,
  ): Decision | Promise<Decision>
}

/** More than a busy server sees in a minute; about 200 bytes each. */
export const KEY_TABLE_CAPACITY = 200_000

export function createKeyLookup(parts: { table: LeasedTable<KeyRecord>; database: Database }): KeyLookup {
  return {
    withKey(digest, decide) {
      const known = parts.table.find(digest)
      return known === null ? readAndDecide(parts, digest, decide) : decide(known)
    },
  }
}

async function readAndDecide<Decision>(
  { table, database }: { table: LeasedTable<KeyRecord>; database: Database },
  digest: string,
  decide: (record: KeyRecord | null) => Decision,
): Promise<Decision> {
  for (;;) {
    const mark = table.beginRead()
    const record = await findKeyByDigest(database.query, digest)
    // What was read before a change was applied may be older than the change: read again.
    if (!table.isCurrent(mark)) continue
    if (record !== null) table.keep(mark, digest, record)
    return decide(record)
  }
}
