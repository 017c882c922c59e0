import {
  DICTIONARY_ENTRIES_MAX,
  type EntriesReplaced,
  type Entry,
  type EntryChange,
  type EntryQuery,
  type NewEntry,
} from '@kugelaudio/contract'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Database, Query } from '../../store/database.ts'
import {
  countEntries,
  deleteEntries,
  entriesOf,
  findEntry,
  findEntryOfWord,
  insertEntry,
  listEntries,
  updateEntry,
  upsertEntries,
} from '../../store/dictionary-entries.ts'
import type { DictionaryEntryRow } from '../../store/schema.ts'
import { changeDictionaries, getDictionary } from './dictionaries.ts'
import { shownEntry } from './shown-dictionary.ts'

/** Whose dictionary. */
export type DictionaryPlace = { accountId: string; dictionaryId: number }

/**
 * The entries of a dictionary. Each method throws `NOT_FOUND`, and `FORBIDDEN` for another account's dictionary; those
 * that add throw `CONFLICT` for a word that is there already, and where the account has as many as there may be.
 */
export type DictionaryEntries = {
  list(place: DictionaryPlace, query: EntryQuery): Promise<{ entries: Entry[]; total: number }>
  add(place: DictionaryPlace, wish: NewEntry): Promise<Entry>
  change(place: DictionaryPlace, entryId: number, change: EntryChange): Promise<Entry>
  delete(place: DictionaryPlace, entryId: number): Promise<void>
  /** Makes these all that the dictionary holds, or changes nothing. Entries whose words stay keep their ids. */
  replaceAll(place: DictionaryPlace, entries: readonly NewEntry[]): Promise<EntriesReplaced>
}

export function createDictionaryEntries(parts: { database: Database; clock: Clock }): DictionaryEntries {
  const { database, clock } = parts
  const changing = <Result>(place: DictionaryPlace, change: (query: Query) => Promise<Result>) =>
    changeDictionaries(database, place.accountId, async (query) => {
      await getDictionary(query, place.accountId, place.dictionaryId)
      return await change(query)
    })
  return {
    async list({ accountId, dictionaryId }, { search = null, limit, offset }) {
      await getDictionary(database.query, accountId, dictionaryId)
      const { rows, total } = await listEntries(database.query, { dictionaryId, text: search, limit, offset })
      return { entries: rows.map(shownEntry), total }
    },

    add: (place, wish) =>
      changing(place, async (query) => {
        const row = await insertEntry(query, rowOf(place, wish, clock.nowMs()))
        if (row === null) throw wordIsThere()
        await requireRoom(query, place)
        return shownEntry(row)
      }),

    change: (place, entryId, { word, replacement, ipa, case_sensitive }) =>
      changing(place, async (query) => {
        await getEntry(query, place, entryId)
        if (word !== undefined) {
          const other = await findEntryOfWord(query, { dictionary_id: place.dictionaryId, word })
          if (other !== null && other.id !== entryId) throw wordIsThere()
        }
        const row = await updateEntry(query, entryId, {
          ...(word === undefined ? {} : { word, folded_word: word.toLowerCase() }),
          ...(replacement === undefined ? {} : { replacement }),
          ...(ipa === undefined ? {} : { ipa }),
          ...(case_sensitive === undefined ? {} : { case_sensitive: case_sensitive ? 1 : 0 }),
          updated_at: clock.nowMs(),
        })
        return shownEntry(row)
      }),

    delete: (place, entryId) =>
      changing(place, async (query) => {
        await getEntry(query, place, entryId)
        await deleteEntries(query, [entryId])
      }),

    replaceAll: (place, entries) =>
      changing(place, async (query) => {
        const atMs = clock.nowMs()
        const there = await entriesOf(query, [place.dictionaryId])
        const words = new Set(entries.map(({ word }) => word))
        const gone = there.filter(({ word }) => !words.has(word)).map(({ id }) => id)
        const byWord = new Map(there.map((row) => [row.word, row]))
        const changed = entries
          .map((entry) => rowOf(place, entry, atMs))
          .filter((row) => !isSame(row, byWord.get(row.word)))
        await deleteEntries(query, gone)
        await upsertEntries(query, changed)
        await requireRoom(query, place)
        return { upserted: entries.length, deleted: gone.length, total: entries.length }
      }),
  }
}

async function getEntry(query: Query, place: DictionaryPlace, entryId: number): Promise<DictionaryEntryRow> {
  const row = await findEntry(query, entryId)
  if (row?.dictionary_id !== place.dictionaryId) throw new Failure('NOT_FOUND', 'Entry not found')
  return row
}

/** Throws where there are too many now: then nothing has been added. */
async function requireRoom(query: Query, { accountId }: DictionaryPlace): Promise<void> {
  if ((await countEntries(query, accountId)) > DICTIONARY_ENTRIES_MAX)
    throw new Failure(
      'CONFLICT',
      `The dictionaries of an account have at most ${DICTIONARY_ENTRIES_MAX} entries together; delete some first`,
    )
}

const wordIsThere = (): Failure =>
  new Failure('CONFLICT', 'word: the dictionary has an entry for it; change that one')

const rowOf = (
  { dictionaryId }: DictionaryPlace,
  { word, replacement, ipa = null, case_sensitive }: NewEntry,
  atMs: number,
): Omit<DictionaryEntryRow, 'id'> => ({
  dictionary_id: dictionaryId,
  word,
  folded_word: word.toLowerCase(),
  replacement,
  ipa,
  case_sensitive: case_sensitive === true ? 1 : 0,
  created_at: atMs,
  updated_at: atMs,
})

const isSame = (
  row: Omit<DictionaryEntryRow, 'id'>,
  there: Omit<DictionaryEntryRow, 'id'> | undefined,
): boolean =>
  there !== undefined &&
  row.replacement === there.replacement &&
  row.ipa === there.ipa &&
  row.case_sensitive === there.case_sensitive
