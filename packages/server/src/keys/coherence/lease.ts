import type { Clock } from '../../clock.ts'

/** How long a node may act on what it remembers without hearing that nothing has changed. ADR 0021. */
export const LEASE_MS = 2_000
/** Three renewals may be lost before a lease is. */
export const RENEWED_EVERY_MS = 500
/**
 * How long others wait before they believe that a lease is over which they saw renewed: clocks of different machines do
 * not run equally fast, but none of them is wrong by 5 %.
 */
export const OUTLIVED_MS = LEASE_MS * 1.05

/** A moment by both clocks of a machine. */
export type Instant = { monotonicMs: number; wallMs: number }

export const instantOf = (clock: Clock): Instant => ({
  monotonicMs: clock.monotonicMs(),
  wallMs: clock.nowMs(),
})

/**
 * How far apart the clocks of a machine may come within a lease: far more than the slewing of a wall clock makes of it, far
 * less than what a pause or a wall clock that is set makes of it.
 */
const CLOCKS_APART_MS_MAX = 50

/** The right of a node to believe what it remembers, for a while. Once it is over, only a renewal makes another. */
export class Lease {
  #renewal: Instant | null = null

  holds(now: Instant): boolean {
    if (this.#renewal === null) return false
    if (isWithinLease(this.#renewal, now)) return true
    // A wall clock that is set back afterwards must not bring it back.
    this.end()
    return false
  }

  /** Since the newest renewal was sent, whether or not it still counts; null where there is none. */
  ageMs(now: Instant): number | null {
    return this.#renewal === null ? null : now.monotonicMs - this.#renewal.monotonicMs
  }

  /** Counts from before the renewal was sent: whoever granted it has not counted longer. */
  renew(sent: Instant, _answered: Instant): void {
    this.#renewal = sent
  }

  end(): void {
    this.#renewal = null
  }
}

/**
 * The monotonic clock may stand still while a machine is suspended, the wall clock may be set: where they disagree it is
 * unknown how much time has passed, and else the one that says more is believed.
 */
function isWithinLease(renewal: Instant, now: Instant): boolean {
  const monotonicMs = now.monotonicMs - renewal.monotonicMs
  const wallMs = now.wallMs - renewal.wallMs
  if (Math.abs(wallMs - monotonicMs) > CLOCKS_APART_MS_MAX) return false
  return Math.max(monotonicMs, wallMs) < LEASE_MS
}
