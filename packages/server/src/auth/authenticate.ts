import { digestOf, judge, parseKeyText } from '@kugelaudio/keycore'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { KeyLookup } from '../keys/lookup.ts'
import type { KeyRecord } from '../store/api-keys.ts'
import type { Credential } from './credential.ts'
import type { Grant, OpenGrants } from './grants.ts'

/** Turns what a caller presented into a grant; the caller releases it. Throws `UNAUTHORIZED` or `FORBIDDEN`. */
export type Authenticate = (credential: Credential) => Grant | Promise<Grant>

/** The one way in, over HTTP and on sockets: shape, checksum, digest, lookup, judgement, grant. No write. */
export function createAuthenticate(parts: {
  lookup: KeyLookup
  grants: OpenGrants
  clock: Clock
}): Authenticate {
  const decide = (record: KeyRecord | null): Grant => {
    const verdict = judge(record, parts.clock.nowMs())
    if (verdict.allowed) {
      const { keyId, accountId, plan, expiresAtMs } = verdict.record
      return parts.grants.open({ keyId, accountId, plan, expiresAtMs })
    }
    throw new Failure(verdict.reason === 'suspended' ? 'FORBIDDEN' : 'UNAUTHORIZED', undefined, {
      cause: verdict.reason,
    })
  }
  return (credential) => {
    const text = keyTextOf(credential)
    const parsed = parseKeyText(text)
    if (!parsed.ok) throw new Failure('UNAUTHORIZED', undefined, { cause: parsed.reason })
    return parts.lookup.withKey(digestOf(text), decide)
  }
}

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
