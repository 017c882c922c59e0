import type { Connection } from '../connection.ts'
import type { CallOptions } from '../http.ts'
import { Resource, segment } from './resource.ts'

/** Pronunciations that are applied to texts. */
export type Dictionary = {
  id: number
  projectId: number | null
  name: string
  description: string | null
  /** BCP 47; null: every language. */
  language: string | null
  isActive: boolean
  createdAt: string
  updatedAt: string
}

/** What is said instead of a word. */
export type DictionaryEntry = {
  id: number
  dictionaryId: number
  word: string
  replacement: string
  ipa: string | null
  caseSensitive: boolean
  createdAt: string
  updatedAt: string
}

/** A dictionary that is to be made. Its language is BCP 47; none: every language. */
export type NewDictionary = { name: string; description?: string; language?: string }
/** What of a dictionary changes; one that is not active is applied only where it is named. */
export type DictionaryChange = Partial<NewDictionary> & { isActive?: boolean }
/** An entry that is to be made. */
export type NewDictionaryEntry = {
  /** 1 to 200 characters. */
  word: string
  /** 1 to 1000 characters. */
  replacement: string
  ipa?: string | null
  caseSensitive?: boolean
}
/** A page of entries; `total` counts those of all pages. */
export type EntryList = { entries: DictionaryEntry[]; total: number; limit: number; offset: number }
/** Which entries: `search` is a part of the word. Limit 1 to 500, default 100. */
export type EntryQuery = { search?: string; limit?: number; offset?: number }
/** What a whole replacement came to. */
export type EntriesReplaced = { upserted: number; deleted: number; total: number }

/** Options of calls about dictionaries: the project is needed with master keys only. */
export type ProjectOptions = CallOptions & { projectId?: number | undefined }

/** `client.dictionaries` */
export class DictionariesResource extends Resource {
  /** What the dictionaries say. */
  readonly entries: DictionaryEntriesResource

  constructor(connection: Connection) {
    super(connection)
    this.entries = new DictionaryEntriesResource(connection)
  }

  /** All dictionaries of the project. */
  async list(options: ProjectOptions = {}): Promise<Dictionary[]> {
    const request = { method: 'GET', path: '/v1/dictionaries', ...inProject(options) } as const
    return (await this.request<{ dictionaries: Dictionary[] }>(request)).dictionaries
  }

  /** Makes a dictionary without entries. */
  create(dictionary: NewDictionary, options: ProjectOptions = {}): Promise<Dictionary> {
    const json = dictionary
    return this.request({ method: 'POST', path: '/v1/dictionaries', json, ...inProject(options) })
  }

  /** One dictionary. Throws `NotFoundError` where there is none. */
  get(id: number, options: ProjectOptions = {}): Promise<Dictionary> {
    return this.request({ method: 'GET', path: pathOf(id), ...inProject(options) })
  }

  /** What is left out stays. */
  update(id: number, change: DictionaryChange, options: ProjectOptions = {}): Promise<Dictionary> {
    return this.request({ method: 'PATCH', path: pathOf(id), json: change, ...inProject(options) })
  }

  /** Deletes a dictionary with all of its entries. */
  async delete(id: number, options: ProjectOptions = {}): Promise<void> {
    await this.request({ method: 'DELETE', path: pathOf(id), ...inProject(options) })
  }
}

/** `client.dictionaries.entries` */
export class DictionaryEntriesResource extends Resource {
  /** A page of a dictionary's entries. */
  list(dictionaryId: number, query: EntryQuery & ProjectOptions = {}): Promise<EntryList> {
    const { search, limit, offset, ...options } = query
    const wanted = { search, limit, offset }
    return this.request({ method: 'GET', path: entriesOf(dictionaryId), ...inProject(options, wanted) })
  }

  /** Adds an entry. Throws `ConflictError` where the word has one. */
  add(
    dictionaryId: number,
    entry: NewDictionaryEntry,
    options: ProjectOptions = {},
  ): Promise<DictionaryEntry> {
    const json = entry
    return this.request({ method: 'POST', path: entriesOf(dictionaryId), json, ...inProject(options) })
  }

  /** What is left out stays. */
  update(
    dictionaryId: number,
    entryId: number,
    change: Partial<NewDictionaryEntry>,
    options: ProjectOptions = {},
  ): Promise<DictionaryEntry> {
    const path = `${entriesOf(dictionaryId)}/${segment(entryId)}`
    return this.request({ method: 'PATCH', path, json: change, ...inProject(options) })
  }

  /** Deletes an entry. */
  async delete(dictionaryId: number, entryId: number, options: ProjectOptions = {}): Promise<void> {
    const path = `${entriesOf(dictionaryId)}/${segment(entryId)}`
    await this.request({ method: 'DELETE', path, ...inProject(options) })
  }

  /** Makes these all there are: all or none. */
  replaceAll(
    dictionaryId: number,
    entries: readonly NewDictionaryEntry[],
    options: ProjectOptions = {},
  ): Promise<EntriesReplaced> {
    const json = { entries }
    return this.request({ method: 'PUT', path: entriesOf(dictionaryId), json, ...inProject(options) })
  }
}

const pathOf = (id: number): string => `/v1/dictionaries/${segment(id)}`
const entriesOf = (id: number): string => `${pathOf(id)}/entries`

type Query = Record<string, string | number | undefined>
const inProject = (
  { signal, projectId }: ProjectOptions,
  query: Query = {},
): { signal: AbortSignal | undefined; query: Query } => ({
  signal,
  query: { ...query, projectId },
})
