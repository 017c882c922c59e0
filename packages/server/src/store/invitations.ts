import type { Insertable } from 'kysely'
import type { Query } from './database.ts'
import type { InvitationRow, InvitationTable } from './schema.ts'

export async function insertInvitation(
  query: Query,
  invitation: Omit<Insertable<InvitationTable>, 'accepted_at' | 'withdrawn_at'>,
): Promise<void> {
  await query.insertInto('invitation').values(invitation).execute()
}

const openQuery = (query: Query, nowMs: number) =>
  query
    .selectFrom('invitation')
    .selectAll('invitation')
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', nowMs)

/** Those of an account that can still be accepted, newest first. */
export const listInvitations = (query: Query, accountId: string, nowMs: number): Promise<InvitationRow[]> =>
  openQuery(query, nowMs)
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()

/** The invitation with this secret and its account's name, if it can still be accepted. */
export async function findInvitation(
  query: Query,
  digest: string,
  nowMs: number,
): Promise<(InvitationRow & { account_name: string }) | null> {
  const row = await openQuery(query, nowMs)
    .innerJoin('account', 'account.id', 'invitation.account_id')
    .select('account.name as account_name')
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row ?? null
}

export async function hasOpenInvitation(query: Query, email: string, nowMs: number): Promise<boolean> {
  return (await openQuery(query, nowMs).where('email', '=', email).executeTakeFirst()) !== undefined
}

export async function findInvitationAccount(query: Query, id: string): Promise<string | null> {
  const row = await query
    .selectFrom('invitation')
    .select('account_id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.account_id ?? null
}

/** False when it was accepted or taken back already. */
export async function closeInvitation(
  query: Query,
  id: string,
  how: { accepted_at: number } | { withdrawn_at: number },
): Promise<boolean> {
  const row = await query
    .updateTable('invitation')
    .set(how)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
