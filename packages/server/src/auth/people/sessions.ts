import {
  PERMISSIONS,
  type Permission,
  type PersonSession,
  RECENT_SIGN_IN_SECONDS,
  roleMay,
  type SessionView,
} from '@kugelaudio/contract'
import type { Invitations } from '../../accounts/invitations.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database } from '../../store/database.ts'
import { type Membership, membershipsOf } from '../../store/members.ts'
import {
  deleteSessions,
  findPasswordHash,
  findSession,
  findSessionUser,
  listSessions,
  type SessionRow,
  updateSession,
  updateUserName,
} from '../../store/sessions.ts'
import type { GrowingWaits } from '../growing-waits.ts'
import type { Passwords } from '../password.ts'
import type { SessionsEnded } from './records.ts'
import {
  type CookieSigning,
  readSessionCookie,
  renewedSessionCookie,
  sessionCookieName,
} from './session-cookie.ts'
import type { Member, OpenSessions, Person, SessionGrant } from './session-grants.ts'

/** What a person wants to do. Null: what every person may, whatever the account. */
export type PersonDemand = { permission: Permission | null; isRecent: boolean }

/** Sessions of people: read from the database with every request, so that what has ended is over. */
export type Sessions = {
  /** Whether a request presents one at all. */
  isPresented(cookie: string | undefined): boolean
  /**
   * Turns a session's cookie into a grant; the caller releases it. Throws `UNAUTHORIZED`, `FORBIDDEN` for what the role may
   * not, `REAUTHENTICATION_REQUIRED` where the sign-in is too long ago.
   */
  admit(cookie: string | undefined, demand: PersonDemand): Promise<SessionGrant<Person>>
  /** What takes the place of a cookie that an earlier secret of the server has signed; null where it need not. */
  renewedCookie(cookie: string | undefined, person: Person): string | null
  view(person: Person): Promise<SessionView>
  /** Calls the person by another name. */
  rename(person: Person, name: string): Promise<SessionView>
  /** Acts for another of the person's accounts. Throws `FORBIDDEN`. */
  actFor(person: Person, accountId: string): Promise<SessionView>
  /** Becomes a member by an invitation, and acts for that account. Throws as `Invitations.accept`. */
  join(person: Person, invitation: string, actor: Actor): Promise<SessionView>
  /** Where the person is signed in, newest first. */
  list(person: Person): Promise<PersonSession[]>
  /** Ends one session, all others, or all; returns how many. Throws `NOT_FOUND`, `FORBIDDEN` for another person's. */
  end(person: Person, which: { only: string } | { everywhere: boolean }, actor: Actor): Promise<number>
  /** Counts as a recent sign-in from now on. Throws `SIGN_IN_FAILED`. */
  confirm(person: Person, password: string): Promise<SessionView>
}

const RECENT_MS = RECENT_SIGN_IN_SECONDS * 1000

