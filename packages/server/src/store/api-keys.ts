import {
  DEFAULT_SCOPES,
  type Environment,
  type KeyLimits,
  type KeySort,
  type Scope,
} from '@kugelaudio/contract'
import { sql } from 'kysely'
import type { Query } from './database.ts'
import type { ApiKeyRow, ApiKeySecretTable } from './schema.ts'
import type { TokenTerms } from './tokens.ts'

/** A key, by one of its secrets or tokens, as verification needs it. */
export type KeyRecord = {
  keyId: string
  accountId: string
  /** By what it was presented; `old` is the secret before the last rotation. */
  bySecret: 'current' | 'old' | 'token'
  plan: string
  scopes: readonly Scope[]
  allowedIps: readonly string[] | null
  limits: KeyLimits
  /** Of the key or of the secret, whichever ends first. */
  expiresAtMs: number | null
  revokedAtMs: number | null
  accountSuspended: boolean
  /** What the token it was presented by leaves of it. */
  token: TokenTerms | null
}

export type NewKeyRow = {
  id: string
  accountId: string
  name: string
  environment: Environment
  scopes: readonly Scope[] | null
  allowedIps: readonly string[] | null
  limits: KeyLimits | null
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
    .select(RECORD_COLUMNS)
    .select('secret.retires_at')
    .where('secret.digest', '=', digest)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    ...recordOf(row),
    bySecret: row.retires_at === null ? 'current' : 'old',
    expiresAtMs: earlier(row.expires_at, row.retires_at),
  }
}

/** A key as it is, whatever opens it. */
export async function findKeyRecord(query: Query, keyId: string): Promise<KeyRecord | null> {
  const row = await query
    .selectFrom('api_key as key')
    .innerJoin('account', 'account.id', 'key.account_id')
    .select(RECORD_COLUMNS)
    .where('key.id', '=', keyId)
    .executeTakeFirst()
  return row === undefined ? null : recordOf(row)
}

const RECORD_COLUMNS = [
  'key.id',
  'key.account_id',
  'key.expires_at',
  'key.revoked_at',
  'key.scopes',
  'key.allowed_ips',
  'key.limits',
  'account.plan',
  'account.suspended_at',
] as const

type RecordColumns = Pick<
  ApiKeyRow,
  'id' | 'account_id' | 'expires_at' | 'revoked_at' | 'scopes' | 'allowed_ips' | 'limits'
> & { plan: string; suspended_at: number | null }

const recordOf = (row: RecordColumns): KeyRecord => ({
  keyId: row.id,
  accountId: row.account_id,
  bySecret: 'current',
  plan: row.plan,
  scopes: scopesOf(row),
  allowedIps: allowedIpsOf(row),
  limits: limitsOf(row),
  expiresAtMs: row.expires_at,
  revokedAtMs: row.revoked_at,
  accountSuspended: row.suspended_at !== null,
  token: null,
})

export async function insertKey(query: Query, key: NewKeyRow): Promise<ApiKeyRow> {
  const row = await query
    .insertInto('api_key')
    .values(keyValues(key))
    .returningAll()
    .executeTakeFirstOrThrow()
  await insertSecret(query, {
    keyId: key.id,
    digest: key.digest,
    hint: key.hint,
    createdAtMs: key.createdAtMs,
  })
  return row
}

/** The columns of a new key. */
export const keyValues = (key: NewKeyRow) => ({
  id: key.id,
  account_id: key.accountId,
  name: key.name,
  environment: key.environment,
  hint: key.hint,
  created_at: key.createdAtMs,
  created_by: key.createdBy,
  expires_at: key.expiresAtMs,
  scopes: jsonOrNull(key.scopes),
  allowed_ips: jsonOrNull(key.allowedIps),
  limits: jsonOrNull(key.limits),
})

export async function insertSecret(
  query: Query,
  secret: { keyId: string; digest: string; hint: string; createdAtMs: number; overlapSeconds?: number },
): Promise<void> {
  await query
    .insertInto('api_key_secret')
    .values({
      digest: secret.digest,
      key_id: secret.keyId,
      created_at: secret.createdAtMs,
      hint: secret.hint,
      overlap_seconds: secret.overlapSeconds ?? null,
    })
    .execute()
}

/**
 * Ends the current secret of a key at an instant, and at once one that had an end already. Ended secrets are kept: a text
 * that once opened a key never comes back.
 */
export async function retireSecrets(
  query: Query,
  keyId: string,
  retiresAtMs: number,
  nowMs: number,
): Promise<void> {
  await query
    .updateTable('api_key_secret')
    .set({ retires_at: nowMs })
    .where('key_id', '=', keyId)
    .where('retires_at', '>', nowMs)
    .execute()
  await query
    .updateTable('api_key_secret')
    .set({ retires_at: retiresAtMs })
    .where('key_id', '=', keyId)
    .where('retires_at', 'is', null)
    .execute()
}

/** Moves the end of a secret that still works for a while; false when it does not. */
export async function retireSecret(
  query: Query,
  digest: string,
  retiresAtMs: number,
  nowMs: number,
): Promise<boolean> {
  const row = await query
    .updateTable('api_key_secret')
    .set({ retires_at: retiresAtMs })
    .where('digest', '=', digest)
    .where('retires_at', '>', nowMs)
    .returning('digest')
    .executeTakeFirst()
  return row !== undefined
}

