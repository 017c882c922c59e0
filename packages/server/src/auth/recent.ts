import type { Clock } from '../clock.ts'

/** Subjects remembered at a time; about 100 bytes each. Whoever commands more networks than that is not stopped by counting. */
const SUBJECTS_MAX = 100_000

/** What is known of subjects lately: forgotten after twice `forMs` at the latest, or when there are too many. */
export class Recent<Value> {
  readonly #clock: Clock
  readonly #forMs: number
  /** Of those heard of lately, and of those before. */
  #lately = new Map<string, Value>()
  #before = this.#lately
  #beganMs: number

  constructor({ clock, forMs }: { clock: Clock; forMs: number }) {
    this.#clock = clock
    this.#forMs = forMs
    this.#beganMs = clock.monotonicMs()
  }

  get(subject: string): Value | undefined {
    return this.#lately.get(subject) ?? this.#before.get(subject)
  }

  set(subject: string, value: Value): void {
    const nowMs = this.#clock.monotonicMs()
    if (nowMs - this.#beganMs >= this.#forMs || this.#lately.size >= SUBJECTS_MAX / 2) {
      this.#before = this.#lately
      this.#lately = new Map()
      this.#beganMs = nowMs
    }
    this.#lately.set(subject, value)
  }

  forget(subject: string): void {
    this.#lately.delete(subject)
    this.#before.delete(subject)
  }
}
