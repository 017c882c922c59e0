import {
  type NewToken,
  TOKEN_SCOPES,
  TOKEN_SESSION_SECONDS_MAX,
  type TokenRevoked,
  type TokenWithSecret,
} from '@kugelaudio/contract'
import { digestOf, judge, mintTokenText, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import { principalOf } from '../auth/authenticate.ts'
import type { Principal } from '../auth/grants.ts'
import type { Member } from '../auth/people/session-grants.ts'
import type { Chore } from '../background.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findKey, findKeyRecord } from '../store/api-keys.ts'
import { type Actor, recordEvent, SERVER } from '../store/audit-log.ts'
import { type AuthorityChange, findTokenRevocation } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import { keepSessionKey } from '../store/session-keys.ts'
import {
  deleteTokens,
  findToken,
  insertToken,
  spendToken,
  spendTokenCharacters,
  type TokenTerms,
  tokensOfSessions,
} from '../store/tokens.ts'
import { endTokens, inUseSince } from './end-tokens.ts'
import type { Owner } from './keys.ts'
import type { HearChange, Revocation } from './revocation.ts'
import { shownTerms } from './shown-token.ts'

/** Tokens deleted at a time, so that nobody waits for it. */
const DELETED_AT_A_TIME = 500
const DELETED_EVERY_MS = 5 * 60_000
/** What a token has opened counts its characters on the token's row: it stays until the last of it must have ended. */
const KEPT_MS = TOKEN_SESSION_SECONDS_MAX * 1000 + 3_600_000

/** Short-lived tokens for clients that must not hold a key. */
export type Tokens = {
  /** Mints a token of the key that acts. Throws `FORBIDDEN` to a token, `VALIDATION_ERROR` for more than the key has. */
  create(principal: Principal, wish: NewToken, actor: Actor): Promise<TokenWithSecret>
  /**
   * Mints a token for a member: of one of the account's keys, or, where none is named, of the session, with which it ends.
   * Throws as `create`, `NOT_FOUND`, `FORBIDDEN`, `CONFLICT`.
   */
  createFor(member: Member, wish: NewToken, actor: Actor): Promise<TokenWithSecret>
  /** Ends what was minted by sessions that are over, running streams included, before it returns. */
  endWithSessions(sessionIds: readonly string[]): Promise<void>
  /** Ends a token everywhere, running streams included, before it returns. Throws `NOT_FOUND`, `FORBIDDEN`. */
  revoke(owner: Owner, tokenId: string, actor: Actor, hear?: HearChange): Promise<TokenRevoked>
  /** Uses a single-use token up: true for exactly one of all who try. */
  spend(tokenId: string): Promise<boolean>
  /** Throws `RATE_LIMITED` when all that was spoken with the token would be more than it may be. */
  spendCharacters(token: TokenTerms, characters: number): Promise<void>
  /** Deletes some of those that ended long ago; returns how many. */
  deleteEnded(): Promise<number>
}

export function createTokens(parts: {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  revocation: Revocation
}): Tokens {
  const { database, clock, randomBytes, revocation } = parts

  const createIn = async (
    principal: Principal,
    wish: NewToken,
    actor: Actor,
    sessionId: string | null,
  ): Promise<TokenWithSecret> => {
    if (wish.key_id !== undefined && wish.key_id !== principal.keyId)
      throw new Failure('FORBIDDEN', undefined, { cause: 'another key' })
    const nowMs = clock.nowMs()
    const { keyId, accountId } = principal
    const text = mintTokenText(randomBytes)
    const terms = termsOf(principal, wish, nowMs)
    const token = { id: `tok_${randomBase62(20, randomBytes)}`, sessionId, ...terms }
    await database.transaction(async (query) => {
      const digest = digestOf(text)
      await insertToken(query, { ...token, digest, keyId, createdAtMs: nowMs, createdBy: actor.name })
      await recordEvent(query, {
        atMs: nowMs,
        accountId,
        actor,
        action: 'token.created',
        target: token.id,
        details: { key_id: keyId, expires_at: iso(token.opensUntilMs) },
      })
    })
    return shownToken(token, { text, keyId, nowMs })
  }

  const createOfSession = async (member: Member, wish: NewToken, actor: Actor): Promise<TokenWithSecret> => {
    const { accountId, sessionId, expiresAtMs } = member
    const atMs = clock.nowMs()
    const id = `key_${randomBase62(20, randomBytes)}`
    const keyId = await keepSessionKey(database.query, { id, accountId, atMs })
    const record = await findKeyRecord(database.query, keyId)
    if (record === null) throw new TypeError('A key that is kept is there')
    // Where nobody ends the session, it ends by itself.
    const leftS = Math.max(1, Math.floor((expiresAtMs - atMs) / 1000))
    const max_session_seconds = Math.min(wish.max_session_seconds ?? TOKEN_SESSION_SECONDS_MAX, leftS)
    const bounded = { ...wish, max_session_seconds }
    return await createIn({ ...principalOf(record), expiresAtMs }, bounded, actor, sessionId)
  }

  return {
    create: (principal, wish, actor) => createIn(principal, wish, actor, null),

    async createFor(member, wish, actor) {
      if (wish.key_id === undefined) return await createOfSession(member, wish, actor)
      const { accountId } = member
      const isListed = (await findKey(database.query, wish.key_id)) !== null
      const record = isListed ? await findKeyRecord(database.query, wish.key_id) : null
      if (record === null) throw new Failure('NOT_FOUND', 'Key not found')
      if (record.accountId !== accountId)
        throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      if (!judge(record, clock.nowMs()).allowed)
        throw new Failure('CONFLICT', 'This key does not work any more')
      return await createIn(principalOf(record), wish, actor, null)
    },

    async revoke(owner, tokenId, actor, hear) {
      const nowMs = clock.nowMs()
      const token = await findToken(database.query, tokenId)
      if (token === null) throw new Failure('NOT_FOUND', 'Token not found')
      const { account_id: accountId, key_id: keyId } = token
      if (owner.accountId !== null && accountId !== owner.accountId)
        throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      const logged = await database.transaction(async (query) => {
        const [ended] = await endTokens(query, [token], { accountId, actor, atMs: nowMs, details: {} })
        return ended ?? (await findTokenRevocation(query, tokenId))
      })
      if (logged === null) throw new Failure('NOT_FOUND', 'Token not found')
      const receipt = await revocation.announce(logged, hear)
      return { id: tokenId, key_id: keyId, revoked_at: iso(logged.atMs), receipt }
    },

    async endWithSessions(sessionIds) {
      if (sessionIds.length === 0) return
      const atMs = clock.nowMs()
      const living = { sessionIds, since: inUseSince(atMs) }
      const ended = await database.transaction(async (query) => {
        const ended: AuthorityChange[] = []
        for (const token of await tokensOfSessions(query, living)) {
          const by = { accountId: token.account_id, actor: SERVER, atMs, details: { session: 'ended' } }
          ended.push(...(await endTokens(query, [token], by)))
        }
        return ended
      })
      await Promise.all(ended.map((change) => revocation.announce(change)))
    },

    spend: (tokenId) => spendToken(database.query, tokenId, clock.nowMs()),

    async spendCharacters({ id, maxCharacters }, characters) {
      if (maxCharacters === null || (await spendTokenCharacters(database.query, id, characters))) return
      throw new Failure('RATE_LIMITED', 'The text exceeds the characters that are left of this token')
    },

    deleteEnded: () => deleteTokens(database.query, clock.nowMs() - KEPT_MS, DELETED_AT_A_TIME),
  }
}

/** Deletes ended tokens in the background. */
export const tokenChore = (tokens: Tokens): Chore => ({
  name: 'ended tokens',
  everyMs: DELETED_EVERY_MS,
  round: async () => (await tokens.deleteEnded()) === DELETED_AT_A_TIME,
})

/** A token is never more than its key. */
function termsOf(principal: Principal, wish: NewToken, nowMs: number): Omit<TokenTerms, 'id'> {
  if (principal.token !== null) throw new Failure('FORBIDDEN', undefined, { cause: 'a token mints no token' })
  const held = TOKEN_SCOPES.filter((scope) => principal.scopes.includes(scope))
  const scopes =
    wish.scopes === undefined ? held : TOKEN_SCOPES.filter((scope) => wish.scopes?.includes(scope))
  if (scopes.length === 0 || scopes.some((scope) => !held.includes(scope)))
    throw new Failure('VALIDATION_ERROR', `scopes: the key itself has ${held.join(', ') || 'none of them'}`)
  const wishedEndMs = nowMs + wish.ttl_seconds * 1000
  return {
    opensUntilMs: Math.min(wishedEndMs, principal.expiresAtMs ?? wishedEndMs),
    singleUse: wish.single_use,
    scopes,
    voices: wish.voices,
    models: wish.models,
    origins: wish.origins,
    maxSessionMs: (wish.max_session_seconds ?? TOKEN_SESSION_SECONDS_MAX) * 1000,
    maxCharacters: wish.max_characters,
  }
}

const shownToken = (
  token: TokenTerms,
  { text, keyId, nowMs }: { text: string; keyId: string; nowMs: number },
): TokenWithSecret => ({ ...shownTerms(token, { keyId, createdAtMs: nowMs }), token: text })

const iso = (ms: number): string => new Date(ms).toISOString()
