import type { Key, KeyChange, KeyWithSecret, NewKey, Plan, Receipt } from '@kugelaudio/contract'
import { digestOf, keyHint, mintKeyText, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Plans } from '../accounts/plans.ts'
import type { OpenGrants } from '../auth/grants.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Secrets } from '../secret.ts'
import { findAccount } from '../store/accounts.ts'
import {
  findKey,
  findOldSecrets,
  findSecret,
  insertKey,
  insertSecret,
  type KeyFilter,
  listKeys,
  retireSecrets,
  revokeKeyRow,
  updateKeyRow,
} from '../store/api-keys.ts'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import { type AuthorityChange, appendChange, findRevocation } from '../store/authority-log.ts'
import type { Database, Query } from '../store/database.ts'
import type { ApiKeyRow } from '../store/schema.ts'
import { expiryOf } from './expiry.ts'
import { type KeyEvents, keyEvent } from './key-events.ts'
import { requireKeyFeatures } from './key-features.ts'
import type { RecentRequests } from './recent-requests.ts'
import type { HearChange, Revocation } from './revocation.ts'
import { type CreationLimits, demandPatience, demandRoom } from './room.ts'
import { OVERLAP_SECONDS, otherOverlap, type RotationWish, rotationSecrets } from './rotation-secret.ts'
import { EXPIRING_MS, shownKey } from './shown-key.ts'

/** Whose keys: an account's own, or, for the operator, anyone's. */
export type Owner = { accountId: string | null }

/** A key that has ended, and the proof. */
export type RevokedKey = { key: Key; receipt: Receipt }

/** An account's keys: made, shown, changed, ended. Every act has its audit event in the same transaction. */
export type Keys = {
  /** Throws `FORBIDDEN` for what the account's plan does not include; so does `change`. */
  create(accountId: string, key: NewKey, actor: Actor): Promise<KeyWithSecret>
  list(filter: KeyFilter): Promise<{ keys: Key[]; total: number }>
  /** Throws `NOT_FOUND`, or `FORBIDDEN` for a key of another account; so do all below. */
  get(owner: Owner, keyId: string): Promise<Key>
  /** In force everywhere, running streams included, before it returns. */
  change(
    owner: Owner,
    keyId: string,
    change: KeyChange,
    actor: Actor,
    hear?: HearChange,
  ): Promise<{ key: Key; receipt: Receipt }>
  /** A new secret. With an `idempotencyKey` the same call gives the same secret again. */
  rotate(owner: Owner, keyId: string, wish: RotationWish, actor: Actor): Promise<KeyWithSecret>
  /** Ends keys everywhere before it returns: all of them or none. One that is revoked already gets its epoch again. */
  revoke(
    owner: Owner,
    keyIds: readonly string[],
    reason: string | null,
    actor: Actor,
    hear?: HearChange,
  ): Promise<RevokedKey[]>
}

type Parts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  revocation: Revocation
  events: KeyEvents
  grants: OpenGrants
  /** Left out where nobody serves. */
  recent?: RecentRequests
  plans: Plans
  secrets: Secrets
  /** Left out where the operator acts, who may make any number of keys. */
  creation?: CreationLimits
}

