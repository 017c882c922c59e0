import {
  type NewVoice,
  VOICES_PER_ACCOUNT_MAX,
  type Voice,
  type VoiceChange,
  type VoiceQuery,
} from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database, Query } from '../../store/database.ts'
import type { VoiceRow } from '../../store/schema.ts'
import { countVoices, deleteVoice, insertVoice, updateVoice } from '../../store/voices.ts'
import type { Engine } from '../engine.ts'
import { findPremade } from '../voices.ts'
import { againOf, type GetVoice } from './find-own-voice.ts'
import { pageOfVoices } from './list-voices.ts'
import { filesOf, storeReferences, takeUploads, type Upload } from './references.ts'
import { type Shown, shownPremade, shownVoice } from './shown-voice.ts'
import { changedColumns, newColumns, republished } from './voice-columns.ts'
import type { VoiceFolder } from './voice-folder.ts'

/** Who does something with voices. */
export type VoiceUser = { accountId: string; actor: Actor }

/** Voices as an account has them: its own, the engine's, and those that others gave to everybody. */
export type OwnVoices = {
  list(accountId: string, query: VoiceQuery): Promise<{ voices: Voice[]; total: number }>
  /** By number or handle. Throws `NOT_FOUND`, and `FORBIDDEN` for another account's. */
  get(accountId: string, voiceId: string): Promise<Voice>
  /**
   * With all its recordings, or not at all. `confirm` is asked when they are on the disk. Throws `VALIDATION_ERROR`,
   * `SPEAKER_CONSENT_REQUIRED`, `CONFLICT` where there is no room.
   */
  create(
    user: VoiceUser,
    wish: NewVoice,
    files: readonly Upload[],
    confirm: () => Promise<void>,
  ): Promise<Voice>
  /** In force from the next turn on. Throws `NOT_FOUND`, `FORBIDDEN` for what is not the account's own; so do those below. */
  change(user: VoiceUser, voiceId: string, change: VoiceChange): Promise<Voice>
  delete(user: VoiceUser, voiceId: string): Promise<void>
  /** Asks the operator to let everybody have it. */
  publish(user: VoiceUser, voiceId: string): Promise<Voice>
}

type Parts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  engine: Engine
  folder: VoiceFolder
  getOwn: GetVoice
  getReadable: GetVoice
  publicUrl: () => string
}

export function createOwnVoices(parts: Parts): OwnVoices {
  const { database, clock, randomBytes, engine, folder, getOwn } = parts
  const shownTo = async (accountId: string): Promise<Shown> => ({
    accountId,
    offer: await engine.offer(),
    publicUrl: parts.publicUrl(),
  })
  return {
    list: async (accountId, query) => pageOfVoices(database.query, query, await shownTo(accountId)),

    async get(accountId, voiceId) {
      const shown = await shownTo(accountId)
      const premade = findPremade(shown.offer, voiceId)
      if (premade !== null) return shownPremade(premade)
      return shownVoice(await parts.getReadable(accountId, voiceId), shown)
    },

    async create({ accountId, actor }, wish, files, confirm) {
      if (wish.speaker_consent === false) throw new Failure('SPEAKER_CONSENT_REQUIRED')
      const shown = await shownTo(accountId)
      const columns = newColumns(wish, shown.offer)
      const uploads = takeUploads(files, randomBytes)
      const atMs = clock.nowMs()
      const row = await folder.keep(filesOf(uploads), async () => {
        await confirm()
        return await database.transaction(async (query) => {
          await demandRoom(query, accountId)
          const row = await insertVoice(query, {
            ...columns,
            handle: `voice_${randomBase62(20, randomBytes)}`,
            account_id: accountId,
            published_at: wish.is_public ? atMs : null,
            sample_bytes: 0,
            created_at: atMs,
            created_by: actor.name,
          })
          await storeReferences(query, row, { uploads, text: '', actor, atMs })
          const speaker_consent = wish.speaker_consent ?? null
          const details = { name: row.name, references: uploads.length, speaker_consent }
          await record(query, row, { action: 'voice.created', actor, atMs, details })
          return row
        })
      })
      return shownVoice(row, shown)
    },

    async change({ accountId, actor }, voiceId, change) {
      const voice = await getOwn(accountId, voiceId)
      const shown = await shownTo(accountId)
      const columns = changedColumns(change, shown.offer)
      const atMs = clock.nowMs()
      const row = await database.transaction(async (query) => {
        const before = await againOf(query, voice)
        const changed = { ...columns, ...republished(before, change.is_public, atMs) }
        const row = (await updateVoice(query, voice.number, changed)) ?? before
        const details = { name: row.name, changed: Object.keys(change) }
        await record(query, row, { action: 'voice.changed', actor, atMs, details })
        return row
      })
      return shownVoice(row, shown)
    },

    async delete({ accountId, actor }, voiceId) {
      const voice = await getOwn(accountId, voiceId)
      const atMs = clock.nowMs()
      const files = await database.transaction(async (query) => {
        const files = await deleteVoice(query, voice.number)
        if (files === null) throw new Failure('NOT_FOUND', 'Voice not found')
        const details = { name: voice.name, files: files.length }
        await record(query, voice, { action: 'voice.deleted', actor, atMs, details })
        return files
      })
      await folder.remove(files)
    },

    async publish({ accountId, actor }, voiceId) {
      const voice = await getOwn(accountId, voiceId)
      const shown = await shownTo(accountId)
      const atMs = clock.nowMs()
      const row = await database.transaction(async (query) => {
        const before = await againOf(query, voice)
        if (before.published_at !== null) return before
        const row = (await updateVoice(query, voice.number, { published_at: atMs })) ?? before
        await record(query, row, { action: 'voice.published', actor, atMs, details: { name: row.name } })
        return row
      })
      return shownVoice(row, shown)
    },
  }
}

/** Throws `CONFLICT`. Call it inside the transaction that makes a voice. */
async function demandRoom(query: Query, accountId: string): Promise<void> {
  const mine = await countVoices(query, { whose: 'own', accountId, language: null, category: null })
  if (mine >= VOICES_PER_ACCOUNT_MAX)
    throw new Failure(
      'CONFLICT',
      `An account has at most ${VOICES_PER_ACCOUNT_MAX} voices. Delete some first`,
    )
}

const record = (
  query: Query,
  row: VoiceRow,
  done: { action: string; actor: Actor; atMs: number; details: Record<string, unknown> },
): Promise<void> => recordEvent(query, { ...done, accountId: row.account_id, target: row.handle })
