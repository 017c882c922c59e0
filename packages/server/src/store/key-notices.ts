import { sql } from 'kysely'
import type { Query } from './database.ts'
import type { ApiKeyRow, KeyNoticeRow } from './schema.ts'

/** Kinds of notices about the end of a key, the most urgent last. */
export const NOTICE_KINDS = ['30d', '7d', '1d', 'expired'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Keys that end within a span and have not been given this notice for this end, a number of them at most. */
export async function keysToNotice(
  query: Query,
  { kind, afterMs, untilMs, limit }: { kind: NoticeKind; afterMs: number; untilMs: number; limit: number },
): Promise<ApiKeyRow[]> {
  return await query
    .selectFrom('api_key')
    .selectAll('api_key')
    .where('expires_at', '>', afterMs)
    .where('expires_at', '<=', untilMs)
    .where('revoked_at', 'is', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('key_notice')
            .select(sql`1`.as('one'))
            .whereRef('key_notice.key_id', '=', 'api_key.id')
            .whereRef('key_notice.expires_at', '=', 'api_key.expires_at')
            .where('key_notice.kind', '=', kind),
        ),
      ),
    )
    .orderBy('expires_at')
    .limit(limit)
    .execute()
}

/** Writes a notice down; false when it was given before, or the key has another end by now. */
export async function insertNotice(
  query: Query,
  notice: { keyId: string; expiresAtMs: number; kind: NoticeKind; atMs: number; mailAtMs: number | null },
): Promise<boolean> {
  const row = await query
    .insertInto('key_notice')
    .columns(['key_id', 'expires_at', 'kind', 'noticed_at', 'mail_attempts', 'mail_next_at'])
    .expression((select) =>
      select
        .selectFrom('api_key')
        .select([
          'id',
          'expires_at',
          sql<string>`${notice.kind}`.as('kind'),
          sql<number>`${notice.atMs}`.as('noticed_at'),
          sql<number>`0`.as('mail_attempts'),
          sql<number | null>`${notice.mailAtMs}`.as('mail_next_at'),
        ])
        .where('id', '=', notice.keyId)
        .where('expires_at', '=', notice.expiresAtMs)
        .where('revoked_at', 'is', null),
    )
    .onConflict((conflict) => conflict.columns(['key_id', 'expires_at', 'kind']).doNothing())
    .returning('key_id')
    .executeTakeFirst()
  return row !== undefined
}

/** A notice to be mailed: to whom, and about which key. */
export type MailDue = KeyNoticeRow & { name: string; hint: string; email: string; revoked_at: number | null }

/** Notices whose mail is due, to the owners of the keys' accounts. */
export async function mailsDue(query: Query, nowMs: number, limit: number): Promise<MailDue[]> {
  return await query
    .selectFrom('key_notice')
    .innerJoin('api_key', 'api_key.id', 'key_notice.key_id')
    .innerJoin('member', (join) =>
      join.onRef('member.account_id', '=', 'api_key.account_id').on('member.role', '=', 'owner'),
    )
    .innerJoin('user', 'user.id', 'member.user_id')
    .selectAll('key_notice')
    .select(['api_key.name', 'api_key.hint', 'api_key.revoked_at', 'user.email'])
    .where('mail_next_at', '<=', nowMs)
    .orderBy('mail_next_at')
    .limit(limit)
    .execute()
}

/** Takes a mail for one attempt; false when somebody else has. `nextAtMs`: when to try again if nothing more is heard. */
export async function claimMail(query: Query, mail: KeyNoticeRow, nextAtMs: number | null): Promise<boolean> {
  const row = await query
    .updateTable('key_notice')
    .set({ mail_next_at: nextAtMs, mail_attempts: mail.mail_attempts + 1 })
    .where('key_id', '=', mail.key_id)
    .where('expires_at', '=', mail.expires_at)
    .where('kind', '=', mail.kind)
    .where('mail_next_at', '=', mail.mail_next_at)
    .returning('key_id')
    .executeTakeFirst()
  return row !== undefined
}

/** The mail has gone. */
export async function finishMail(query: Query, mail: KeyNoticeRow): Promise<void> {
  await query
    .updateTable('key_notice')
    .set({ mail_next_at: null })
    .where('key_id', '=', mail.key_id)
    .where('expires_at', '=', mail.expires_at)
    .where('kind', '=', mail.kind)
    .execute()
}
