import { TOKEN_SESSION_SECONDS_MAX } from '@kugelaudio/contract'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import { type AuthorityChange, appendChange } from '../store/authority-log.ts'
import type { Query } from '../store/database.ts'
import { revokeTokenRow } from '../store/tokens.ts'

/** What a token has opened may go on after it: those that ended before then are of no interest. */
export const inUseSince = (nowMs: number): number => nowMs - TOKEN_SESSION_SECONDS_MAX * 1000

/**
 * Ends tokens of an account, each with its audit event and its epoch; those that were ended before are left out. Call it
 * inside a transaction, and announce what it returns when that is durable.
 */
export async function endTokens(
  query: Query,
  tokens: readonly { id: string; key_id: string }[],
  by: { accountId: string; actor: Actor; atMs: number; details: Record<string, unknown> },
): Promise<AuthorityChange[]> {
  const { accountId, actor, atMs } = by
  const ended: AuthorityChange[] = []
  for (const { id: tokenId, key_id: keyId } of tokens) {
    if (!(await revokeTokenRow(query, tokenId, atMs))) continue
    const details = { key_id: keyId, ...by.details }
    await recordEvent(query, { atMs, accountId, actor, action: 'token.revoked', target: tokenId, details })
    const change = { change: 'token.revoked', keyId, tokenId, accountId, atMs } as const
    ended.push(await appendChange(query, { ...change, by: actor.name }))
  }
  return ended
}
