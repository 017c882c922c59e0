import { OUTLIVED_MS } from './lease.ts'
import type { Member } from './ledger.ts'

/** How long receipts name a node that is lost. */
const NAMED_MS = 60_000

/** A member as it was read. A lost one may believe nothing that it remembers from before it was read. */
export type Observed = {
  member: Member
  isLost: boolean
  /** When its newest renewal was seen first, by the monotonic clock. */
  sinceMs: number
  /** Lost for so long that nobody wants to hear of it any more. */
  isForgotten: boolean
}

/**
 * Watches the leases of all members by the own monotonic clock alone. A lease was renewed before its renewal was seen;
 * so it is over when the same renewal is still the newest after more than a lease. Whoever renews later reads the log
 * after that, and finds in it what was committed before this was seen.
 */
export class MemberWatch {
  #seen = new Map<string, { renewal: number; sinceMs: number }>()

  /** Takes note of members as they were read. `nowMs`: when the answer was there. */
  observe(members: readonly Member[], nowMs: number): Observed[] {
    const seen = new Map<string, { renewal: number; sinceMs: number }>()
    const observed = members.map((member) => {
      const known = this.#seen.get(member.node)
      const sinceMs = known?.renewal === member.renewal ? known.sinceMs : nowMs
      seen.set(member.node, { renewal: member.renewal, sinceMs })
      const unchangedMs = nowMs - sinceMs
      return {
        member,
        isLost: member.isLost || unchangedMs >= OUTLIVED_MS,
        sinceMs,
        isForgotten: unchangedMs >= NAMED_MS,
      }
    })
    this.#seen = seen
    return observed
  }
}
