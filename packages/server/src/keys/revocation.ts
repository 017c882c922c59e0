import type { Receipt } from '@kugelaudio/contract'
import type { LeasedTable } from '@kugelaudio/keycore'
import { principalOf, refusal } from '../auth/authenticate.ts'
import type { Grant, OpenGrants } from '../auth/grants.ts'
import type { OpenSessions } from '../auth/people/session-grants.ts'
import { permit } from '../auth/permissions.ts'
import { type Clock, elapsedMs } from '../clock.ts'
import { codeOf, Failure } from '../failure.ts'
import { type Observe, unobserved } from '../observe.ts'
import { findKeyByDigest, findKeyRecord, type KeyRecord } from '../store/api-keys.ts'
import type { AuthorityChange } from '../store/authority-log.ts'
import type { Database, Query } from '../store/database.ts'
import { narrowed } from '../store/tokens.ts'
import type { ApplyChange, Cluster, Settlement, Settling } from './cluster.ts'
import { type ReceiptSigner, signReceipt } from './receipts.ts'

type ApplyParts = {
  table: LeasedTable<KeyRecord>
  grants: OpenGrants
  /** What people do in their sessions. */
  people: OpenSessions
  /** Ends what an account's limits, as they are now, leave no place for; returns how many streams. */
  enforceLimits: (accountId: string) => number
  /** Reads anew what imported keys begin with. */
  forgetPrefixes: () => void
  database: Database
  clock: Clock
}

/** On this node: forgets what a change touches, severs what may not go on, and lets the rest go on as it may now. */
export const createApplyChange =
  (parts: ApplyParts): ApplyChange =>
  async (change) => {
    const { keyId, accountId } = change
    switch (change.change) {
      case 'member.role_changed':
      case 'member.removed':
        return parts.people.severMember(
          change.userId ?? '',
          accountId,
          new Failure('UNAUTHORIZED', undefined, { cause: change.change }),
        )
    }
    // What imported keys begin with counts from the first of them until the last of them is revoked.
    if (change.change === 'key.imported' || change.change === 'key.revoked') parts.forgetPrefixes()
    if (change.change === 'key.imported') return 0
    if (keyId === null) parts.table.forgetAccount(accountId)
    else parts.table.forgetKey(keyId)
    const touched = keyId === null ? parts.grants.ofAccount(accountId) : parts.grants.ofKey(keyId)
    switch (change.change) {
      case 'key.revoked':
        return sever(touched, new Failure('UNAUTHORIZED', undefined, { cause: 'revoked' }))
      case 'token.revoked':
        return sever(
          touched.filter(({ principal }) => principal.token?.id === change.tokenId),
          new Failure('UNAUTHORIZED', undefined, { cause: 'revoked' }),
        )
      case 'account.suspended':
        return sever(touched, new Failure('FORBIDDEN', undefined, { cause: 'suspended' }))
      case 'key.changed':
      case 'key.rotated':
      case 'account.plan_changed':
      case 'account.resumed':
        // The grants first: limits are those that they are renewed with.
        return (await reconsider(parts, touched)) + parts.enforceLimits(accountId)
    }
  }

function sever(grants: Grant[], reason: Failure): number {
  for (const grant of grants) grant.sever(reason)
  return grants.length
}

/** Looks at each grant's key again, as it is now. */
async function reconsider({ database, clock }: ApplyParts, grants: Grant[]): Promise<number> {
  const records = new Map<string, KeyRecord | null>()
  let severed = 0
  for (const grant of grants) {
    let record = records.get(grant.digest)
    if (record === undefined) {
      record = await recordOf(database.query, grant)
      records.set(grant.digest, record)
    }
    const verdict = permit(record, grant.demand, clock.nowMs())
    if (verdict.allowed) grant.renew(principalOf(verdict.record))
    else severed += sever([grant], refusal(verdict, record))
  }
  return severed
}

/** A grant's key as it is now. What a token has opened goes on when the token has ended, on the same terms. */
async function recordOf(query: Query, { digest, principal }: Grant): Promise<KeyRecord | null> {
  const { token, keyId } = principal
  if (token === null) return await findKeyByDigest(query, digest)
  const key = await findKeyRecord(query, keyId)
  return key === null ? null : narrowed(key, token)
}

/** Hears how far a change has come. Must not throw. */
export type HearChange = (change: AuthorityChange, settling: Settling) => void

/** Makes a committed change take effect on every node, and proves it. */
export type Revocation = { announce(change: AuthorityChange, hear?: HearChange): Promise<Receipt> }

export function createRevocation(parts: {
  cluster: Cluster
  signer: ReceiptSigner
  clock: Clock
  /** Keeps receipts, to be shown again. */
  keep?: (receipt: Receipt) => Promise<void>
  /** Hears how long it took. */
  settled?: Observe['settled']
  beginSpan?: Observe['beginSpan']
}): Revocation {
  const { beginSpan = unobserved.beginSpan } = parts
  const settle = async (change: AuthorityChange, hear?: HearChange): Promise<Settlement> => {
    const span = beginSpan('settle', {
      'kugelaudio.change': change.change,
      'kugelaudio.epoch': change.epoch,
    })
    try {
      const startMs = parts.clock.monotonicMs()
      const settlement = await parts.cluster.settle(change, hear && ((settling) => hear(change, settling)))
      const windowMs = elapsedMs(parts.clock, startMs)
      parts.settled?.(change.change, windowMs, settlement.streamsSevered)
      span.end({
        'kugelaudio.nodes': settlement.nodes.length,
        'kugelaudio.streams_severed': settlement.streamsSevered,
        'kugelaudio.window_ms': windowMs,
      })
      return settlement
    } catch (error) {
      span.end({}, codeOf(error))
      throw error
    }
  }
  return {
    async announce(change, hear) {
      const settlement = await settle(change, hear)
      const receipt = signReceipt(
        {
          ...subjectOf(change),
          changed_at: new Date(change.atMs).toISOString(),
          settled_at: new Date(parts.clock.nowMs()).toISOString(),
          nodes: settlement.nodes,
          streams_severed: settlement.streamsSevered,
          ...(change.auditHead === undefined ? {} : { audit_head: change.auditHead }),
        },
        parts.signer,
      )
      // Done is done: who cannot look at it again later still has it here.
      await parts.keep?.(receipt).catch(() => {})
      return receipt
    },
  }
}

/** What a change is about, as its receipt says it. */
export const subjectOf = ({ change, keyId, tokenId, userId, accountId, epoch }: AuthorityChange) => ({
  change,
  key_id: keyId,
  ...(tokenId === undefined ? {} : { token_id: tokenId }),
  ...(userId === undefined ? {} : { user_id: userId }),
  account_id: accountId,
  epoch,
})
