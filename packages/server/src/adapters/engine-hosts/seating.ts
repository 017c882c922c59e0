import { FRAME } from '@kugelaudio/engine-host/protocol'
import type { Host } from './host.ts'
import type { Job } from './job.ts'
import { Seat } from './seat.ts'

/** Who sits on a host, and how much the host owes them. */
export class Seating {
  passagesInFlight = 0
  readonly #seats = new Map<number, Seat>()
  /** Jobs that only ask whether the host is still there, and the places each of them keeps taken. */
  readonly #probes = new Map<number, number>()
  #finishesInFlight = 0
  #numbers = 0

  /** Jobs seated. */
  get size(): number {
    return this.#seats.size
  }

  /** Whether an answer is due. */
  get isOwed(): boolean {
    return this.passagesInFlight + this.#finishesInFlight > 0
  }

  /** Whether a job of this number was ever opened. */
  wasOpened(number: number): boolean {
    return number <= this.#numbers
  }

  find(number: number): Seat | null {
    return this.#seats.get(number) ?? null
  }

  /** Gives a job a seat of its own. */
  seat(job: Job, host: Host): Seat {
    this.#numbers += 1
    const seat = new Seat(job, host, this.#numbers)
    this.#seats.set(seat.number, seat)
    job.seat = seat
    return seat
  }

  /** A passage is given to the host. */
  give(seat: Seat): void {
    seat.sent += 1
    this.passagesInFlight += 1
  }

  /** The end of the seat's passages is asked for. */
  finish(seat: Seat): void {
    seat.isFinishing = true
    this.#finishesInFlight += 1
  }

  /** The job gets up; whatever it was owed is owed no more. */
  release(seat: Seat): void {
    this.#seats.delete(seat.number)
    seat.job.seat = null
    this.passagesInFlight -= seat.sent - seat.answered
    if (seat.isFinishing) this.#finishesInFlight -= 1
  }

  /** Everybody gets up. */
  clear(): Job[] {
    const seats = [...this.#seats.values()]
    for (const seat of seats) this.release(seat)
    return seats.map((seat) => seat.job)
  }

  /** Keeps the places of a job that has left, until the probe of the answered number comes back. */
  probe(places: number): number {
    this.#numbers += 1
    this.#probes.set(this.#numbers, places)
    this.passagesInFlight += places
    return this.#numbers
  }

  /** Whether a frame is the answer to a probe; its places are free then. */
  isProbeAnswered(number: number, type: number): boolean {
    const places = this.#probes.get(number)
    if (places === undefined || (type !== FRAME.done && type !== FRAME.error)) return false
    this.#probes.delete(number)
    this.passagesInFlight -= places
    return true
  }
}
