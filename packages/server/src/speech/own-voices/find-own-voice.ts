import { type Plans, requireFeature } from '../../accounts/plans.ts'
import { Failure } from '../../failure.ts'
import type { Database, Query } from '../../store/database.ts'
import type { VoiceRow } from '../../store/schema.ts'
import { findVoice, languagesOf, voiceIdOf } from '../../store/voices.ts'
import type { Engine } from '../engine.ts'
import { type FindOwnVoice, findPremade } from '../voices.ts'
import { baseVoiceOf } from './base-voice.ts'

/** Voices of one's own for turns. They are read for each turn, so that a change holds from the next one on. */
export const createFindOwnVoice =
  (parts: { database: Database; plans: Plans }): FindOwnVoice =>
  async (name, caller, offer) => {
    const row = await findVoice(parts.database.query, name)
    if (row === null) return null
    requireReadable(row, caller.accountId)
    if (row.account_id === caller.accountId) requireFeature(parts.plans.of(caller.plan), 'voices')
    return {
      id: voiceIdOf(row),
      handle: row.handle,
      engineVoice: baseVoiceOf(row, offer).handle,
      speed: row.speed,
      languages: languagesOf(row),
    }
  }

/** The voice with a number or handle, as what an account wants to do with it takes. */
export type GetVoice = (accountId: string, voiceId: string) => Promise<VoiceRow>

/** For changing. Throws `NOT_FOUND`, and `FORBIDDEN` for what is not the account's own. */
export const createGetOwnVoice =
  (parts: { database: Database; engine: Engine }): GetVoice =>
  async (accountId, voiceId) => {
    const row = await findVoice(parts.database.query, voiceId)
    if (row === null) {
      const premade = findPremade(await parts.engine.offer(), voiceId)
      throw premade === null ? new Failure('NOT_FOUND', 'Voice not found') : notOwn('premade')
    }
    if (row.account_id !== accountId) throw notOwn('another account')
    return row
  }

/** For looking and listening. Throws `NOT_FOUND`, and `FORBIDDEN` for another account's that is not for everybody. */
export const createGetReadableVoice =
  ({ database }: { database: Database }): GetVoice =>
  async (accountId, voiceId) => {
    const row = await findVoice(database.query, voiceId)
    if (row === null) throw new Failure('NOT_FOUND', 'Voice not found')
    requireReadable(row, accountId)
    return row
  }

/** The same voice as it is now, inside a transaction. Throws `NOT_FOUND` when it has been deleted meanwhile. */
export async function againOf(query: Query, { handle }: VoiceRow): Promise<VoiceRow> {
  const row = await findVoice(query, handle)
  if (row === null) throw new Failure('NOT_FOUND', 'Voice not found')
  return row
}

function requireReadable(row: VoiceRow, accountId: string): void {
  if (row.account_id !== accountId && row.verified_at === null) throw notOwn('another account')
}

const notOwn = (cause: string): Failure => new Failure('FORBIDDEN', undefined, { cause })
