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
import type { Chore } from '../background.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findKeyRecord } from '../store/api-keys.ts'
import { type Actor, recordEvent } from '../store/audit-log.ts'
import { appendChange, findTokenRevocation } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import {
  deleteTokens,
  findToken,
  insertToken,
  revokeTokenRow,
  spendToken,
  spendTokenCharacters,
  type TokenTerms,
} from '../store/tokens.ts'
import type { Owner } from './keys.ts'
import type { Revocation } from './revocation.ts'
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
  /** Mints a token of one of an account's keys, for a member. Throws as `create`, `NOT_FOUND`, `FORBIDDEN`, `CONFLICT`. */
  createFor(accountId: string, wish: NewToken, actor: Actor): Promise<TokenWithSecret>
  /** Ends a token everywhere, running streams included, before it returns. Throws `NOT_FOUND`, `FORBIDDEN`. */
  revoke(owner: Owner, tokenId: string, actor: Actor): Promise<TokenRevoked>
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

  const create: Tokens['create'] = async (principal, wish, actor) => {
    if (wish.key_id !== undefined && wish.key_id !== principal.keyId)
      throw new Failure('FORBIDDEN', undefined, { cause: 'another key' })
    const nowMs = clock.nowMs()
    const { keyId, accountId } = principal
    const text = mintTokenText(randomBytes)
    const terms = termsOf(principal, wish, nowMs)
    const token = { id: `tok_${randomBase62(20, randomBytes)}`, ...terms }
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

  return {
    create,

    async createFor(accountId, wish, actor) {
      if (wish.key_id === undefined) throw new Failure('VALIDATION_ERROR', 'key_id: is required of a member')
      const record = await findKeyRecord(database.query, wish.key_id)
      if (record === null) throw new Failure('NOT_FOUND', 'Key not found')
      if (record.accountId !== accountId)
        throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      if (!judge(record, clock.nowMs()).allowed)
        throw new Failure('CONFLICT', 'This key does not work any more')
      return await create(principalOf(record), wish, actor)
    },

    async revoke(owner, tokenId, actor) {
      const nowMs = clock.nowMs()
      const token = await findToken(database.query, tokenId)
      if (token === null) throw new Failure('NOT_FOUND', 'Token not found')
      const { account_id: accountId, key_id: keyId } = token
      if (owner.accountId !== null && accountId !== owner.accountId)
        throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
      const logged = await database.transaction(async (query) => {
        if (!(await revokeTokenRow(query, tokenId, nowMs))) return await findTokenRevocation(query, tokenId)
        await recordEvent(query, {
          atMs: nowMs,
          accountId,
          actor,
          action: 'token.revoked',
          target: tokenId,
          details: { key_id: keyId },
        })
        const change = { change: 'token.revoked', keyId, tokenId, accountId, atMs: nowMs } as const
        return await appendChange(query, { ...change, by: actor.name })
      })
      if (logged === null) throw new Failure('NOT_FOUND', 'Token not found')
      const receipt = await revocation.announce(logged)
      return { id: tokenId, key_id: keyId, revoked_at: iso(logged.atMs), receipt }
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