export async function findSecret(query: Query, digest: string): Promise<ApiKeySecretTable | null> {
  return (
    (await query.selectFrom('api_key_secret').selectAll().where('digest', '=', digest).executeTakeFirst()) ??
    null
  )
}

/** The secret before the last rotation, while it works. */
export async function findOldSecrets(
  query: Query,
  keyIds: readonly string[],
  nowMs: number,
): Promise<ApiKeySecretTable[]> {
  if (keyIds.length === 0) return []
  return await query
    .selectFrom('api_key_secret')
    .selectAll()
    .where('key_id', 'in', keyIds)
    .where('retires_at', '>', nowMs)
    .execute()
}

/** One that somebody has made. */
export async function findKey(query: Query, keyId: string): Promise<ApiKeyRow | null> {
  const row = await query
    .selectFrom('api_key')
    .selectAll()
    .where('id', '=', keyId)
    .where('purpose', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** What a list of keys shows; states are those of `KeyState`, and `working`: neither expired nor revoked. */
export type KeyFilter = {
  accountId: string | null
  state: 'active' | 'expiring' | 'expired' | 'revoked' | 'working' | null
  environment: Environment | null
  text: string | null
  createdBy?: string | null
  /** Neither used nor made since. */
  unusedSinceMs?: number | null
  /** Default: newest first. */
  sort?: { by: KeySort; order: 'asc' | 'desc' }
  limit: number
  offset: number
}

const SORT_COLUMNS = {
  name: 'name',
  created: 'created_at',
  last_used: 'last_used_at',
  expires: 'expires_at',
} as const satisfies Record<KeySort, string>

/** With the number of all that match. `soonMs`: what ends before counts as expiring. */
export async function listKeys(
  query: Query,
  filter: KeyFilter,
  { nowMs, soonMs }: { nowMs: number; soonMs: number },
): Promise<{ rows: ApiKeyRow[]; total: number }> {
  let matching = query.selectFrom('api_key').where('purpose', 'is', null)
  if (filter.accountId !== null) matching = matching.where('account_id', '=', filter.accountId)
  if (filter.environment !== null) matching = matching.where('environment', '=', filter.environment)
  if (filter.text !== null) {
    const pattern = `%${filter.text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    matching = matching.where(
      sql<boolean>`(lower(name) like ${pattern} escape '\\' or lower(hint) like ${pattern} escape '\\')`,
    )
  }
  if (filter.createdBy != null) matching = matching.where('created_by', '=', filter.createdBy)
  if (filter.unusedSinceMs != null) {
    const since = filter.unusedSinceMs
    matching = matching
      .where('created_at', '<', since)
      .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', since)]))
  }
  switch (filter.state) {
    case null:
      break
    case 'revoked':
      matching = matching.where('revoked_at', 'is not', null)
      break
    case 'working':
      matching = matching
        .where('revoked_at', 'is', null)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
      break
    case 'expired':
      matching = matching.where('revoked_at', 'is', null).where('expires_at', '<=', nowMs)
      break
    case 'expiring':
      matching = matching
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', nowMs)
        .where('expires_at', '<=', soonMs)
      break
    case 'active':
      matching = matching
        .where('revoked_at', 'is', null)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', soonMs)]))
  }
  const { total } = await matching
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const { by, order } = filter.sort ?? { by: 'created', order: 'desc' }
  const column = SORT_COLUMNS[by]
  const rows = await matching
    .selectAll()
    // What has no such time comes last, whichever way the others are sorted.
    .orderBy(sql`case when ${sql.ref(column)} is null then 1 else 0 end`)
    .orderBy(by === 'name' ? sql`lower(name)` : column, order)
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { rows, total: Number(total) }
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

/** What of a key can change. */
export type KeyColumns = {
  name?: string
  environment?: Environment
  scopes?: readonly Scope[]
  allowedIps?: readonly string[] | null
  limits?: KeyLimits
  expiresAtMs?: number | null
  rotatedAtMs?: number
  hint?: string
}

/** Changes a key that is not revoked; null when it is, or does not exist. */
export async function updateKeyRow(
  query: Query,
  keyId: string,
  change: KeyColumns,
): Promise<ApiKeyRow | null> {
  const row = await query
    .updateTable('api_key')
    .set({
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.environment === undefined ? {} : { environment: change.environment }),
      ...(change.scopes === undefined ? {} : { scopes: jsonOrNull(change.scopes) }),
      ...(change.allowedIps === undefined ? {} : { allowed_ips: jsonOrNull(change.allowedIps) }),
      ...(change.limits === undefined ? {} : { limits: jsonOrNull(change.limits) }),
      ...(change.expiresAtMs === undefined ? {} : { expires_at: change.expiresAtMs }),
      ...(change.rotatedAtMs === undefined ? {} : { rotated_at: change.rotatedAtMs }),
      ...(change.hint === undefined ? {} : { hint: change.hint }),
    })
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

export const scopesOf = (row: { scopes: string | null }): readonly Scope[] =>
  row.scopes === null ? DEFAULT_SCOPES : (JSON.parse(row.scopes) as Scope[])

export const allowedIpsOf = (row: { allowed_ips: string | null }): readonly string[] | null =>
  row.allowed_ips === null ? null : (JSON.parse(row.allowed_ips) as string[])

export const limitsOf = (row: { limits: string | null }): KeyLimits =>
  row.limits === null ? {} : (JSON.parse(row.limits) as KeyLimits)

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)
