import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf, BodyOf } from './routes.ts'
import { useChange } from './use-change.ts'

export type Dictionary = AnswerOf<'listDictionaries'>['dictionaries'][number]

/** The account's dictionaries, oldest first. */
export const dictionariesQuery = queryOptions({
  queryKey: ['dictionaries'],
  queryFn: async ({ signal }) => (await call('listDictionaries', { signal })).dictionaries,
})

export type Entry = AnswerOf<'listEntries'>['entries'][number]
export type NewEntry = BodyOf<'addEntry'>

/** Entries that a page shows, and that are read at a time where all are wanted. */
export const ENTRIES_A_PAGE = 100
const ENTRIES_AT_A_TIME = 500

export const dictionaryQuery = (id: string) =>
  queryOptions({
    queryKey: ['dictionary', id],
    queryFn: ({ signal }) => call('getDictionary', { params: { id }, signal }),
  })

export const entriesQuery = (id: string, asked: { search: string | undefined; page: number }) =>
  queryOptions({
    queryKey: ['entries', id, asked],
    queryFn: ({ signal }) =>
      call('listEntries', {
        params: { id },
        query: {
          search: asked.search,
          limit: ENTRIES_A_PAGE,
          offset: (asked.page - 1) * ENTRIES_A_PAGE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** Every entry of a dictionary, as it is now. */
export async function readAllEntries(id: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (;;) {
    const query = { limit: ENTRIES_AT_A_TIME, offset: entries.length }
    const page = await call('listEntries', { params: { id }, query })
    entries.push(...page.entries)
    if (page.entries.length === 0 || entries.length >= page.total) return entries
  }
}

/** What changes words makes every list of them old. */
const KNOWN = ['dictionaries', 'dictionary', 'entries']

export const useCreateDictionary = () =>
  useChange(KNOWN, (body: BodyOf<'createDictionary'>) => call('createDictionary', { body }))

export const useChangeDictionary = () =>
  useChange(KNOWN, ({ id, ...body }: { id: number } & BodyOf<'changeDictionary'>) =>
    call('changeDictionary', { params: { id: String(id) }, body }),
  )

export const useDeleteDictionary = () =>
  useChange(KNOWN, (id: number) => call('deleteDictionary', { params: { id: String(id) } }))

/** Adds a word, or changes the one with this number. */
export const useSaveEntry = (id: string) =>
  useChange(KNOWN, ({ entryId, entry }: { entryId: number | null; entry: NewEntry }) =>
    entryId === null
      ? call('addEntry', { params: { id }, body: entry })
      : call('changeEntry', {
          params: { id, entry_id: String(entryId) },
          body: { ...entry, case_sensitive: entry.case_sensitive ?? false },
        }),
  )

export const useDeleteEntry = (id: string) =>
  useChange(KNOWN, (entryId: number) => call('deleteEntry', { params: { id, entry_id: String(entryId) } }))

/** All entries at once, or none of them. */
export const useReplaceEntries = (id: string) =>
  useChange(KNOWN, (entries: NewEntry[]) => call('replaceEntries', { params: { id }, body: { entries } }))
