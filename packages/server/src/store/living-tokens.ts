import type { Query } from './database.ts'
import { type TokenTerms, termsOf } from './tokens.ts'

/** Living tokens of one key that are shown. */
const SHOWN_MAX = 100

export type LivingToken = {
  terms: TokenTerms
  keyId: string
  createdAtMs: number
  createdBy: string
  charactersUsed: number
}

/** Tokens of a key that can be presented at an instant: the newest, and how many there are. */
export async function livingTokens(
  query: Query,
  keyId: string,
  nowMs: number,
): Promise<{ rows: LivingToken[]; total: number }> {
  const living = query
    .selectFrom('token')
    .where('key_id', '=', keyId)
    .where('revoked_at', 'is', null)
    .where('used_at', 'is', null)
    .where('expires_at', '>', nowMs)
  const { total } = await living
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await living.selectAll().orderBy('created_at', 'desc').orderBy('id').limit(SHOWN_MAX).execute()
  return {
    total: Number(total),
    rows: rows.map((row) => ({
      terms: termsOf(row),
      keyId: row.key_id,
      createdAtMs: row.created_at,
      createdBy: row.created_by,
      charactersUsed: row.characters_used,
    })),
  }
}
