import type { Environment, Key, KeyState, KeyWithSecret, Receipt } from '@kugelaudio/contract'
import { digestOf, keyHint, mintKeyText, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findKey, insertKey, listKeys, revokeKeyRow } from '../store/api-keys.ts'
import { appendChange, findRevocation } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import type { ApiKeyRow } from '../store/schema.ts'
import type { Revocation } from './revocation.ts'

/** How long before its end a key counts as expiring. */
const EXPIRING_MS = 7 * 24 * 3_600_000

export type NewKey = {
  accountId: string
  name: string
  environment: Environment
  expiresAtMs: number | null
  by: string
}

/** An account's keys: made, shown, ended. */
export type Keys = {
  create(key: NewKey): Promise<KeyWithSecret>
  /** Newest first; of every account when none is named. */
  list(accountId: string | null): Promise<Key[]>
  /** Ends a key everywhere before it returns. A key that is revoked already gets a fresh receipt of the same epoch. */
  revoke(revoked: {
    keyId: string
    by: string
    reason: string | null
  }): Promise<{ key: Key; receipt: Receipt }>
}

export function createKeys(parts: {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  revocation: Revocation
}): Keys {
  const { database, clock, randomBytes, revocation } = parts
  return {
    async create(key) {
      const nowMs = clock.nowMs()
      if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) {
        throw new Failure('VALIDATION_ERROR', 'expires_at: must lie in the future')
      }
      const text = mintKeyText(randomBytes)
      const row = await database.transaction((query) =>
        insertKey(query, {
          id: `key_${randomBase62(20, randomBytes)}`,
          accountId: key.accountId,
          name: key.name,
          environment: key.environment,
          hint: keyHint(text),
          digest: digestOf(text),
          createdAtMs: nowMs,
          createdBy: key.by,
          expiresAtMs: key.expiresAtMs,
        }),
      )
      return { ...shown(row, nowMs), key: text }
    },

    async list(accountId) {
      const nowMs = clock.nowMs()
      return (await listKeys(database.query, accountId)).map((row) => shown(row, nowMs))
    },

    async revoke({ keyId, by, reason }) {
      const nowMs = clock.nowMs()
      const revoked = await database.transaction(async (query) => {
        const row = await revokeKeyRow(query, { keyId, atMs: nowMs, by, reason })
        if (row === null) return null
        const change = { change: 'key.revoked' as const, keyId, accountId: row.account_id, atMs: nowMs, by }
        return { row, change: await appendChange(query, change) }
      })
      const { row, change } = revoked ?? (await alreadyRevoked(database, keyId))
      return { key: shown(row, nowMs), receipt: await revocation.announce(change) }
    },
  }
}

async function alreadyRevoked(database: Database, keyId: string) {
  const row = await findKey(database.query, keyId)
  const change = await findRevocation(database.query, keyId)
  if (row === null || change === null) throw new Failure('NOT_FOUND', 'Key not found')
  return { row, change }
}

function shown(row: ApiKeyRow, nowMs: number): Key {
  return {
    id: row.id,
    account_id: row.account_id,
    name: row.name,
    environment: row.environment,
    hint: row.hint,
    state: stateOf(row, nowMs),
    created_at: new Date(row.created_at).toISOString(),
    expires_at: row.expires_at === null ? null : new Date(row.expires_at).toISOString(),
    revoked_at: row.revoked_at === null ? null : new Date(row.revoked_at).toISOString(),
  }
}

function stateOf(row: ApiKeyRow, nowMs: number): KeyState {
  if (row.revoked_at !== null) return 'revoked'
  if (row.expires_at === null) return 'active'
  if (nowMs >= row.expires_at) return 'expired'
  return row.expires_at - nowMs <= EXPIRING_MS ? 'expiring' : 'active'
}
