import { z } from 'zod'
import { LANGUAGES, type Language } from './languages.ts'
import { DICTIONARY_ENTRIES_MAX } from './limits.ts'

/** The number of an account's project: an account is one project, so it is the same everywhere. */
export const PROJECT_ID = 1

/** A `PUT` of as many entries as there may be, at usual lengths. */
export const DICTIONARY_BYTES_MAX = 2 * 1024 * 1024

const writable = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text)
const UNWRITABLE = 'must be valid Unicode without control characters'

const name = z.string().trim().min(1).max(200).refine(writable, UNWRITABLE)
const description = z
  .string()
  .max(2_000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be valid Unicode without NUL')
  .nullish()
const language = z
  .string()
  .max(16)
  .refine(
    (tag) => languageOfTag(tag) !== null,
    `must be a BCP 47 tag of one of ${LANGUAGES.join(', ')}: de, de-AT`,
  )
  .nullish()
  .describe('BCP 47: the dictionary is for texts in this language. Default: for all.')

/** Body of `POST /v1/dictionaries` (wire reference, section 4.4). */
export const NewDictionary = z.strictObject({ name, description, language })
export type NewDictionary = z.infer<typeof NewDictionary>

const changesSomething = (change: object): boolean => Object.keys(change).length > 0

/** Body of `PATCH /v1/dictionaries/{id}`; what is left out stays, a null takes back. */
export const DictionaryChange = z
  .strictObject({ name: name.optional(), description, language, is_active: z.boolean().optional() })
  .refine(changesSomething, 'must change something')
export type DictionaryChange = z.infer<typeof DictionaryChange>

/** A list of words and how they are said. Times are ISO 8601 in UTC. */
export const Dictionary = z.object({
  id: z.int(),
  project_id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  language: z.string().nullable(),
  is_active: z.boolean().describe('Whether it is applied where a request names no dictionaries.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Dictionary = z.infer<typeof Dictionary>

export const DictionaryList = z.object({ dictionaries: z.array(Dictionary) })

const word = z
  .string()
  .normalize('NFC')
  .trim()
  .min(1)
  .max(200)
  .refine(writable, UNWRITABLE)
  .describe('What is written: a whole word, or several. Unique in its dictionary.')
const replacement = z
  .string()
  .min(1)
  .max(1_000)
  .refine(writable, UNWRITABLE)
  .describe('What is said instead. It is not looked up again.')
const ipa = z
  .string()
  .max(200)
  .refine(writable, UNWRITABLE)
  .nullish()
  .describe('How it is said, in IPA, by engines that can; others say the replacement.')

/** Body of `POST /v1/dictionaries/{id}/entries`. */
export const NewEntry = z.strictObject({
  word,
  replacement,
  ipa,
  case_sensitive: z.boolean().nullish().describe('Whether the case of the word counts. Default false.'),
})
export type NewEntry = z.infer<typeof NewEntry>

/** Body of `PATCH /v1/dictionaries/{id}/entries/{entry_id}`; what is left out stays. */
export const EntryChange = z
  .strictObject({
    word: word.optional(),
    replacement: replacement.optional(),
    ipa,
    case_sensitive: z.boolean().optional(),
  })
  .refine(changesSomething, 'must change something')
export type EntryChange = z.infer<typeof EntryChange>

/** Body of `PUT /v1/dictionaries/{id}/entries`: all that the dictionary shall hold. */
export const AllEntries = z.strictObject({
  entries: z
    .array(NewEntry)
    .max(DICTIONARY_ENTRIES_MAX)
    .superRefine((entries, context) => {
      const seen = new Set<string>()
      for (const [at, { word }] of entries.entries()) {
        if (seen.has(word))
          context.addIssue({ code: 'custom', path: [at, 'word'], message: 'is there twice; leave one out' })
        seen.add(word)
      }
    }),
})
export type AllEntries = z.infer<typeof AllEntries>

/** A word of a dictionary and how it is said. */
export const Entry = z.object({
  id: z.int(),
  dictionary_id: z.int(),
  word: z.string(),
  replacement: z.string(),
  ipa: z.string().nullable(),
  case_sensitive: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Entry = z.infer<typeof Entry>

export const EntryList = z.object({
  entries: z.array(Entry),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
})
export type EntryList = z.infer<typeof EntryList>

/** What a `PUT` did: entries that are there now, and those that went. */
export const EntriesReplaced = z.object({ upserted: z.int(), deleted: z.int(), total: z.int() })
export type EntriesReplaced = z.infer<typeof EntriesReplaced>

export const Deleted = z.object({ deleted: z.literal(true) })

/** Query of every route of dictionaries. A key's account is its project, whatever number is named. */
export const ProjectQuery = z.object({ project_id: z.coerce.number().int().nonnegative().optional() })

/** Query of `GET /v1/dictionaries/{id}/entries`. */
export const EntryQuery = ProjectQuery.extend({
  search: z.string().normalize('NFC').max(200).optional().describe('Part of a word, in any case.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type EntryQuery = z.infer<typeof EntryQuery>

/** The language that a BCP 47 tag names, of those that can be spoken; null for another, and for what is no tag. */
export function languageOfTag(tag: string): Language | null {
  try {
    const { language } = new Intl.Locale(tag)
    const named = language === 'nb' || language === 'nn' ? 'no' : language
    return LANGUAGES.find((known) => known === named) ?? null
  } catch {
    return null
  }
}