export function createSessions(parts: {
  database: Database
  clock: Clock
  open: OpenSessions
  passwords: Passwords
  invitations: Invitations
  sessionsEnded: SessionsEnded
  /** Failed confirmations of one person. */
  failures: GrowingWaits
  signing: CookieSigning
}): Sessions {
  const { database, clock, open, passwords, signing } = parts

  const view = async (person: Person): Promise<SessionView> => {
    const row = await findSession(database.query, person.sessionToken, clock.nowMs())
    if (row === null) throw new Failure('UNAUTHORIZED', undefined, { cause: 'session ended' })
    const accounts = (await membershipsOf(database.query, person.userId)).map(shownMembership)
    const active = accounts.find(({ id }) => id === row.active_account_id) ?? null
    return {
      id: row.id,
      user: {
        id: row.user_id,
        email: row.email,
        name: row.name,
        email_verified: row.email_verified === 1,
        second_factor: row.two_factor_enabled === 1,
        has_password: row.has_password,
      },
      account: active,
      permissions: active === null ? [] : permissionsOf(active),
      accounts,
      expires_at: iso(row.expires_at),
      recent_until: iso(row.authenticated_at + RECENT_MS),
    }
  }

  const demandOwn = async (sessionId: string, userId: string): Promise<void> => {
    const owner = await findSessionUser(database.query, sessionId)
    if (owner === null) throw new Failure('NOT_FOUND', 'Session not found')
    if (owner !== userId) throw new Failure('FORBIDDEN', undefined, { cause: 'another person' })
  }

  return {
    isPresented: (cookie) => cookie?.includes(`${sessionCookieName(signing.isSecure)}=`) === true,

    async admit(cookie, { permission, isRecent }) {
      const nowMs = clock.nowMs()
      const token = readSessionCookie(cookie, signing)
      const row = token === null ? null : await findSession(database.query, token, nowMs)
      if (row === null) throw new Failure('UNAUTHORIZED', undefined, { cause: 'no such session' })
      const memberships = await membershipsOf(database.query, row.user_id)
      const active = memberships.find(({ accountId }) => accountId === row.active_account_id) ?? null
      const grant = open.open<Person>(personOf(row, active))
      try {
        if (permission !== null) demandPermission(active, permission)
        if (isRecent && nowMs - row.authenticated_at >= RECENT_MS)
          throw new Failure('REAUTHENTICATION_REQUIRED')
        // What ended after it was read, but before its grant was open, could not be severed.
        if ((await findSession(database.query, row.token, nowMs)) === null)
          throw new Failure('UNAUTHORIZED', undefined, { cause: 'session ended' })
        grant.signal.throwIfAborted()
        return grant
      } catch (error) {
        grant.release()
        throw error
      }
    },

    renewedCookie: (cookie, { expiresAtMs }) =>
      renewedSessionCookie(cookie, signing, expiresAtMs - clock.nowMs()),

    view,

    async rename(person, name) {
      await updateUserName(database.query, person.userId, { name, atMs: clock.nowMs() })
      return await view(person)
    },

    async actFor(person, accountId) {
      const memberships = await membershipsOf(database.query, person.userId)
      if (!memberships.some((membership) => membership.accountId === accountId))
        throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      await updateSession(database.query, person.sessionId, { active_account_id: accountId })
      return await view(person)
    },

    async join(person, invitation, actor) {
      const { email } = await view(person).then(({ user }) => user)
      const accountId = await database.transaction((query) =>
        parts.invitations.accept(query, invitation, { userId: person.userId, email }, actor),
      )
      await updateSession(database.query, person.sessionId, { active_account_id: accountId })
      return await view(person)
    },

    list: async (person) =>
      (await listSessions(database.query, person.userId, clock.nowMs())).map((row) => ({
        id: row.id,
        is_current: row.id === person.sessionId,
        address: row.ip_address,
        agent: row.user_agent,
        created_at: iso(row.created_at),
        expires_at: iso(row.expires_at),
      })),

    async end(person, which, actor) {
      const { userId, sessionId, accountId } = person
      if ('only' in which) await demandOwn(which.only, userId)
      const chosen = 'only' in which ? which : which.everywhere ? {} : { but: sessionId }
      const ended = await database.transaction(async (query) => {
        const ids = await deleteSessions(query, userId, chosen)
        const event = { accountId, actor, action: 'session.ended', atMs: clock.nowMs() }
        for (const target of ids) await recordEvent(query, { ...event, target, details: {} })
        return ids
      })
      const over = new Failure('UNAUTHORIZED', undefined, { cause: 'session ended' })
      // The one that asks is not cut off before it has its answer.
      for (const id of ended) if (id !== sessionId) open.severSession(userId, id, over)
      await parts.sessionsEnded(ended)
      return ended.length
    },

    async confirm(person, password) {
      const waitS = parts.failures.wait(person.userId)
      if (waitS !== null) throw new Failure('RATE_LIMITED', 'Too many attempts', { retryAfterS: waitS })
      const hash = await findPasswordHash(database.query, person.userId)
      if (hash === null || !(await passwords.matches(password, hash))) {
        parts.failures.hit(person.userId)
        throw new Failure('SIGN_IN_FAILED', 'The password is wrong', { cause: 'invalid password' })
      }
      parts.failures.forget(person.userId)
      await updateSession(database.query, person.sessionId, { authenticated_at: clock.nowMs() })
      return await view(person)
    },
  }
}

const personOf = (row: SessionRow, active: Membership | null): Person => ({
  kind: 'member',
  userId: row.user_id,
  sessionId: row.id,
  sessionToken: row.token,
  authenticatedAtMs: row.authenticated_at,
  expiresAtMs: row.expires_at,
  accountId: active?.accountId ?? null,
  role: active?.role ?? null,
  plan: active?.plan ?? null,
})

/** A member who may do what a route is for. */
export const isMember = (person: Person): person is Member => person.accountId !== null

function demandPermission(active: Membership | null, permission: Permission): void {
  const refuse = (reason: string): never => {
    throw new Failure('FORBIDDEN', undefined, {
      cause: reason,
      refused: { reason, keyId: null, accountId: active?.accountId ?? null },
    })
  }
  if (active === null) return refuse('no account')
  if (active.suspended) return refuse('suspended')
  if (!mayDo(active, permission)) return refuse('role')
}

/** Whether a member may do something: by the role, and what is about the whole server in the account that operates it alone. */
const mayDo = ({ role, operator }: Pick<Membership, 'role' | 'operator'>, permission: Permission): boolean =>
  roleMay(role, permission) && (permission !== 'server:operate' || operator)

const permissionsOf = (active: Pick<Membership, 'role' | 'operator'>): Permission[] =>
  (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => mayDo(active, permission))

const shownMembership = ({ accountId, accountName, ...rest }: Membership) => ({
  id: accountId,
  name: accountName,
  ...rest,
})

const iso = (ms: number): string => new Date(ms).toISOString()
