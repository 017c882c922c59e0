import {
  DICTIONARIES_MAX,
  type Dictionary,
  type DictionaryChange,
  type NewDictionary,
} from '@kugelaudio/contract'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Database, Query } from '../../store/database.ts'
import {
  deleteDictionary,
  findDictionary,
  insertDictionary,
  listDictionaries,
  raiseDictionaryVersion,
  updateDictionary,
} from '../../store/dictionaries.ts'
import type { DictionaryRow } from '../../store/schema.ts'
import { shownDictionary } from './shown-dictionary.ts'

/**
 * An account's dictionaries. Each method but `list` and `create` throws `NOT_FOUND`, and `FORBIDDEN` for another
 * account's.
 */
export type Dictionaries = {
  list(accountId: string): Promise<Dictionary[]>
  /** Throws `CONFLICT` when the account has as many as there may be. */
  create(accountId: string, wish: NewDictionary): Promise<Dictionary>
  get(accountId: string, dictionaryId: number): Promise<Dictionary>
  change(accountId: string, dictionaryId: number, change: DictionaryChange): Promise<Dictionary>
  delete(accountId: string, dictionaryId: number): Promise<void>
}

export function createDictionaries(parts: { database: Database; clock: Clock }): Dictionaries {
  const { database, clock } = parts
  return {
    list: async (accountId) => (await listDictionaries(database.query, accountId)).map(shownDictionary),

    async create(accountId, { name, description = null, language = null }) {
      const atMs = clock.nowMs()
      const row = await changeDictionaries(database, accountId, async (query) => {
        if ((await listDictionaries(query, accountId)).length >= DICTIONARIES_MAX)
          throw new Failure('CONFLICT', `An account has at most ${DICTIONARIES_MAX} dictionaries`)
        return await insertDictionary(query, {
          account_id: accountId,
          name,
          description,
          language,
          is_active: 1,
          created_at: atMs,
          updated_at: atMs,
        })
      })
      return shownDictionary(row)
    },

    get: async (accountId, dictionaryId) =>
      shownDictionary(await getDictionary(database.query, accountId, dictionaryId)),

    async change(accountId, dictionaryId, { name, description, language, is_active }) {
      const row = await changeDictionaries(database, accountId, async (query) => {
        await getDictionary(query, accountId, dictionaryId)
        return await updateDictionary(query, dictionaryId, {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
          ...(language === undefined ? {} : { language }),
          ...(is_active === undefined ? {} : { is_active: is_active ? 1 : 0 }),
          updated_at: clock.nowMs(),
        })
      })
      if (row === null) throw new Failure('NOT_FOUND', 'Dictionary not found')
      return shownDictionary(row)
    },

    delete: (accountId, dictionaryId) =>
      changeDictionaries(database, accountId, async (query) => {
        await getDictionary(query, accountId, dictionaryId)
        await deleteDictionary(query, dictionaryId)
      }),
  }
}

/** Runs a change to an account's dictionaries, one after the other: every node sees it from its end on, or none of it. */
export const changeDictionaries = <Result>(
  database: Database,
  accountId: string,
  change: (query: Query) => Promise<Result>,
): Promise<Result> =>
  database.transaction(async (query) => {
    await raiseDictionaryVersion(query, accountId)
    return await change(query)
  })

/** A dictionary of the account's own. Throws `NOT_FOUND`, and `FORBIDDEN` for another account's. */
export async function getDictionary(
  query: Query,
  accountId: string,
  dictionaryId: number,
): Promise<DictionaryRow> {
  const row = await findDictionary(query, dictionaryId)
  if (row === null) throw new Failure('NOT_FOUND', 'Dictionary not found')
  if (row.account_id !== accountId) throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
  return row
}
