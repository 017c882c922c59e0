/** Stops a timer that has not fired. */
export type Cancel = () => void

/** Time, as an argument. */
export type Clock = {
  /** Milliseconds since 1970, UTC. May jump. */
  nowMs(): number
  /** Milliseconds from an arbitrary start. Never goes back; may stand still while the machine is suspended. */
  monotonicMs(): number
  /** Calls `then` once, after at least `delayMs`. The timer alone does not keep the process alive. */
  after(delayMs: number, then: () => void): Cancel
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Milliseconds since a monotonic instant, to the microsecond. */
export const elapsedMs = (clock: Clock, startMs: number): number =>
  Math.round((clock.monotonicMs() - startMs) * 1000) / 1000
