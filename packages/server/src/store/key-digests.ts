import type { Query } from './database.ts'
import { inParts } from './parts.ts'

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
