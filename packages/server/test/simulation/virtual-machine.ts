import type { Cancel, Clock } from '../../src/clock.ts'
import type { Dice } from './dice.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A machine in virtual time: with clocks of its own that are wrong, and that may stand still, be cut off and crash. */
export class VirtualMachine implements Clock {
  readonly #time: VirtualTime
  /** The speed of its clocks. */
  readonly #rate: number
  #wallOffsetMs: number
  /** How long its monotonic clock has stood still. */
  #suspendedMs = 0
  #stillUntilMs = 0
  #cutUntilMs = 0
  isDead = false

  constructor(time: VirtualTime, dice: Dice) {
    this.#time = time
    this.#rate = 0.98 + dice.roll() * 0.04
    this.#wallOffsetMs = (dice.roll() - 0.5) * 1_200_000
  }

  nowMs(): number {
    return this.#time.nowMs * this.#rate + this.#wallOffsetMs
  }

  monotonicMs(): number {
    return (this.#time.nowMs - this.#suspendedMs) * this.#rate
  }

  after(delayMs: number, then: () => void): Cancel {
    let isOver = false
    this.#time.after(delayMs / this.#rate, () =>
      this.arrive(() => {
        if (!isOver) then()
      }),
    )
    return () => {
      isOver = true
    }
  }

  /** Something reaches the machine: at once, when it goes on, or never. */
  arrive(run: () => void): void {
    if (this.isDead) return
    const waitMs = this.#stillUntilMs - this.#time.nowMs
    if (waitMs > 0) this.#time.after(waitMs, () => this.arrive(run))
    else run()
  }

  get isCut(): boolean {
    return this.#time.nowMs < this.#cutUntilMs
  }

  get isStill(): boolean {
    return this.#time.nowMs < this.#stillUntilMs
  }

  /** Nothing runs on it. `isSuspended`: its monotonic clock stands still too. */
  standStill(forMs: number, isSuspended: boolean): void {
    if (this.isStill) return
    this.#stillUntilMs = this.#time.nowMs + forMs
    if (isSuspended) this.#suspendedMs += forMs
  }

  cut(forMs: number): void {
    this.#cutUntilMs = this.#time.nowMs + forMs
  }

  setClock(byMs: number): void {
    this.#wallOffsetMs += byMs
  }
}
