import { digestOf, parseKeyText, parseTokenText, TOKEN_PREFIX } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { ForeignKeys } from '../keys/foreign-keys.ts'
import type { KeyLookup } from '../keys/lookup.ts'
import type { KeyRecord } from '../store/api-keys.ts'
import type { Credential } from './credential.ts'
import type { Grant, OpenGrants, Principal } from './grants.ts'
import { admit, type Demand, type DemandVerdict } from './permissions.ts'

/** Turns what a caller presented into a grant for what it wants; the caller releases it. Throws `UNAUTHORIZED`, `FORBIDDEN`. */
export type Authenticate = (credential: Credential, demand: Demand) => Grant | Promise<Grant>

type Parts = {
  lookup: KeyLookup
  grants: OpenGrants
  clock: Clock
  /** Uses a single-use token up: true for exactly one of all who try. */
  spendToken: (tokenId: string) => Promise<boolean>
  foreign: ForeignKeys
}

/**
 * The one way in, over HTTP and on sockets: shape, checksum, digest, lookup, judgement, grant. No write: a token that may
 * be used once is used up by the grant's first use.
 */
export function createAuthenticate(parts: Parts): Authenticate {
  const lookUp = (text: string, demand: Demand): Grant | Promise<Grant> => {
    const digest = digestOf(text)
    const open = (record: KeyRecord | null): Grant => {
      const nowMs = parts.clock.nowMs()
      const verdict = admit(record, demand, nowMs)
      if (!verdict.allowed) throw refusal(verdict, record)
      const principal = principalOf(verdict.record)
      return parts.grants.open({ principal, digest, demand, openedAtMs: nowMs })
    }
    if (!text.startsWith(TOKEN_PREFIX)) return parts.lookup.withKey(digest, open)
    return boundByToken(parts, parts.lookup.withToken(digest, open))
  }
  return (credential, demand) => {
    const text = textOf(credential)
    const isToken = text.startsWith(TOKEN_PREFIX)
    const parsed = isToken ? parseTokenText(text) : parseKeyText(text)
    if (parsed.ok) return lookUp(text, demand)
    const { reason } = parsed
    const decide = (mayBeForeign: boolean): Grant | Promise<Grant> => {
      if (!mayBeForeign) throw new Failure('UNAUTHORIZED', undefined, { cause: reason })
      return lookUp(text, demand)
    }
    const mayBeForeign = !isToken && parts.foreign.mayBe(text)
    return typeof mayBeForeign === 'boolean' ? decide(mayBeForeign) : mayBeForeign.then(decide)
  }
}

/** The grant is open before the token is spent by its use, so that whatever happens meanwhile severs it. */
async function boundByToken({ clock, spendToken }: Parts, opened: Grant | Promise<Grant>): Promise<Grant> {
  const grant = await opened
  const { token } = grant.principal
  if (token === null) throw new TypeError('What a token opens is bound by it')
  if (token.singleUse)
    grant.uponUse(async () => {
      if (!(await spendToken(token.id))) throw new Failure('UNAUTHORIZED', undefined, { cause: 'spent' })
    })
  const over = new Failure('UNAUTHORIZED', 'The session of this token is over', { cause: 'session over' })
  grant.severAfter(clock, token.maxSessionMs, over)
  return grant
}

/** A refusal in public: 401 for what is no valid key, 403 for a valid one that may not do this. */
export const refusal = (
  { invalid, reason }: DemandVerdict & { allowed: false },
  record: KeyRecord | null,
): Failure =>
  new Failure(invalid ? 'UNAUTHORIZED' : 'FORBIDDEN', undefined, {
    cause: reason,
    refused: { reason, keyId: record?.keyId ?? null, accountId: record?.accountId ?? null },
  })

export const principalOf = (record: KeyRecord): Principal => ({
  kind: 'key',
  accountId: record.accountId,
  keyId: record.keyId,
  bySecret: record.bySecret,
  plan: record.plan,
  scopes: record.scopes,
  limits: record.limits,
  expiresAtMs: record.expiresAtMs,
  token: record.token,
})

function textOf(credential: Credential): string {
  switch (credential.kind) {
    case 'key':
      return credential.text
    case 'none':
    case 'malformed':
      throw new Failure('UNAUTHORIZED', undefined, { cause: credential.kind })
    case 'ambiguous':
      throw new Failure(
        'VALIDATION_ERROR',
        'Send one API key or token, once: the request carries more than one',
      )
  }
}
