import type { Database } from '../store/database.ts'
import { foreignPrefixes } from '../store/foreign-keys.ts'
import type { Cluster } from './cluster.ts'

/** Whether a text that none of our keys looks like may be a key that was made elsewhere and brought in (ADR 0010). */
export type ForeignKeys = {
  /** Costs no I/O, except once after something has changed; nothing is looked up where nothing was ever brought in. */
  mayBe(text: string): boolean | Promise<boolean>
  /** Reads anew what such keys begin with, the next time it is asked. */
  forget(): void
}

/** What a foreign key may look like: what fits into a header, and cannot be tried out. */
const SHAPE = /^[\x21-\x2b\x2d-\x7e]{16,512}$/

export function createForeignKeys(parts: { database: Database; cluster: Cluster }): ForeignKeys {
  let prefixes: readonly string[] | null = null
  let generation = 0

  const begins = (known: readonly string[], text: string): boolean =>
    known.some((prefix) => text.startsWith(prefix))

  const readAndCompare = async (text: string): Promise<boolean> => {
    if (!parts.cluster.current()) await parts.cluster.catchUp()
    const readIn = generation
    const known = prefixes ?? (await foreignPrefixes(parts.database.query))
    // What was read before somebody wrote is not kept.
    if (readIn === generation && parts.cluster.current()) prefixes = known
    return begins(known, text)
  }

  return {
    mayBe(text) {
      if (!SHAPE.test(text)) return false
      return prefixes !== null && parts.cluster.current() ? begins(prefixes, text) : readAndCompare(text)
    },
    forget() {
      generation++
      prefixes = null
    },
  }
}
