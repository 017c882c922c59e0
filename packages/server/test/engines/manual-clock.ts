import type { Clock } from '../../src/clock.ts'

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
  #nowMs = 0
  readonly #timers = new Set<{ atMs: number; then: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, then: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, then }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that have not fired. */
  get timers(): number {
    return this.#timers.size
  }

  /** Lets time pass; what becomes due fires in order. */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const [due] = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)
      if (due === undefined) break
      this.#timers.delete(due)
      this.#nowMs = due.atMs
      due.then()
    }
    this.#nowMs = endMs
  }
}
