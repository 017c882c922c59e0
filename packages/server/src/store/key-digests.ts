import type { Query } from './database.ts'
import { inParts } from './parts.ts'

/** A token that a digest belongs to. */
export type KnownToken = { digest: string; tokenId: string; keyId: string; accountId: string }

/** Those of these digests that are tokens, or once were. */
export async function findTokenDigests(query: Query, digests: readonly string[]): Promise<KnownToken[]> {
  const found: KnownToken[] = []
  for (const part of inParts(digests)) {
    const rows = await query
      .selectFrom('token')
      .innerJoin('api_key', 'api_key.id', 'token.key_id')
      .select([
        'token.digest',
        'token.id as tokenId',
        'api_key.id as keyId',
        'api_key.account_id as accountId',
      ])
      .where('token.digest', 'in', part)
      .execute()
    found.push(...rows)
  }
  return found
}

/** What belongs to a digest. */
export type KnownDigest = { digest: string; keyId: string; retiresAtMs: number | null }

/** Those of these digests that open a key, or once did. */
export async function findDigests(query: Query, digests: readonly string[]): Promise<KnownDigest[]> {
  const found: KnownDigest[] = []
  for (const part of inParts(digests)) {
    const rows = await query
      .selectFrom('api_key_secret')
      .select(['digest', 'key_id as keyId', 'retires_at as retiresAtMs'])
      .where('digest', 'in', part)
      .execute()
    found.push(...rows)
  }
  return found
}
