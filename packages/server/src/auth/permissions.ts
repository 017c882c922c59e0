import type { Scope } from '@kugelaudio/contract'
import { judge, type Refusal } from '@kugelaudio/keycore'
import type { KeyRecord } from '../store/api-keys.ts'
import { inRanges } from './addresses.ts'

/** What a caller wants to do, and from where. */
export type Demand = {
  /** Null: what any key may do. */
  scope: Scope | null
  /** IP address of the caller; null when it is not known. */
  address: string | null
  /** The web page that asks, where a browser says so. */
  origin?: string | null
  /** What the caller says it is. */
  agent?: string | null
}

/** Why a key is refused for a demand: it is no valid key, or it is one but not for this. */
export type DemandVerdict =
  | { allowed: true; record: KeyRecord }
  | { allowed: false; invalid: true; reason: Exclude<Refusal, 'suspended'> }
  | { allowed: false; invalid: false; reason: 'suspended' | 'address' | 'origin' | 'scope' }

/** Decides whether a key, or a token of it, may open something new. Reads nothing, changes nothing. */
export function admit(found: KeyRecord | null, demand: Demand, nowMs: number): DemandVerdict {
  if (found !== null && found.token !== null && nowMs >= found.token.opensUntilMs)
    return { allowed: false, invalid: true, reason: 'expired' }
  return permit(found, demand, nowMs)
}

/** Decides whether a key may do what is demanded. Reads nothing, changes nothing. */
export function permit(found: KeyRecord | null, demand: Demand, nowMs: number): DemandVerdict {
  const verdict = judge(found, nowMs)
  if (!verdict.allowed) {
    const { reason } = verdict
    return reason === 'suspended'
      ? { allowed: false, invalid: false, reason }
      : { allowed: false, invalid: true, reason }
  }
  const { record } = verdict
  if (record.allowedIps !== null && !inRanges(demand.address, record.allowedIps)) {
    return { allowed: false, invalid: false, reason: 'address' }
  }
  const origins = record.token?.origins ?? null
  if (origins !== null && (demand.origin == null || !origins.includes(demand.origin))) {
    return { allowed: false, invalid: false, reason: 'origin' }
  }
  if (demand.scope !== null && !record.scopes.includes(demand.scope)) {
    return { allowed: false, invalid: false, reason: 'scope' }
  }
  return { allowed: true, record }
}
