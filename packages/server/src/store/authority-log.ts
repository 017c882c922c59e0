import type { AuthorityChangeKind } from '@kugelaudio/contract'
import { newestEvent } from './audit-log.ts'
import type { Query } from './database.ts'

/** A change of what keys are worth. Without a key it touches all keys of the account; with a token, it alone. */
export type AuthorityChange = {
  /** Place in the order of all changes. */
  epoch: number
  change: AuthorityChangeKind
  keyId: string | null
  tokenId?: string
  /** Of the member that it is about. */
  userId?: string
  accountId: string
  atMs: number
  /** Hash of the newest audit event when it was made: what the log held then cannot be denied later. */
  auditHead?: string
}

/** Writes a change down; call it inside the transaction that makes the change. */
export async function appendChange(
  query: Query,
  change: Omit<AuthorityChange, 'epoch' | 'auditHead'> & { by: string },
): Promise<AuthorityChange> {
  const auditHead = (await newestEvent(query))?.hash
  const { epoch } = await query
    .insertInto('authority_log')
    .values({
      change: change.change,
      key_id: change.keyId,
      account_id: change.accountId,
      changed_at: change.atMs,
      changed_by: change.by,
      token_id: change.tokenId ?? null,
      user_id: change.userId ?? null,
      audit_head: auditHead ?? null,
    })
    .returning('epoch')
    .executeTakeFirstOrThrow()
  const { by: _, ...logged } = change
  return { epoch, ...logged, ...(auditHead === undefined ? {} : { auditHead }) }
}

/** The change that revoked a key. */
export async function findRevocation(query: Query, keyId: string): Promise<AuthorityChange | null> {
  const row = await query
    .selectFrom('authority_log')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('change', '=', 'key.revoked')
    .executeTakeFirst()
  return row === undefined ? null : changeOf(row)
}

/** The change that ended a token by itself. */
export async function findTokenRevocation(query: Query, tokenId: string): Promise<AuthorityChange | null> {
  const row = await query
    .selectFrom('authority_log')
    .selectAll()
    .where('token_id', '=', tokenId)
    .where('change', '=', 'token.revoked')
    .executeTakeFirst()
  return row === undefined ? null : changeOf(row)
}

/** What has changed after an epoch, in order: everything, or so many changes at most. */
export async function changesAfter(
  query: Query,
  epoch: number,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<AuthorityChange[]> {
  const rows = await query
    .selectFrom('authority_log')
    .selectAll()
    .where('epoch', '>', epoch)
    .orderBy('epoch')
    .limit(limit)
    .execute()
  return rows.map(changeOf)
}

/** The newest epoch; 0 when nothing has ever changed. */
export async function newestEpoch(query: Query): Promise<number> {
  const row = await query
    .selectFrom('authority_log')
    .select((select) => select.fn.max('epoch').as('epoch'))
    .executeTakeFirst()
  return row?.epoch ?? 0
}

function changeOf(row: {
  epoch: number
  change: string
  key_id: string | null
  account_id: string
  changed_at: number
  token_id: string | null
  user_id: string | null
  audit_head: string | null
}): AuthorityChange {
  return {
    epoch: row.epoch,
    change: row.change as AuthorityChange['change'],
    keyId: row.key_id,
    ...(row.token_id === null ? {} : { tokenId: row.token_id }),
    ...(row.user_id === null ? {} : { userId: row.user_id }),
    accountId: row.account_id,
    atMs: row.changed_at,
    ...(row.audit_head === null ? {} : { auditHead: row.audit_head }),
  }
}
