import type { Selectable } from 'kysely'
import type { Query } from './database.ts'
import type { UserSessionTable } from './schema.ts'

/** Addresses of one person that are looked at. */
const ADDRESSES_MAX = 100

export type SessionRow = Selectable<UserSessionTable>

/** A session and the person whose it is. */
export type SessionOfUser = SessionRow & {
  email: string
  name: string
  email_verified: number
  two_factor_enabled: number
  has_password: boolean
}

/** The session with this token, if it has not ended. */
export async function findSession(query: Query, token: string, nowMs: number): Promise<SessionOfUser | null> {
  const row = await query
    .selectFrom('user_session')
    .innerJoin('user', 'user.id', 'user_session.user_id')
    .leftJoin('user_credential', (join) =>
      join
        .onRef('user_credential.user_id', '=', 'user.id')
        .on('user_credential.provider_id', '=', 'credential'),
    )
    .selectAll('user_session')
    .select(['user.email', 'user.name', 'user.email_verified', 'user.two_factor_enabled'])
    .select('user_credential.password')
    .where('user_session.token', '=', token)
    .where('user_session.expires_at', '>', nowMs)
    .executeTakeFirst()
  if (row === undefined) return null
  const { password, ...session } = row
  return { ...session, has_password: password !== null }
}

/** False when the session has ended. */
export async function updateSession(
  query: Query,
  sessionId: string,
  columns: { active_account_id: string } | { authenticated_at: number },
): Promise<boolean> {
  const row = await query
    .updateTable('user_session')
    .set(columns)
    .where('id', '=', sessionId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Calls a person by another name. */
export async function updateUserName(
  query: Query,
  userId: string,
  { name, atMs }: { name: string; atMs: number },
): Promise<void> {
  await query.updateTable('user').set({ name, updated_at: atMs }).where('id', '=', userId).execute()
}

/** The hash of a person's password; null where there is none. */
export async function findPasswordHash(query: Query, userId: string): Promise<string | null> {
  const row = await query
    .selectFrom('user_credential')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row?.password ?? null
}

/** Where a person has signed in from lately. */
export async function knownAddresses(query: Query, email: string): Promise<string[]> {
  const rows = await query
    .selectFrom('user_session')
    .innerJoin('user', 'user.id', 'user_session.user_id')
    .select('user_session.ip_address')
    .distinct()
    .where('user.email', '=', email)
    .limit(ADDRESSES_MAX)
    .execute()
  return rows.flatMap(({ ip_address }) => (ip_address === null ? [] : [ip_address]))
}

/** A person's sessions that have not ended, newest first. */
export const listSessions = (query: Query, userId: string, nowMs: number): Promise<SessionRow[]> =>
  query
    .selectFrom('user_session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', nowMs)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()

/** Whose session it is; null where there is none. */
export async function findSessionUser(query: Query, sessionId: string): Promise<string | null> {
  const row = await query
    .selectFrom('user_session')
    .select('user_id')
    .where('id', '=', sessionId)
    .executeTakeFirst()
  return row?.user_id ?? null
}

/** Ends one session of a person, or all but one, or all; returns the ids of those that ended. */
export async function deleteSessions(
  query: Query,
  userId: string,
  which: { only?: string; but?: string },
): Promise<string[]> {
  let ending = query.deleteFrom('user_session').where('user_id', '=', userId)
  if (which.only !== undefined) ending = ending.where('id', '=', which.only)
  if (which.but !== undefined) ending = ending.where('id', '!=', which.but)
  return (await ending.returning('id').execute()).map(({ id }) => id)
}
