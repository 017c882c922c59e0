import { OWN_VOICE_IDS_FROM } from '@kugelaudio/contract'
import type { Insertable, Updateable } from 'kysely'
import type { Query } from './database.ts'
import type { VoiceRow, VoiceTable } from './schema.ts'

/** The public id of a voice of one's own. */
export const voiceIdOf = ({ number }: Pick<VoiceRow, 'number'>): number => OWN_VOICE_IDS_FROM + number

export async function insertVoice(query: Query, voice: Insertable<VoiceTable>): Promise<VoiceRow> {
  return await query.insertInto('voice').values(voice).returningAll().executeTakeFirstOrThrow()
}

/** By its public id, as a number or its digits, or by its handle. */
export async function findVoice(query: Query, name: number | string): Promise<VoiceRow | null> {
  const number = numberOf(name)
  const voice = query.selectFrom('voice').selectAll()
  const found =
    number === null ? voice.where('handle', '=', String(name)) : voice.where('number', '=', number)
  return (await found.executeTakeFirst()) ?? null
}

/** What an integer column can hold. */
const NUMBER_MAX = 2 ** 31 - 1

function numberOf(name: number | string): number | null {
  const id = typeof name === 'number' ? name : /^[1-9]\d{0,15}$/.test(name) ? Number(name) : null
  return id === null ? null : Math.min(NUMBER_MAX, id - OWN_VOICE_IDS_FROM)
}

/** Whose voices a list holds. */
export type VoiceFilter = {
  /** `own`: the account's. `public`: verified ones of others. */
  whose: 'own' | 'public'
  accountId: string
  language: string | null
  category: VoiceRow['category'] | null
}

export async function countVoices(query: Query, filter: VoiceFilter): Promise<number> {
  const { voices } = await matchingVoices(query, filter)
    .select((select) => select.fn.countAll<number>().as('voices'))
    .executeTakeFirstOrThrow()
  return Number(voices)
}

/** Newest first. */
export async function listVoices(
  query: Query,
  filter: VoiceFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<VoiceRow[]> {
  return await matchingVoices(query, filter)
    .selectAll()
    .orderBy('number', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
}

function matchingVoices(query: Query, { whose, accountId, language, category }: VoiceFilter) {
  let matching = query.selectFrom('voice')
  matching =
    whose === 'own'
      ? matching.where('account_id', '=', accountId)
      : matching.where('account_id', '!=', accountId).where('verified_at', 'is not', null)
  // Codes are letters, each in quotes in the JSON.
  if (language !== null) matching = matching.where('supported_languages', 'like', `%"${language}"%`)
  if (category !== null) matching = matching.where('category', '=', category)
  return matching
}

/** Voices that wait for the operator, the longest waiting first. */
export async function listPendingVoices(query: Query): Promise<VoiceRow[]> {
  return await query
    .selectFrom('voice')
    .selectAll()
    .where('published_at', 'is not', null)
    .where('verified_at', 'is', null)
    .orderBy('published_at')
    .execute()
}

/** Null when it does not exist. */
export async function updateVoice(
  query: Query,
  number: number,
  columns: Updateable<VoiceTable>,
): Promise<VoiceRow | null> {
  const row = await query
    .updateTable('voice')
    .set(columns)
    .where('number', '=', number)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** With the rows of its references. Call it inside a transaction. Returns names of files; null when it does not exist. */
export async function deleteVoice(query: Query, number: number): Promise<string[] | null> {
  const references = await query
    .deleteFrom('voice_reference')
    .where('voice_number', '=', number)
    .returning('file')
    .execute()
  const voice = await query
    .deleteFrom('voice')
    .where('number', '=', number)
    .returning('sample_file')
    .executeTakeFirst()
  if (voice === undefined) return null
  return [voice.sample_file, ...references.map(({ file }) => file)].filter((file) => file !== null)
}

export const languagesOf = ({ supported_languages: json }: Pick<VoiceRow, 'supported_languages'>): string[] =>
  JSON.parse(json) as string[]
