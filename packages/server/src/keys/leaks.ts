import type { Receipt } from '@kugelaudio/contract'
import { digestOf } from '@kugelaudio/keycore'
import { withoutRegion } from '../auth/credential.ts'
import type { Clock } from '../clock.ts'
import { revokeKeyRow } from '../store/api-keys.ts'
import { type Actor, type NewAuditEvent, recordEvents } from '../store/audit-log.ts'
import { type AuthorityChange, appendChange } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import { findDigests, findTokenDigests } from '../store/key-digests.ts'
import { revokeTokenRow } from '../store/tokens.ts'
import { type KeyEvents, keyEvent } from './key-events.ts'
import type { Revocation } from './revocation.ts'

/** A text that has become public, and where. */
export type Leak = { text: string; reason: string }

/** A key, or only a token of it, that was ended because it had become public: for whoever tells its owner. */
export type Leaked = { keyId: string; tokenId?: string; accountId: string; reason: string; receipt: Receipt }

/** Reports of leaked keys. */
export type Leaks = {
  /**
   * Revokes those that open a key, and ends those that are tokens: their keys go on. What is done does not depend on whether any does: one transaction, which is durable
   * when this returns. Says of each text whether it is, or ever was, one of ours. Running streams end right after.
   */
  report(leaks: readonly Leak[], actor: Actor): Promise<boolean[]>
  /** Resolves when every revocation so far has taken effect everywhere. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Longest reason that is kept with a key. */
const REASON_CHARACTERS_MAX = 500

export function createLeaks(parts: {
  database: Database
  /** Whether other nodes serve the same data. */
  isShared: boolean
  clock: Clock
  revocation: Revocation
  events: KeyEvents
  /** Called once a revocation has taken effect. */
  onLeaked: (leaked: Leaked) => void | Promise<void>
  /** Hears what went wrong after the report was answered. */
  report: (error: unknown) => void
}): Leaks {
  const { database, clock, revocation } = parts
  const settling = new Set<Promise<void>>()

  const settle = (ended: Ended): void => {
    const settled = revocation
      .announce(ended.change)
      .then(async (receipt) => parts.onLeaked({ ...ended, receipt }))
      .catch(parts.report)
      .finally(() => settling.delete(settled))
    settling.add(settled)
  }
  const flush = async (): Promise<void> => void (await Promise.all(settling))

  return {
    async report(leaks, actor) {
      const nowMs = clock.nowMs()
      const digests = leaks.map(({ text }) => digestOf(withoutRegion(text.trim())))
      const reasons = new Map(digests.map((digest, at) => [digest, leaks[at]?.reason ?? '']))
      const { known, ended } = await database.transaction(async (query) => {
        const reasonOf = (digest: string): string =>
          `leaked: ${reasons.get(digest)}`.slice(0, REASON_CHARACTERS_MAX)
        const known = new Set<string>()
        const ended: Ended[] = []
        const events = [reported(leaks.length, actor, nowMs)]
        const revoked: Revoked[] = []
        for (const { digest, keyId, retiresAtMs } of await findDigests(query, [...reasons.keys()])) {
          known.add(digest)
          // A secret that was rotated out opens nothing any more.
          if (retiresAtMs !== null && retiresAtMs <= nowMs) continue
          const reason = reasonOf(digest)
          const row = await revokeKeyRow(query, { keyId, atMs: nowMs, by: actor.name, reason })
          if (row === null) continue
          for (const type of ['key.leaked', 'key.revoked'] as const)
            await parts.events.record(query, keyEvent(type, row, nowMs, { reason }))
          const accountId = row.account_id
          events.push({
            atMs: nowMs,
            accountId,
            actor,
            action: 'key.leaked',
            target: keyId,
            details: { reason },
          })
          revoked.push({ keyId, accountId, reason })
        }
        for (const { digest, tokenId, keyId, accountId } of await findTokenDigests(query, [
          ...reasons.keys(),
        ])) {
          known.add(digest)
          if (!(await revokeTokenRow(query, tokenId, nowMs))) continue
          const reason = reasonOf(digest)
          events.push({
            atMs: nowMs,
            accountId,
            actor,
            action: 'token.leaked',
            target: tokenId,
            details: { key_id: keyId, reason },
          })
          revoked.push({ keyId, tokenId, accountId, reason })
        }
        await recordEvents(query, events)
        for (const one of revoked)
          ended.push({ ...one, change: await appendChange(query, revocationOf(one, actor, nowMs)) })
        return { known, ended }
      })
      for (const one of ended) settle(one)
      // Other nodes may believe what they remember until they have heard of it.
      if (parts.isShared) await flush()
      return digests.map((digest) => known.has(digest))
    },
    flush,
    close: flush,
  }
}

type Revoked = Omit<Leaked, 'receipt'>
type Ended = Revoked & { change: AuthorityChange }

const revocationOf = ({ keyId, tokenId, accountId }: Revoked, { name }: Actor, atMs: number) =>
  tokenId === undefined
    ? ({ change: 'key.revoked', keyId, accountId, atMs, by: name } as const)
    : ({ change: 'token.revoked', keyId, tokenId, accountId, atMs, by: name } as const)

/** Whatever was reported leaves this. */
const reported = (received: number, actor: Actor, atMs: number): NewAuditEvent => ({
  atMs,
  accountId: null,
  actor,
  action: 'leak.reported',
  target: null,
  details: { received },
})
