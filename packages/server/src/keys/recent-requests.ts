/** How finely the last minute is told: what is older than a minute by less than this may count. */
const STEP_MS = 10_000
const STEPS = 6
/** Keys that are counted before those that have been quiet are let go. */
const KEYS_SWEPT = 10_000

type Counts = { step: number; counts: number[] }

/** How many requests each key has made in the last minute, on this node. */
export class RecentRequests {
  readonly #byKey = new Map<string, Counts>()

  note(keyId: string, atMs: number): void {
    const step = Math.floor(atMs / STEP_MS)
    let known = this.#byKey.get(keyId)
    if (known === undefined) {
      if (this.#byKey.size >= KEYS_SWEPT) this.#sweep(step)
      known = { step, counts: new Array(STEPS).fill(0) }
      this.#byKey.set(keyId, known)
    }
    advance(known, step)
    const at = known.step % STEPS
    known.counts[at] = (known.counts[at] ?? 0) + 1
  }

  ofKey(keyId: string, nowMs: number): number {
    const known = this.#byKey.get(keyId)
    if (known === undefined) return 0
    advance(known, Math.floor(nowMs / STEP_MS))
    return known.counts.reduce((sum, count) => sum + count, 0)
  }

  #sweep(step: number): void {
    for (const [keyId, known] of this.#byKey) if (step - known.step >= STEPS) this.#byKey.delete(keyId)
  }
}

/** Empties the steps that have come round again. A clock that goes back changes nothing. */
function advance(known: Counts, step: number): void {
  for (let next = Math.max(known.step + 1, step - STEPS + 1); next <= step; next++)
    known.counts[next % STEPS] = 0
  if (step > known.step) known.step = step
}
