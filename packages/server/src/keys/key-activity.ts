import type { Key, KeyStream, KeyToken, Receipt, RotationView } from '@kugelaudio/contract'
import type { Grant, OpenGrants } from '../auth/grants.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findOldSecrets, retireSecret } from '../store/api-keys.ts'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import { livingTokens } from '../store/living-tokens.ts'
import { oldUsesOf } from '../store/old-secret-uses.ts'
import { receiptsOfKey } from '../store/receipts.ts'
import type { ApiKeySecretTable } from '../store/schema.ts'
import { getKey, type Keys, type Owner, recordChange } from './keys.ts'
import type { HearChange, Revocation } from './revocation.ts'
import { shownToken } from './shown-token.ts'

/** What is going on with one key. All throw `NOT_FOUND`, or `FORBIDDEN` for a key of another account. */
export type KeyActivity = {
  /** Oldest first; of this node. */
  streams(owner: Owner, keyId: string): Promise<KeyStream[]>
  /** Ends one, or all, at once; returns how many. Throws `NOT_FOUND` for one that is not there. */
  endStreams(owner: Owner, keyId: string, streamId: string | null, actor: Actor): Promise<number>
  receipts(owner: Owner, keyId: string): Promise<Receipt[]>
  tokens(owner: Owner, keyId: string): Promise<{ tokens: KeyToken[]; total: number }>
  /** Throws `NOT_FOUND` when no old secret works; so does `changeOverlap`. */
  rotation(owner: Owner, keyId: string): Promise<RotationView>
  /** In force everywhere, running streams included, before it returns. */
  changeOverlap(
    owner: Owner,
    keyId: string,
    seconds: number,
    actor: Actor,
    hear?: HearChange,
  ): Promise<{ key: Key; receipt: Receipt }>
}

type Parts = { database: Database; clock: Clock; grants: OpenGrants; revocation: Revocation; keys: Keys }

export function createKeyActivity({ database, clock, grants, revocation, keys }: Parts): KeyActivity {
  const oldSecretOf = async (owner: Owner, keyId: string): Promise<ApiKeySecretTable> => {
    const row = await getKey(database.query, owner, keyId)
    const [secret] = await findOldSecrets(database.query, [keyId], clock.nowMs())
    if (secret === undefined || row.revoked_at !== null)
      throw new Failure('NOT_FOUND', 'No old secret of this key works')
    return secret
  }

  return {
    async streams(owner, keyId) {
      await getKey(database.query, owner, keyId)
      return grants.streamsOfKey(keyId).map(shownStream)
    },

    async endStreams(owner, keyId, streamId, actor) {
      const { account_id: accountId } = await getKey(database.query, owner, keyId)
      const ofKey = grants.streamsOfKey(keyId)
      const ending = streamId === null ? ofKey : ofKey.filter(({ id }) => id === streamId)
      if (streamId !== null && ending.length === 0) throw new Failure('NOT_FOUND', 'No such stream is open')
      await database.transaction((query) =>
        recordEvent(query, {
          atMs: clock.nowMs(),
          accountId,
          actor,
          action: 'stream.ended',
          target: keyId,
          details: { streams: ending.map(({ id }) => id) },
        }),
      )
      for (const grant of ending)
        grant.sever(new Failure('FORBIDDEN', 'This stream was ended by its account', { cause: 'ended' }))
      return ending.length
    },

    async receipts(owner, keyId) {
      await getKey(database.query, owner, keyId)
      return await receiptsOfKey(database.query, keyId)
    },

    async tokens(owner, keyId) {
      const { revoked_at } = await getKey(database.query, owner, keyId)
      if (revoked_at !== null) return { tokens: [], total: 0 }
      const { rows, total } = await livingTokens(database.query, keyId, clock.nowMs())
      return { tokens: rows.map(shownToken), total }
    },

    async rotation(owner, keyId) {
      const { digest, hint, retires_at } = await oldSecretOf(owner, keyId)
      const open = grants.streamsOfKey(keyId).filter(({ principal }) => principal.bySecret === 'old')
      const uses = await oldUsesOf(database.query, digest)
      return {
        old_hint: hint ?? 'ka_…',
        old_ends_at: iso(retires_at ?? 0),
        clients: uses.map(({ address, agent, last_used_at, requests }) => ({
          address: address === '' ? null : address,
          agent,
          last_used_at: iso(last_used_at),
          requests,
          streams_now: open.filter(({ demand }) => (demand.address ?? '') === address).length,
        })),
      }
    },

    async changeOverlap(owner, keyId, seconds, actor, hear) {
      const nowMs = clock.nowMs()
      const { digest } = await oldSecretOf(owner, keyId)
      const row = await getKey(database.query, owner, keyId)
      const endsAtMs = nowMs + seconds * 1000
      const logged = await database.transaction(async (query) => {
        // Whoever was faster has ended it, or rotated the key once more.
        if (!(await retireSecret(query, digest, endsAtMs, nowMs)))
          throw new Failure('CONFLICT', 'The old secret of this key has changed meanwhile')
        const details = { old_ends_at: iso(endsAtMs) }
        return await recordChange(query, { change: 'key.changed', row, actor, atMs: nowMs, details })
      })
      const receipt = await revocation.announce(logged, hear)
      return { key: await keys.get(owner, keyId), receipt }
    },
  }
}

const shownStream = ({ id, openedAtMs, demand, principal, spoken }: Grant): KeyStream => ({
  id,
  started_at: iso(openedAtMs),
  scope: demand.scope ?? 'speech:generate',
  by: principal.bySecret,
  token_id: principal.token?.id ?? null,
  address: demand.address,
  agent: demand.agent ?? null,
  spoken: spoken === null ? null : { ...spoken },
})

const iso = (ms: number): string => new Date(ms).toISOString()
