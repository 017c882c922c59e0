import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Query } from './database.ts'
import { inParts } from './parts.ts'
import type { DictionaryEntryRow } from './schema.ts'

/** Null where the dictionary has an entry for this word already. */
export async function insertEntry(
  query: Query,
  row: Omit<DictionaryEntryRow, 'id'>,
): Promise<DictionaryEntryRow | null> {
  const inserted = await query
    .insertInto('dictionary_entry')
    .values(row)
    .onConflict((conflict) => conflict.columns(['dictionary_id', 'word']).doNothing())
    .returningAll()
    .executeTakeFirst()
  return inserted ?? null
}

export async function findEntry(query: Query, entryId: number): Promise<DictionaryEntryRow | null> {
  const row = await query
    .selectFrom('dictionary_entry')
    .selectAll()
    .where('id', '=', entryId)
    .executeTakeFirst()
  return row ?? null
}

export async function findEntryOfWord(
  query: Query,
  { dictionary_id, word }: Pick<DictionaryEntryRow, 'dictionary_id' | 'word'>,
): Promise<DictionaryEntryRow | null> {
  const row = await query
    .selectFrom('dictionary_entry')
    .selectAll()
    .where('dictionary_id', '=', dictionary_id)
    .where('word', '=', word)
    .executeTakeFirst()
  return row ?? null
}

/** By their words, with the number of all that match. */
export async function listEntries(
  query: Query,
  filter: { dictionaryId: number; text: string | null; limit: number; offset: number },
): Promise<{ rows: DictionaryEntryRow[]; total: number }> {
  let matching = query.selectFrom('dictionary_entry').where('dictionary_id', '=', filter.dictionaryId)
  if (filter.text !== null) {
    const pattern = `%${filter.text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    matching = matching.where(sql<boolean>`folded_word like ${pattern} escape '\\'`)
  }
  const { total } = await matching
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .orderBy('folded_word')
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { rows, total: Number(total) }
}

/** All entries of some dictionaries, as they were at one instant. */
export async function entriesOf(
  query: Query,
  dictionaryIds: readonly number[],
): Promise<DictionaryEntryRow[]> {
  if (dictionaryIds.length === 0) return []
  return await query
    .selectFrom('dictionary_entry')
    .selectAll()
    .where('dictionary_id', 'in', dictionaryIds)
    .orderBy('id')
    .execute()
}

/** How many entries an account's dictionaries have, all together. */
export async function countEntries(query: Query, accountId: string): Promise<number> {
  const { total } = await query
    .selectFrom('dictionary_entry')
    .innerJoin('dictionary', 'dictionary.id', 'dictionary_entry.dictionary_id')
    .where('dictionary.account_id', '=', accountId)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}

export async function updateEntry(
  query: Query,
  entryId: number,
  columns: Partial<Omit<DictionaryEntryRow, 'id' | 'dictionary_id'>>,
): Promise<DictionaryEntryRow> {
  return await query
    .updateTable('dictionary_entry')
    .set(columns)
    .where('id', '=', entryId)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * Writes entries over those that their dictionary has for the same words, and adds the others. Thousands of them take a
 * while: what else the process does goes on in between.
 */
export async function upsertEntries(
  query: Query,
  rows: readonly Omit<DictionaryEntryRow, 'id'>[],
): Promise<void> {
  for (const part of inParts(rows)) {
    await query
      .insertInto('dictionary_entry')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['dictionary_id', 'word']).doUpdateSet((column) => ({
          replacement: column.ref('excluded.replacement'),
          ipa: column.ref('excluded.ipa'),
          case_sensitive: column.ref('excluded.case_sensitive'),
          updated_at: column.ref('excluded.updated_at'),
        })),
      )
      .execute()
    await turnOfLoop()
  }
}

export async function deleteEntries(query: Query, entryIds: readonly number[]): Promise<void> {
  for (const part of inParts(entryIds))
    await query.deleteFrom('dictionary_entry').where('id', 'in', part).execute()
}
