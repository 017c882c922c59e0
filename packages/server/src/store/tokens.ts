import type { TokenScope } from '@kugelaudio/contract'
import { findKeyRecord, type KeyRecord } from './api-keys.ts'
import type { Query } from './database.ts'
import type { TokenRow } from './schema.ts'

/** What a token allows of what its key may do. */
export type TokenTerms = {
  id: string
  /** It cannot be presented any more from then on; what it has opened may go on. */
  opensUntilMs: number
  singleUse: boolean
  scopes: readonly TokenScope[]
  voices: readonly string[] | null
  models: readonly string[] | null
  origins: readonly string[] | null
  /** For a socket, or an answer. */
  maxSessionMs: number
  maxCharacters: number | null
}

export type NewTokenRow = TokenTerms & {
  digest: string
  keyId: string
  createdAtMs: number
  createdBy: string
  /** The session that it ends with; null: it ends with its key alone. */
  sessionId: string | null
}

export async function insertToken(query: Query, token: NewTokenRow): Promise<void> {
  await query
    .insertInto('token')
    .values({
      id: token.id,
      digest: token.digest,
      key_id: token.keyId,
      created_at: token.createdAtMs,
      created_by: token.createdBy,
      expires_at: token.opensUntilMs,
      single_use: token.singleUse ? 1 : 0,
      scopes: JSON.stringify(token.scopes),
      voices: namesOrNull(token.voices),
      models: namesOrNull(token.models),
      origins: namesOrNull(token.origins),
      max_session_seconds: token.maxSessionMs / 1000,
      max_characters: token.maxCharacters,
      session_id: token.sessionId,
    })
    .execute()
}

/** The key that a token's digest stands for, less what the token leaves out; null when it is spent, revoked, or its session over. */
export async function findKeyByToken(query: Query, digest: string): Promise<KeyRecord | null> {
  const row = await query
    .selectFrom('token')
    .selectAll()
    .where('digest', '=', digest)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where((where) =>
      where.or([
        where('session_id', 'is', null),
        where('session_id', 'in', (alive) => alive.selectFrom('user_session').select('user_session.id')),
      ]),
    )
    .executeTakeFirst()
  if (row === undefined) return null
  const key = await findKeyRecord(query, row.key_id)
  return key === null ? null : narrowed(key, termsOf(row))
}

/** What is left of a key under the terms of a token. */
export const narrowed = (key: KeyRecord, token: TokenTerms): KeyRecord => ({
  ...key,
  bySecret: 'token',
  scopes: token.scopes.filter((scope) => key.scopes.includes(scope)),
  token,
})

/** Uses a single-use token up: true for exactly one of all who try. */
export async function spendToken(query: Query, tokenId: string, atMs: number): Promise<boolean> {
  const row = await query
    .updateTable('token')
    .set({ used_at: atMs })
    .where('id', '=', tokenId)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes characters from what a token may speak; false, and takes none, when fewer are left. */
export async function spendTokenCharacters(
  query: Query,
  tokenId: string,
  characters: number,
): Promise<boolean> {
  const row = await query
    .updateTable('token')
    .set((column) => ({ characters_used: column('characters_used', '+', characters) }))
    .where('id', '=', tokenId)
    .where((where) => where(where('characters_used', '+', characters), '<=', where.ref('max_characters')))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** A token, and whose it is. */
export async function findToken(
  query: Query,
  tokenId: string,
): Promise<(TokenRow & { account_id: string }) | null> {
  const row = await query
    .selectFrom('token')
    .innerJoin('api_key', 'api_key.id', 'token.key_id')
    .selectAll('token')
    .select('api_key.account_id')
    .where('token.id', '=', tokenId)
    .executeTakeFirst()
  return row ?? null
}

/** Tokens of an account that somebody has made and that may still be in use. */
export const tokensMadeBy = (
  query: Query,
  { accountId, createdBy, since }: { accountId: string; createdBy: string; since: number },
): Promise<{ id: string; key_id: string }[]> =>
  query
    .selectFrom('token')
    .innerJoin('api_key', 'api_key.id', 'token.key_id')
    .select(['token.id', 'token.key_id'])
    .where('api_key.account_id', '=', accountId)
    .where('token.created_by', '=', createdBy)
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', since)
    .execute()

/** Tokens of sessions that may still be in use, and whose they are. */
export const tokensOfSessions = (
  query: Query,
  { sessionIds, since }: { sessionIds: readonly string[]; since: number },
): Promise<{ id: string; key_id: string; account_id: string }[]> =>
  query
    .selectFrom('token')
    .innerJoin('api_key', 'api_key.id', 'token.key_id')
    .select(['token.id', 'token.key_id', 'api_key.account_id'])
    .where('token.session_id', 'in', sessionIds)
    .where('token.revoked_at', 'is', null)
    .where('token.expires_at', '>', since)
    .execute()

/** False when it was revoked already, or does not exist. */
export async function revokeTokenRow(query: Query, tokenId: string, atMs: number): Promise<boolean> {
  const row = await query
    .updateTable('token')
    .set({ revoked_at: atMs })
    .where('id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Deletes tokens that could not be presented any more at an instant, a number of them at most; returns how many. */
export async function deleteTokens(query: Query, endedBeforeMs: number, limit: number): Promise<number> {
  const gone = await query
    .deleteFrom('token')
    .where('id', 'in', (ended) =>
      ended
        .selectFrom('token')
        .select('id')
        .where('expires_at', '<', endedBeforeMs)
        .orderBy('expires_at')
        .limit(limit),
    )
    .returning('id')
    .execute()
  return gone.length
}

/** What a token allows. */
export const termsOf = (row: TokenRow): TokenTerms => ({
  id: row.id,
  opensUntilMs: row.expires_at,
  singleUse: row.single_use === 1,
  scopes: JSON.parse(row.scopes) as TokenScope[],
  voices: namesOf(row.voices),
  models: namesOf(row.models),
  origins: namesOf(row.origins),
  maxSessionMs: row.max_session_seconds * 1000,
  maxCharacters: row.max_characters,
})

const namesOrNull = (names: readonly string[] | null): string | null =>
  names === null ? null : JSON.stringify(names)

const namesOf = (text: string | null): readonly string[] | null =>
  text === null ? null : (JSON.parse(text) as string[])
