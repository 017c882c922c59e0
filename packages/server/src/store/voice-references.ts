import type { Insertable } from 'kysely'
import type { Query } from './database.ts'
import { inParts } from './parts.ts'
import type { VoiceReferenceRow, VoiceReferenceTable } from './schema.ts'

export async function insertReference(
  query: Query,
  reference: Insertable<VoiceReferenceTable>,
): Promise<VoiceReferenceRow> {
  return await query.insertInto('voice_reference').values(reference).returningAll().executeTakeFirstOrThrow()
}

/** Oldest first. */
export async function listReferences(query: Query, voiceNumber: number): Promise<VoiceReferenceRow[]> {
  return await query
    .selectFrom('voice_reference')
    .selectAll()
    .where('voice_number', '=', voiceNumber)
    .orderBy('number')
    .execute()
}

/** Null when the voice has no such reference. */
export async function findReference(
  query: Query,
  voiceNumber: number,
  number: number,
): Promise<VoiceReferenceRow | null> {
  const row = await query
    .selectFrom('voice_reference')
    .selectAll()
    .where('voice_number', '=', voiceNumber)
    .where('number', '=', number)
    .executeTakeFirst()
  return row ?? null
}

/** False when it does not exist. */
export async function deleteReference(query: Query, number: number): Promise<boolean> {
  const row = await query
    .deleteFrom('voice_reference')
    .where('number', '=', number)
    .returning('number')
    .executeTakeFirst()
  return row !== undefined
}

/** Bytes of all recordings of an account, samples included. */
export async function recordedBytes(query: Query, accountId: string): Promise<number> {
  const references = await query
    .selectFrom('voice_reference')
    .innerJoin('voice', 'voice.number', 'voice_reference.voice_number')
    .select((select) => select.fn.sum<number | null>('voice_reference.bytes').as('bytes'))
    .where('voice.account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const samples = await query
    .selectFrom('voice')
    .select((select) => select.fn.sum<number | null>('sample_bytes').as('bytes'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(references.bytes ?? 0) + Number(samples.bytes ?? 0)
}

/** Which of these files belong to a voice. */
export async function ownedFiles(query: Query, files: readonly string[]): Promise<Set<string>> {
  const owned = new Set<string>()
  for (const part of inParts(files)) {
    const references = await query
      .selectFrom('voice_reference')
      .select('file')
      .where('file', 'in', part)
      .execute()
    const samples = await query
      .selectFrom('voice')
      .select('sample_file')
      .where('sample_file', 'in', part)
      .execute()
    for (const { file } of references) owned.add(file)
    for (const { sample_file: file } of samples) if (file !== null) owned.add(file)
  }
  return owned
}