export function createKeys(parts: Parts): Keys {
  const { database, clock, randomBytes, revocation } = parts
  return {
    async create(accountId, key, actor) {
      const nowMs = clock.nowMs()
      const expiresAtMs = expiryOf(key.expires_at ?? null, nowMs)
      const text = mintKeyText(randomBytes)
      const id = `key_${randomBase62(20, randomBytes)}`
      const row = await database.transaction(async (query) => {
        requireKeyFeatures(await planOf(parts, query, accountId), key)
        if (parts.creation !== undefined) {
          await demandPatience(query, { accountId, nowMs }, parts.creation)
          await demandRoom(query, { accountId, adding: 1, nowMs }, parts.creation)
        }
        const inserted = await insertKey(query, {
          id,
          accountId,
          name: key.name,
          environment: key.environment ?? 'production',
          scopes: key.scopes ?? null,
          allowedIps: key.allowed_ips ?? null,
          limits: key.limits ?? null,
          hint: keyHint(text),
          digest: digestOf(text),
          createdAtMs: nowMs,
          createdBy: actor.name,
          expiresAtMs,
        })
        await recordEvent(query, {
          atMs: nowMs,
          accountId,
          actor,
          action: 'key.created',
          target: id,
          details: { name: key.name },
        })
        await parts.events.record(query, keyEvent('key.created', inserted, nowMs))
        return inserted
      })
      return { ...shownKey(row, nowMs, null), key: text }
    },

    async list(filter) {
      const nowMs = clock.nowMs()
      const { rows, total } = await listKeys(database.query, filter, { nowMs, soonMs: nowMs + EXPIRING_MS })
      return { keys: await shownRows(parts, rows, nowMs), total }
    },

    async get(owner, keyId) {
      return await shownRow(parts, await getKey(database.query, owner, keyId), clock.nowMs())
    },

    async change(owner, keyId, change, actor, hear) {
      const nowMs = clock.nowMs()
      const { account_id: accountId } = await getKey(database.query, owner, keyId)
      const { row, logged } = await database.transaction(async (query) => {
        requireKeyFeatures(await planOf(parts, query, accountId), change)
        const row = await updateKeyRow(query, keyId, {
          ...change,
          ...(change.allowed_ips === undefined ? {} : { allowedIps: change.allowed_ips }),
          ...(change.expires_at === undefined ? {} : { expiresAtMs: expiryOf(change.expires_at, nowMs) }),
        })
        if (row === null) throw new Failure('CONFLICT', 'A revoked key cannot be changed')
        const logged = await recordChange(query, {
          change: 'key.changed',
          row,
          actor,
          atMs: nowMs,
          details: change,
        })
        return { row, logged }
      })
      const receipt = await revocation.announce(logged, hear)
      return { key: await shownRow(parts, row, nowMs), receipt }
    },

    async rotate(owner, keyId, { overlapSeconds: wished, idempotencyKey }, actor) {
      const nowMs = clock.nowMs()
      const overlapSeconds = wished ?? OVERLAP_SECONDS
      await getKey(database.query, owner, keyId)
      const texts =
        idempotencyKey === null
          ? [mintKeyText(randomBytes)]
          : rotationSecrets(parts.secrets, { id: keyId, idempotencyKey }, mintKeyText)
      const [text = ''] = texts
      const retiresAtMs = nowMs + overlapSeconds * 1000
      const { made, logged } = await database.transaction(async (query) => {
        const made = await findMade(query, texts, overlapSeconds)
        if (made !== null) return { made, logged: null }
        const row = await updateKeyRow(query, keyId, { rotatedAtMs: nowMs, hint: keyHint(text) })
        if (row === null) throw new Failure('CONFLICT', 'A revoked key cannot be rotated')
        await retireSecrets(query, keyId, retiresAtMs, nowMs)
        const digest = digestOf(text)
        await insertSecret(query, { keyId, digest, hint: keyHint(text), createdAtMs: nowMs, overlapSeconds })
        const details = { old_ends_at: new Date(retiresAtMs).toISOString() }
        await parts.events.record(query, keyEvent('key.rotated', row, nowMs, details))
        const logged = await recordChange(query, { change: 'key.rotated', row, actor, atMs: nowMs, details })
        return { made: text, logged }
      })
      if (logged !== null) await revocation.announce(logged)
      const row = await getKey(database.query, owner, keyId)
      return { ...(await shownRow(parts, row, nowMs)), key: made }
    },

    async revoke(owner, keyIds, reason, actor, hear) {
      const nowMs = clock.nowMs()
      for (const keyId of keyIds) await getKey(database.query, owner, keyId)
      const ended = await database.transaction(async (query) => {
        const ended: { row: ApiKeyRow; logged: AuthorityChange }[] = []
        for (const keyId of new Set(keyIds))
          ended.push(await revokeOne(query, parts.events, { keyId, reason, actor, atMs: nowMs }))
        return ended
      })
      return await Promise.all(
        ended.map(async ({ row, logged }) => {
          const receipt = await revocation.announce(logged, hear)
          return { key: await shownRow(parts, row, nowMs), receipt }
        }),
      )
    },
  }
}

