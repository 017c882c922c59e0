import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { type Language, languageOfTag } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'
import type { Database } from '../../store/database.ts'
import { findDictionaryVersion, listDictionaries } from '../../store/dictionaries.ts'
import { entriesOf } from '../../store/dictionary-entries.ts'
import type { DictionaryRow } from '../../store/schema.ts'
import { type Dictionary, type DictionaryEntry, dictionaryOf } from '../text/dictionaries.ts'
import { getDictionary } from './dictionaries.ts'

/** Which of an account's dictionaries a turn is to be spoken with. */
export type DictionaryWish = {
  accountId: string
  /** Null: all that are active and for the language. A list: exactly these, active or not, for whatever language. */
  ids: readonly number[] | null
  language: Language
}

/** What a turn's words are looked up in; null for nothing. Throws `NOT_FOUND`, and `FORBIDDEN` for another account's. */
export type DictionaryInEffect = (wish: DictionaryWish) => Promise<Dictionary | null>

/** Entries that are kept arranged, of all accounts together: some 50 MB. */
const ENTRIES_KEPT_MAX = 100_000

type Arranged = { version: number; entries: number; dictionary: Dictionary | null }

/**
 * Arranged dictionaries are kept, and believed while the version of the account's dictionaries is what it was. It is read
 * with every turn, from the database: a change holds from the instant it is durable, whichever node made it.
 */
export function createDictionaryInEffect({ database }: { database: Database }): DictionaryInEffect {
  const kept = new KeptDictionaries()
  const underWay = new Map<string, Promise<Arranged>>()

  /** Turns that begin together wait for one arrangement. */
  const arrangeOnce = async (wish: DictionaryWish, version: number): Promise<Arranged> => {
    const name = `${version} ${nameOf(wish)}`
    const started = underWay.get(name) ?? arrange(database, wish, version)
    underWay.set(name, started)
    try {
      return await started
    } finally {
      underWay.delete(name)
    }
  }

  return async (wish) => {
    if (wish.ids?.length === 0) return null
    const version = await findDictionaryVersion(database.query, wish.accountId)
    if (version === null) {
      const [first] = wish.ids ?? []
      return first === undefined ? null : await refuse(database, wish.accountId, first)
    }
    const known = kept.find(nameOf(wish))
    if (known?.version === version) return known.dictionary
    const arranged = await arrangeOnce(wish, version)
    kept.keep(nameOf(wish), arranged)
    return arranged.dictionary
  }
}

const nameOf = ({ accountId, ids, language }: DictionaryWish): string =>
  ids === null ? `${accountId} ${language}` : `${accountId} ${ids.join()}`

/** What is read here is at least as new as the version. If it is newer, the next turn finds another version. */
async function arrange(database: Database, wish: DictionaryWish, version: number): Promise<Arranged> {
  const dictionaries = await listDictionaries(database.query, wish.accountId)
  const missing = wish.ids?.find((wanted) => !dictionaries.some(({ id }) => id === wanted))
  if (missing !== undefined) await refuse(database, wish.accountId, missing)
  const ids = chosen(dictionaries, wish).map(({ id }) => id)
  const byDictionary = Map.groupBy(await entriesOf(database.query, ids), (row) => row.dictionary_id)
  await turnOfLoop()
  const entries: DictionaryEntry[] = []
  for (const id of ids) {
    for (const { word, replacement, ipa, case_sensitive } of byDictionary.get(id) ?? [])
      entries.push({ word, replacement, ipa, caseSensitive: case_sensitive === 1 })
  }
  return {
    version,
    entries: entries.length,
    dictionary: entries.length === 0 ? null : dictionaryOf(entries),
  }
}

/** In the order in which they apply: of several entries for one word the last counts. */
function chosen(dictionaries: readonly DictionaryRow[], { ids, language }: DictionaryWish): DictionaryRow[] {
  if (ids === null)
    return dictionaries.filter(
      (row) => row.is_active === 1 && (row.language === null || languageOfTag(row.language) === language),
    )
  return [...new Set(ids)].flatMap((id) => dictionaries.find((candidate) => candidate.id === id) ?? [])
}

/** Throws why a dictionary cannot be used; one that has been made since then is not there yet either. */
async function refuse(database: Database, accountId: string, dictionaryId: number): Promise<never> {
  await getDictionary(database.query, accountId, dictionaryId)
  throw new Failure('NOT_FOUND', 'Dictionary not found')
}

/** The least recently used go first. */
class KeptDictionaries {
  readonly #byName = new Map<string, Arranged>()
  #size = 0

  find(name: string): Arranged | null {
    const found = this.#byName.get(name)
    if (found === undefined) return null
    this.#byName.delete(name)
    this.#byName.set(name, found)
    return found
  }

  keep(name: string, arranged: Arranged): void {
    this.#forget(name)
    this.#byName.set(name, arranged)
    this.#size += sizeOf(arranged)
    for (const oldest of this.#byName.keys()) {
      if (this.#size <= ENTRIES_KEPT_MAX) break
      this.#forget(oldest)
    }
  }

  #forget(name: string): void {
    const gone = this.#byName.get(name)
    if (gone === undefined) return
    this.#byName.delete(name)
    this.#size -= sizeOf(gone)
  }
}

/** Also a dictionary without entries takes room. */
const sizeOf = ({ entries }: Arranged): number => entries + 1
