import { FRAME } from '@kugelaudio/engine-host/protocol'
import { Failure } from '../../failure.ts'
import type { EngineOffer } from '../../speech/engine.ts'
import { Child, type ChildParts } from './child.ts'
import { type Frame, MalformedFrame } from './frames.ts'
import type { Job } from './job.ts'
import type { Limits } from './parts.ts'
import { readError, readHello } from './payloads.ts'
import type { Seat } from './seat.ts'
import { Seating } from './seating.ts'

/** One speaking and one ready behind it, so that the engine never waits for the pipe. */
const PASSAGES_IN_FLIGHT_MAX = 2
/** A host refuses more than 256. Jobs that wait for text keep their seat, so there are more of them than speak. */
const JOBS_SEATED_MAX = 256

/** What a host tells its fleet. */
export type HostEvents = {
  hello(offer: EngineOffer): void
  ready(host: Host): void
  /** It can take one more passage. */
  free(host: Host): void
  /** It is gone; `jobs` were seated on it. */
  over(host: Host, end: { reason: string; isExpected: boolean; jobs: Job[] }): void
}

/** A process that speaks, the jobs seated on it, and what it owes them. */
export class Host {
  state: 'starting' | 'warming' | 'ready' | 'leaving' | 'over' = 'starting'
  /** When it became ready, on the monotonic clock. */
  readySinceMs: number | null = null
  /** Passages given to it since it was started. */
  passagesGiven = 0
  readonly #seating = new Seating()
  readonly #events: HostEvents
  readonly #limits: Limits
  readonly #clock: ChildParts['clock']
  readonly #child: Child
  #rate = 0
  #silentMs = 0

  constructor(parts: ChildParts & { limits: Limits }, events: HostEvents) {
    this.#events = events
    this.#limits = parts.limits
    this.#clock = parts.clock
    const frame = (frame: Frame): void => this.#read(frame)
    this.#child = new Child(parts, { frame, over: (reason) => this.#over(reason) })
  }

  get pid(): number {
    return this.#child.pid
  }

  /** Settles when nothing of the process is left. */
  get gone(): Promise<void> {
    return this.#child.gone
  }

  get jobs(): number {
    return this.#seating.size
  }

  get passagesInFlight(): number {
    return this.#seating.passagesInFlight
  }

  get takesJobs(): boolean {
    return this.state === 'ready' && this.jobs < JOBS_SEATED_MAX
  }

  get hasPlace(): boolean {
    const isUp = this.state === 'ready' || this.state === 'leaving'
    return isUp && this.passagesInFlight < PASSAGES_IN_FLIGHT_MAX
  }

  /** Speaks the job's next passage, on the seat it has or on a new one. */
  say(job: Job): void {
    const seat = job.seat ?? this.#seat(job)
    const { text, speed, leadMs, pronunciations = [] } = job.takePassage()
    const said = { cmd: 'say', job: seat.number, passage: seat.sent, text, speed, lead_ms: leadMs } as const
    this.#child.send(pronunciations.length === 0 ? said : { ...said, pronunciations: [...pronunciations] })
    this.#seating.give(seat)
    this.passagesGiven += 1
  }

  /** Tells it that the job has no more passages. */
  finish(seat: Seat): void {
    if (seat.isFinishing) return
    this.#child.send({ cmd: 'finish', job: seat.number })
    this.#seating.finish(seat)
  }

  /** Forgets a job that is over before its end; frames of it that still come are dropped. */
  drop(seat: Seat): void {
    this.#child.send({ cmd: 'cancel', job: seat.number })
    this.#release(seat)
    if (seat.sent > seat.answered && this.state === 'ready') this.#probe(seat)
  }

  /** Takes no new jobs, and ends when it has none. */
  retire(): void {
    this.state = 'leaving'
    this.#closeIfIdle()
  }

  /** Ends it, whatever it is doing. */
  close(): void {
    this.state = 'leaving'
    this.#child.leave(this.#limits.leaveMs)
  }

  /** Time passes. A host that owes something and has been silent for too long is killed. */
  tick(passedMs: number): void {
    const patienceMs = this.#patienceMs()
    this.#silentMs = patienceMs === null ? 0 : this.#silentMs + passedMs
    if (patienceMs !== null && this.#silentMs >= patienceMs) {
      this.#child.kill(`it said nothing for ${patienceMs} ms while ${this.state}`)
    }
  }

  #patienceMs(): number | null {
    if (this.state === 'starting') return this.#limits.helloMs
    if (this.state === 'warming') return this.#limits.warmUpMs
    return this.#seating.isOwed ? this.#limits.watchdogMs : null
  }

  #seat(job: Job): Seat {
    const seat = this.#seating.seat(job, this)
    this.#child.send(seat.opening)
    return seat
  }

  /**
   * A cancel is answered by nothing, and what is being spoken is spoken to its end. A job of no passages is answered
   * when that end has come; until then the places stay taken, and the watchdog watches.
   */
  #probe({ opening, sent, answered }: Seat): void {
    const job = this.#seating.probe(sent - answered)
    this.#child.send({
      cmd: 'open',
      job,
      voice: opening.voice,
      codec: 'pcm_s16le',
      sample_rate: this.#rate,
      words: false,
    })
    this.#child.send({ cmd: 'finish', job })
  }

  #release(seat: Seat): void {
    this.#seating.release(seat)
    this.#closeIfIdle()
  }

  #closeIfIdle(): void {
    if (this.state === 'leaving' && this.jobs === 0) this.close()
  }

  #over(reason: string): void {
    const isExpected = this.state === 'leaving'
    this.state = 'over'
    this.#events.over(this, { reason, isExpected, jobs: this.#seating.clear() })
  }

  #read({ job, type, payload }: Frame): void {
    this.#silentMs = 0
    const seat = this.#seating.find(job)
    if (job === 0) this.#readOwn(type, payload)
    else if (seat !== null) this.#readFor(seat, type, payload)
    else if (this.#seating.isProbeAnswered(job, type)) this.#events.free(this)
    else if (!this.#seating.wasOpened(job))
      throw new MalformedFrame(`a frame of job ${job}, which was never opened`)
  }

  #readOwn(type: number, payload: Buffer): void {
    if (type === FRAME.hello && this.state === 'starting') {
      const offer = readHello(payload)
      this.#rate = offer.sample_rate
      this.state = 'warming'
      this.#events.hello(offer)
    } else if (type === FRAME.ready && this.state === 'warming') {
      this.state = 'ready'
      this.readySinceMs = this.#clock.monotonicMs()
      this.#events.ready(this)
    } else if (type === FRAME.error) {
      this.#child.kill(readError(payload).message)
    } else if (this.state !== 'leaving') {
      throw new MalformedFrame(`a frame of type ${type} while ${this.state}`)
    }
  }

  #readFor(seat: Seat, type: number, payload: Buffer): void {
    const said = seat.read(type, payload)
    if (said instanceof Failure) {
      this.#release(seat)
      seat.job.fail(said)
      return
    }
    if (said.type === 'passage') this.#seating.passagesInFlight -= 1
    if (said.type === 'done') this.#release(seat)
    seat.job.deliver(said)
    if (said.type === 'passage') this.#events.free(this)
  }
}
