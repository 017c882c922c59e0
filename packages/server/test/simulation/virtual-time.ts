import { setImmediate } from 'node:timers/promises'

type Event = { atMs: number; order: number; run: () => void }

/** Time that passes only from one event to the next; the same events come in the same order in every run. */
export class VirtualTime {
  nowMs = 0
  steps = 0
  #order = 0
  /** A heap: the earliest first. */
  readonly #events: Event[] = []

  /** Runs something after so many milliseconds. */
  after(delayMs: number, run: () => void): void {
    const event = { atMs: this.nowMs + delayMs, order: this.#order++, run }
    let at = this.#events.push(event) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#events[above]
      if (parent === undefined || !isBefore(event, parent)) break
      this.#events[at] = parent
      at = above
    }
    this.#events[at] = event
  }

  /** The next event, and all that follows from it without time passing. */
  async step(): Promise<void> {
    const next = this.#take()
    this.nowMs = next.atMs
    this.steps++
    next.run()
    await setImmediate()
  }

  #take(): Event {
    const [first] = this.#events
    const last = this.#events.pop()
    if (first === undefined || last === undefined) throw new RangeError('Nothing happens any more')
    if (first === last) return first
    let at = 0
    for (;;) {
      const left = this.#events[2 * at + 1]
      const right = this.#events[2 * at + 2]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const child = isRight ? right : left
      if (child === undefined || isBefore(last, child)) break
      this.#events[at] = child
      at = 2 * at + (isRight ? 2 : 1)
    }
    this.#events[at] = last
    return first
  }
}

const isBefore = (a: Event, b: Event): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
