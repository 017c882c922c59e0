import { judge, type LeasedTable, type ReadMark } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { type Observe, unobserved } from '../observe.ts'
import type { KeyRecord } from '../store/api-keys.ts'
import type { Cluster } from './cluster.ts'

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

/** More than a busy server sees in a minute; about 550 bytes each (`npm run bench -- verification`). */
export const KEY_TABLE_CAPACITY = 200_000

/** Reads a key from the database by a digest, of its own or of a token's. */
export type ReadKey = (digest: string) => Promise<KeyRecord | null>

type Parts = {
  table: LeasedTable<KeyRecord>
  readByKey: ReadKey
  readByToken: ReadKey
  cluster: Pick<Cluster, 'current' | 'catchUp'>
  clock: Clock
  /** Hears where keys are found. */
  lookedUp?: Observe['lookedUp']
}

export function createKeyLookup(parts: Parts): KeyLookup {
  const { lookedUp = unobserved.lookedUp } = parts
  const lookUp = (read: SharedReads) => {
    return <Decision>(digest: string, decide: (record: KeyRecord | null) => Decision) => {
      const known = parts.table.find(digest)
      // A key that is no longer valid takes the same steps as one that never was: nobody learns which by the clock.
      if (known === null || !isValid(known, parts.clock)) {
        lookedUp('database')
        return readAndDecide(parts, read, digest, decide)
      }
      lookedUp('memory')
      return decide(known)
    }
  }
  return {
    withKey: lookUp(new SharedReads(parts, parts.readByKey)),
    withToken: lookUp(new SharedReads(parts, parts.readByToken)),
  }
}

async function readAndDecide<Decision>(
  { table, cluster, clock }: Parts,
  reads: SharedReads,
  digest: string,
  decide: (record: KeyRecord | null) => Decision,
): Promise<Decision> {
  for (;;) {
    // Applies what this node has not applied yet, so that what is read then can be kept.
    if (!cluster.current()) await cluster.catchUp()
    const { mark, reading } = reads.read(digest)
    const record = await reading
    // What was read before a change was applied may be older than the change: read again.
    if (!table.isCurrent(mark, record)) continue
    // What is used once is not looked for twice.
    if (record !== null && record.token?.singleUse !== true && isValid(record, clock))
      table.keep(mark, digest, record)
    return decide(record)
  }
}

type Read = { mark: ReadMark; reading: Promise<KeyRecord | null> }

/** Many who look for the same key at the same time read it once. */
class SharedReads {
  readonly #parts: Parts
  readonly #read: ReadKey
  readonly #underWay = new Map<string, Read>()

  constructor(parts: Parts, read: ReadKey) {
    this.#parts = parts
    this.#read = read
  }

  read(digest: string): Read {
    const { table, cluster } = this.#parts
    const underWay = this.#underWay.get(digest)
    // What it found nothing of may have come into being since. Who holds no lease may not have heard of what has changed.
    if (underWay !== undefined && table.isUndisturbed(underWay.mark) && cluster.current()) return underWay
    const begun = { mark: table.beginRead(), reading: this.#read(digest) }
    this.#underWay.set(digest, begun)
    const end = (): void => {
      if (this.#underWay.get(digest) === begun) this.#underWay.delete(digest)
    }
    begun.reading.then(end, end)
    return begun
  }
}

function isValid(record: KeyRecord, clock: Clock): boolean {
  const verdict = judge(record, clock.nowMs())
  return verdict.allowed || verdict.reason === 'suspended'
}
