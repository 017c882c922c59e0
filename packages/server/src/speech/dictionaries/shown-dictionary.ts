import { type Dictionary, type Entry, PROJECT_ID } from '@kugelaudio/contract'
import type { DictionaryEntryRow, DictionaryRow } from '../../store/schema.ts'

/** A dictionary as the outside sees it. */
export const shownDictionary = (row: DictionaryRow): Dictionary => ({
  id: row.id,
  project_id: PROJECT_ID,
  name: row.name,
  description: row.description,
  language: row.language,
  is_active: row.is_active === 1,
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
})

/** An entry as the outside sees it. */
export const shownEntry = (row: DictionaryEntryRow): Entry => ({
  id: row.id,
  dictionary_id: row.dictionary_id,
  word: row.word,
  replacement: row.replacement,
  ipa: row.ipa,
  case_sensitive: row.case_sensitive === 1,
  created_at: new Date(row.created_at).toISOString(),
  updated_at: new Date(row.updated_at).toISOString(),
})
