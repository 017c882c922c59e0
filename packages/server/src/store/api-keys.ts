import type { Environment } from '@kugelaudio/contract'
import type { Query } from './database.ts'
import type { ApiKeyRow } from './schema.ts'

/** A key as verification needs it. */
export type KeyRecord = {
  keyId: string
  accountId: string
  plan: string
  expiresAtMs: number | null
  revokedAtMs: number | null
  accountSuspended: boolean
}

export type NewKeyRow = {
  id: string
  accountId: string
  name: string
  environment: Environment
  hint: string
  digest: string
  createdAtMs: number
  createdBy: string
  expiresAtMs: number | null
}

/** The key that a digest belongs to, with what its account decides. */
export async function findKeyByDigest(query: Query, digest: string): Promise<KeyRecord | null> {
  const row = await query
    .selectFrom('api_key_secret as secret')
    .innerJoin('api_key as key', 'key.id', 'secret.key_id')
    .innerJoin('account', 'account.id', 'key.account_id')
    .select([
      'key.id',
      'key.account_id',
      'key.expires_at',
      'key.revoked_at',
      'account.plan',
      'account.suspended_at',
    ])
    .where('secret.digest', '=', digest)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    keyId: row.id,
    accountId: row.account_id,
    plan: row.plan,
    expiresAtMs: row.expires_at,
    revokedAtMs: row.revoked_at,
    accountSuspended: row.suspended_at !== null,
  }
}

export async function insertKey(query: Query, key: NewKeyRow): Promise<ApiKeyRow> {
  const row = await query
    .insertInto('api_key')
    .values({
      id: key.id,
      account_id: key.accountId,
      name: key.name,
      environment: key.environment,
      hint: key.hint,
      created_at: key.createdAtMs,
      created_by: key.createdBy,
      expires_at: key.expiresAtMs,
      revoked_at: null,
      revoked_by: null,
      revoked_reason: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await query
    .insertInto('api_key_secret')
    .values({ digest: key.digest, key_id: key.id, created_at: key.createdAtMs })
    .execute()
  return row
}

export async function findKey(query: Query, keyId: string): Promise<ApiKeyRow | null> {
  return (await query.selectFrom('api_key').selectAll().where('id', '=', keyId).executeTakeFirst()) ?? null
}

/** Newest first. */
export async function listKeys(query: Query, accountId: string | null): Promise<ApiKeyRow[]> {
  const all = query.selectFrom('api_key').selectAll().orderBy('created_at', 'desc').orderBy('id')
  return await (accountId === null ? all : all.where('account_id', '=', accountId)).execute()
}

/** Marks a key as revoked, if it is not yet; null when it was already, or does not exist. */
export async function revokeKeyRow(
  query: Query,
  revoked: { keyId: string; atMs: number; by: string; reason: string | null },
): Promise<ApiKeyRow | null> {
  const row = await query
    .updateTable('api_key')
    .set({ revoked_at: revoked.atMs, revoked_by: revoked.by, revoked_reason: revoked.reason })
    .where('id', '=', revoked.keyId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}
