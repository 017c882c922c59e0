import {
  type NewReference,
  REFERENCE_BYTES_PER_ACCOUNT_MAX,
  REFERENCES_PER_VOICE_MAX,
  type VoiceReference,
} from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database, Query } from '../../store/database.ts'
import type { VoiceReferenceRow, VoiceRow } from '../../store/schema.ts'
import {
  deleteReference,
  findReference,
  insertReference,
  listReferences,
  recordedBytes,
} from '../../store/voice-references.ts'
import { againOf, type GetVoice } from './find-own-voice.ts'
import type { VoiceUser } from './own-voices.ts'
import { ENDINGS, type Recording, takeRecording } from './recording.ts'
import { shownReference } from './shown-voice.ts'
import type { VoiceFolder } from './voice-folder.ts'

/** A file as a caller sent it. */
export type Upload = {
  /** What answers call it: `file`, or `files.2`. */
  part: string
  /** As the caller calls it: shown again, never a path. */
  fileName: string
  bytes: Uint8Array
}

/** An upload that is sound, with the name of the file it becomes. */
export type TakenUpload = Upload & Recording & { name: string }

/** Recordings of one's own voices. Each method throws `NOT_FOUND`, and `FORBIDDEN` for another account's voice. */
export type VoiceReferences = {
  list(accountId: string, voiceId: string): Promise<VoiceReference[]>
  /** Throws `VALIDATION_ERROR`, `SPEAKER_CONSENT_REQUIRED`, `CONFLICT` where there is no room. */
  add(
    user: VoiceUser,
    voiceId: string,
    wish: NewReference,
    upload: Upload,
    confirm: () => Promise<void>,
  ): Promise<VoiceReference>
  delete(user: VoiceUser, voiceId: string, referenceId: string): Promise<void>
  /** The file of one. */
  get(accountId: string, voiceId: string, referenceId: string): Promise<VoiceReferenceRow>
}

type Parts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  folder: VoiceFolder
  getOwn: GetVoice
  publicUrl: () => string
}

export function createVoiceReferences(parts: Parts): VoiceReferences {
  const { database, clock, folder, getOwn } = parts
  const get = async (voice: VoiceRow, referenceId: string): Promise<VoiceReferenceRow> => {
    const isNumber = /^[1-9]\d{0,8}$/.test(referenceId)
    const row = isNumber ? await findReference(database.query, voice.number, Number(referenceId)) : null
    if (row === null) throw new Failure('NOT_FOUND', 'Reference not found')
    return row
  }
  return {
    async list(accountId, voiceId) {
      const voice = await getOwn(accountId, voiceId)
      const rows = await listReferences(database.query, voice.number)
      return rows.map((row) => shownReference(voice, row, parts.publicUrl()))
    },

    async add({ accountId, actor }, voiceId, wish, upload, confirm) {
      if (wish.speaker_consent === false) throw new Failure('SPEAKER_CONSENT_REQUIRED')
      const voice = await getOwn(accountId, voiceId)
      const uploads = takeUploads([upload], parts.randomBytes)
      const atMs = clock.nowMs()
      const row = await folder.keep(filesOf(uploads), async () => {
        await confirm()
        return await database.transaction(async (query) => {
          const now = await againOf(query, voice)
          const stored = { uploads, text: wish.reference_text, actor, atMs }
          const [row] = await storeReferences(query, now, stored)
          if (row === undefined) throw new TypeError('An upload is stored as a row')
          await recordReference(query, voice, row, {
            action: 'voice.reference_added',
            actor,
            atMs,
            speaker_consent: wish.speaker_consent ?? null,
          })
          return row
        })
      })
      return shownReference(voice, row, parts.publicUrl())
    },

    async delete({ accountId, actor }, voiceId, referenceId) {
      const voice = await getOwn(accountId, voiceId)
      const row = await get(voice, referenceId)
      const atMs = clock.nowMs()
      await database.transaction(async (query) => {
        if (!(await deleteReference(query, row.number))) throw new Failure('NOT_FOUND', 'Reference not found')
        await recordReference(query, voice, row, { action: 'voice.reference_deleted', actor, atMs })
      })
      await folder.remove([row.file])
    },

    get: async (accountId, voiceId, referenceId) => get(await getOwn(accountId, voiceId), referenceId),
  }
}

/** Throws `VALIDATION_ERROR` for the first that is not sound. */
export const takeUploads = (uploads: readonly Upload[], randomBytes: RandomBytes): TakenUpload[] =>
  uploads.map((upload) => {
    const recording = takeRecording(upload.bytes, upload.part)
    const name = `ref_${randomBase62(20, randomBytes)}.${ENDINGS[recording.contentType]}`
    return { ...upload, ...recording, name }
  })

/** The files that uploads become. */
export const filesOf = (uploads: readonly TakenUpload[]): { name: string; bytes: Uint8Array }[] =>
  uploads.map(({ name, bytes }) => ({ name, bytes }))

type Storing = { uploads: readonly TakenUpload[]; text: string; actor: Actor; atMs: number }

/** Call it inside a transaction. Throws `CONFLICT` where the voice or its account has no room for them. */
export async function storeReferences(
  query: Query,
  voice: VoiceRow,
  { uploads, text, actor, atMs }: Storing,
): Promise<VoiceReferenceRow[]> {
  const present = (await listReferences(query, voice.number)).length
  if (present + uploads.length > REFERENCES_PER_VOICE_MAX)
    throw new Failure('CONFLICT', `A voice has at most ${REFERENCES_PER_VOICE_MAX} references`)
  await demandBytes(
    query,
    voice.account_id,
    uploads.reduce((sum, { bytes }) => sum + bytes.length, 0),
  )
  const rows: VoiceReferenceRow[] = []
  for (const upload of uploads)
    rows.push(
      await insertReference(query, {
        voice_number: voice.number,
        name: upload.fileName,
        reference_text: text,
        file: upload.name,
        content_type: upload.contentType,
        bytes: upload.bytes.length,
        duration_ms: upload.durationMs,
        created_at: atMs,
        created_by: actor.name,
      }),
    )
  return rows
}

/** Throws `CONFLICT` when an account would keep too much. Call it inside the transaction that adds it. */
export async function demandBytes(query: Query, accountId: string, adding: number): Promise<void> {
  if (adding === 0) return
  if ((await recordedBytes(query, accountId)) + adding <= REFERENCE_BYTES_PER_ACCOUNT_MAX) return
  const mebibytes = REFERENCE_BYTES_PER_ACCOUNT_MAX / (1024 * 1024)
  throw new Failure('CONFLICT', `An account keeps at most ${mebibytes} MiB of recordings. Delete some first`)
}

const recordReference = (
  query: Query,
  voice: VoiceRow,
  row: VoiceReferenceRow,
  { action, actor, atMs, ...more }: { action: string; actor: Actor; atMs: number } & Record<string, unknown>,
): Promise<void> =>
  recordEvent(query, {
    action,
    actor,
    atMs,
    accountId: voice.account_id,
    target: voice.handle,
    details: { reference: row.number, bytes: row.bytes, ...more },
  })
