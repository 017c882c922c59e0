import { type Cancel, type Clock, systemClock } from '../../src/clock.ts'

/** The real clock, which a test may set ahead: for what happens in days, without waiting for it. */
export class TestClock implements Clock {
  #aheadMs = 0
  /** Null while the time of day goes on. */
  #heldAtMs: number | null = null
  readonly #timers = new Set<{ delayMs: number; fire: () => void }>()
  /** Delays that `fire` alone ends. */
  readonly #heldDelaysMs = new Set<number>()
  readonly #begun = new Set<(delayMs: number) => void>()

  nowMs(): number {
    return (this.#heldAtMs ?? systemClock.nowMs()) + this.#aheadMs
  }

  monotonicMs(): number {
    return systemClock.monotonicMs()
  }

  after(delayMs: number, then: () => void): Cancel {
    const cancel = (): void => {
      stop()
      this.#timers.delete(timer)
    }
    const fire = (): void => {
      cancel()
      then()
    }
    const timer = { delayMs, fire }
    const stop = this.#heldDelaysMs.has(delayMs) ? () => {} : systemClock.after(delayMs, fire)
    this.#timers.add(timer)
    for (const hear of this.#begun) hear(delayMs)
    return cancel
  }

  /** Sets what the time of day is ahead. */
  advance(ms: number): void {
    this.#aheadMs += ms
  }

  /** Until it is disposed of, the time of day goes on by `advance` alone: nothing becomes due by itself. */
  hold(): Disposable {
    this.#heldAtMs = systemClock.nowMs()
    return {
      [Symbol.dispose]: () => {
        this.#heldAtMs = null
      },
    }
  }

  /** Until it is disposed of, whatever begins to wait for exactly so long waits for `fire`, however slow the machine. */
  holdTimers(delayMs: number): Disposable {
    this.#heldDelaysMs.add(delayMs)
    return { [Symbol.dispose]: () => this.#heldDelaysMs.delete(delayMs) }
  }

  /** Ends the wait of whatever waits for exactly so long. */
  fire(delayMs: number): void {
    for (const timer of this.#waiting(delayMs)) timer.fire()
  }

  /** Ends those waits, and resolves once whatever waited has done its round and waits for exactly so long again. */
  async round(delayMs: number): Promise<void> {
    let left = this.#waiting(delayMs).length
    if (left === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const hear = (begunMs: number): void => {
      if (begunMs === delayMs && --left === 0) resolve()
    }
    this.#begun.add(hear)
    this.fire(delayMs)
    await promise
    this.#begun.delete(hear)
  }

  #waiting(delayMs: number): { fire: () => void }[] {
    return [...this.#timers].filter((timer) => timer.delayMs === delayMs)
  }
}
