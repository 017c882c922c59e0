import { digestOf, parseKeyText } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { KeyLookup } from '../keys/lookup.ts'
import type { KeyRecord } from '../store/api-keys.ts'
import type { Credential } from './credential.ts'
import type { Grant, OpenGrants, Principal } from './grants.ts'
import { type Demand, type DemandVerdict, permit } from './permissions.ts'

/** Turns what a caller presented into a grant for what it wants; the caller releases it. Throws `UNAUTHORIZED`, `FORBIDDEN`. */
export type Authenticate = (credential: Credential, demand: Demand) => Grant | Promise<Grant>

/** The one way in, over HTTP and on sockets: shape, checksum, digest, lookup, judgement, grant. No write. */
export function createAuthenticate(parts: {
  lookup: KeyLookup
  grants: OpenGrants
  clock: Clock
}): Authenticate {
  return (credential, demand) => {
    const text = keyTextOf(credential)
    const parsed = parseKeyText(text)
    if (!parsed.ok) throw new Failure('UNAUTHORIZED', undefined, { cause: parsed.reason })
    const digest = digestOf(text)
    return parts.lookup.withKey(digest, (record) => {
      const verdict = permit(record, demand, parts.clock.nowMs())
      if (!verdict.allowed) throw refusal(verdict)
      return parts.grants.open({ principal: principalOf(verdict.record), digest, demand })
    })
  }
}

/** A refusal in public: 401 for what is no valid key, 403 for a valid one that may not do this. */
export const refusal = (verdict: DemandVerdict & { allowed: false }): Failure =>
  new Failure(verdict.invalid ? 'UNAUTHORIZED' : 'FORBIDDEN', undefined, { cause: verdict.reason })

export const principalOf = (record: KeyRecord): Principal => ({
  accountId: record.accountId,
  keyId: record.keyId,
  bySecret: record.bySecret,
  plan: record.plan,
  scopes: record.scopes,
  limits: record.limits,
  expiresAtMs: record.expiresAtMs,
})

function keyTextOf(credential: Credential): string {
  switch (credential.kind) {
    case 'key':
      return credential.text
    case 'none':
    case 'malformed':
      throw new Failure('UNAUTHORIZED', undefined, { cause: credential.kind })
    case 'ambiguous':
      throw new Failure('VALIDATION_ERROR', 'Send one API key, once: the request carries more than one')
  }
}
