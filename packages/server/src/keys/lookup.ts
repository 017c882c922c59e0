import { judge, type LeasedTable } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { findKeyByDigest, type KeyRecord } from '../store/api-keys.ts'
import type { Database, Query } from '../store/database.ts'
import { findKeyByToken } from '../store/tokens.ts'

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
  /** The same with what a token leaves of its key. */
  withToken<Decision>(
    digest: string,
    decide: (record: KeyRecord | null) => Decision,
  ): Decision | Promise<Decision>
}

/** More than a busy server sees in a minute; about 200 bytes each. */
export const KEY_TABLE_CAPACITY = 200_000

type Parts = {
  table: LeasedTable<KeyRecord>
  database: Database
  /** Applies what this node has not applied yet, if anything, so that what is read then can be kept. */
  catchUp: () => Promise<void>
  clock: Clock
}

export function createKeyLookup(parts: Parts): KeyLookup {
  const lookUp =
    (read: Read) =>
    <Decision>(digest: string, decide: (record: KeyRecord | null) => Decision) => {
      const known = parts.table.find(digest)
      // A key that is no longer valid takes the same steps as one that never was: nobody learns which by the clock.
      return known === null || !isValid(known, parts.clock)
        ? readAndDecide(parts, read, digest, decide)
        : decide(known)
    }
  return { withKey: lookUp(findKeyByDigest), withToken: lookUp(findKeyByToken) }
}

type Read = (query: Query, digest: string) => Promise<KeyRecord | null>

async function readAndDecide<Decision>(
  { table, database, catchUp, clock }: Parts,
  read: Read,
  digest: string,
  decide: (record: KeyRecord | null) => Decision,
): Promise<Decision> {
  for (;;) {
    await catchUp()
    const mark = table.beginRead()
    const record = await read(database.query, digest)
    // What was read before a change was applied may be older than the change: read again.
    if (!table.isCurrent(mark)) continue
    // What is used once is not looked for twice.
    if (record !== null && record.token?.singleUse !== true && isValid(record, clock))
      table.keep(mark, digest, record)
    return decide(record)
  }
}

function isValid(record: KeyRecord, clock: Clock): boolean {
  const verdict = judge(record, clock.nowMs())
  return verdict.allowed || verdict.reason === 'suspended'
}
