import { type Clock, systemClock } from '../../src/clock.ts'

/** The real clock, which a test may set ahead: for what happens in days, without waiting for it. */
export class TestClock implements Clock {
  #aheadMs = 0

  nowMs(): number {
    return systemClock.nowMs() + this.#aheadMs
  }

  monotonicMs(): number {
    return systemClock.monotonicMs()
  }

  after(delayMs: number, then: () => void): () => void {
    return systemClock.after(delayMs, then)
  }

  advance(ms: number): void {
    this.#aheadMs += ms
  }
}
