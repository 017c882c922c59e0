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

/** The right of a node to believe what it remembers, for a while. */
export class Lease {
  #renewal: Instant | null = null

  /**
   * The monotonic clock may stand still while a machine is suspended, the wall clock may be set back: whichever says
   * that more time has passed is believed.
   */
  holds(now: Instant): boolean {
    if (this.#renewal === null) return false
    const { monotonicMs, wallMs } = this.#renewal
    return Math.max(now.monotonicMs - monotonicMs, now.wallMs - wallMs) < LEASE_MS
  }

  /** Counts from before the renewal was sent: whoever granted it has not counted longer. */
  renew(sent: Instant, _answered: Instant): void {
    this.#renewal = sent
  }

  end(): void {
    this.#renewal = null
  }
}
