import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import type { VoiceRow } from '../../store/schema.ts'
import { findVoice, listPendingVoices, updateVoice, voiceIdOf } from '../../store/voices.ts'

/** A published voice, for the operator to decide on. */
export type PublishedVoice = {
  id: number
  handle: string
  account_id: string
  name: string
  description: string
}

/** The operator's word on voices that accounts want everybody to have. */
export type VoiceVerification = {
  pending(): Promise<PublishedVoice[]>
  /** Lets everybody have it, or not. Throws `NOT_FOUND`, `CONFLICT` for one that is not published. */
  decide(voiceId: string, isVerified: boolean, actor: Actor): Promise<PublishedVoice>
}

export const createVoiceVerification = (parts: { database: Database; clock: Clock }): VoiceVerification => ({
  pending: async () => (await listPendingVoices(parts.database.query)).map(published),

  async decide(voiceId, isVerified, actor) {
    const atMs = parts.clock.nowMs()
    return await parts.database.transaction(async (query) => {
      const before = await findVoice(query, voiceId)
      if (before === null) throw new Failure('NOT_FOUND', 'Voice not found')
      if (before.published_at === null) throw new Failure('CONFLICT', 'The voice is not published')
      const decided = isVerified ? { verified_at: atMs } : { published_at: null, verified_at: null }
      const row = (await updateVoice(query, before.number, decided)) ?? before
      await recordEvent(query, {
        action: isVerified ? 'voice.verified' : 'voice.refused',
        actor,
        atMs,
        accountId: row.account_id,
        target: row.handle,
        details: { name: row.name },
      })
      return published(row)
    })
  },
})

const published = (row: VoiceRow): PublishedVoice => ({
  id: voiceIdOf(row),
  handle: row.handle,
  account_id: row.account_id,
  name: row.name,
  description: row.description,
})