/** The one of these that an earlier call of the same rotation has made; null when this is the first. */
async function findMade(
  query: Query,
  texts: readonly string[],
  overlapSeconds: number,
): Promise<string | null> {
  for (const text of texts) {
    const secret = await findSecret(query, digestOf(text))
    if (secret === null) continue
    if (secret.overlap_seconds !== null && secret.overlap_seconds !== overlapSeconds) throw otherOverlap()
    if (secret.retires_at === null) return text
    throw new Failure('CONFLICT', 'Idempotency-Key: a later rotation has replaced this one')
  }
  return null
}

type Ending = { keyId: string; reason: string | null; actor: Actor; atMs: number }

async function revokeOne(
  query: Query,
  events: KeyEvents,
  { keyId, reason, actor, atMs }: Ending,
): Promise<{ row: ApiKeyRow; logged: AuthorityChange }> {
  const row = await revokeKeyRow(query, { keyId, atMs, by: actor.name, reason })
  if (row !== null) {
    await events.record(query, keyEvent('key.revoked', row, atMs, { reason }))
    return {
      row,
      logged: await recordChange(query, { change: 'key.revoked', row, actor, atMs, details: { reason } }),
    }
  }
  const revoked = await findKey(query, keyId)
  const logged = await findRevocation(query, keyId)
  if (revoked === null || logged === null) throw new Failure('NOT_FOUND', 'Key not found')
  return { row: revoked, logged }
}

type Recorded = {
  change: 'key.changed' | 'key.rotated' | 'key.revoked'
  row: ApiKeyRow
  actor: Actor
  atMs: number
  details: Record<string, unknown>
}

/** Writes the audit event and the epoch of a change to a key. */
export async function recordChange(
  query: Query,
  { change, row, actor, atMs, details }: Recorded,
): Promise<AuthorityChange> {
  await recordEvent(query, {
    atMs,
    accountId: row.account_id,
    actor,
    action: change,
    target: row.id,
    details,
  })
  return await appendChange(query, { change, keyId: row.id, accountId: row.account_id, atMs, by: actor.name })
}

/** A key of this owner's. Throws `NOT_FOUND`, `FORBIDDEN`. */
export async function getKey(query: Query, owner: Owner, keyId: string): Promise<ApiKeyRow> {
  const row = await findKey(query, keyId)
  if (row === null) throw new Failure('NOT_FOUND', 'Key not found')
  if (owner.accountId !== null && row.account_id !== owner.accountId) {
    throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
  }
  return row
}

async function planOf({ plans }: Parts, query: Query, accountId: string): Promise<Plan> {
  const account = await findAccount(query, accountId)
  if (account === null) throw new Failure('NOT_FOUND', 'Account not found')
  return plans.of(account.plan)
}

const shownRow = async (parts: Parts, row: ApiKeyRow, nowMs: number): Promise<Key> => {
  const [key] = await shownRows(parts, [row], nowMs)
  if (key === undefined) throw new TypeError('A row is shown as one key')
  return key
}

async function shownRows(
  { database, grants, recent }: Parts,
  rows: ApiKeyRow[],
  nowMs: number,
): Promise<Key[]> {
  const rotated = rows.filter((row) => row.rotated_at !== null).map(({ id }) => id)
  const old = await findOldSecrets(database.query, rotated, nowMs)
  return rows.map((row) => {
    const secret = old.find(({ key_id }) => key_id === row.id)
    const inUse = grants.ofKey(row.id).filter(({ principal }) => principal.bySecret === 'old').length
    const streams = grants.streamsOfKey(row.id).length
    const now = { streams, requests_per_minute: recent?.ofKey(row.id, nowMs) ?? 0 }
    return shownKey(row, nowMs, secret === undefined ? null : { secret, inUse }, now)
  })
}
