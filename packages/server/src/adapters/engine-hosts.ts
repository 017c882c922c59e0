import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Engine, EngineHealth, EngineOffer, JobOwner, JobSettings, Passage } from '../speech/engine.ts'
import { Fleet } from './engine-hosts/fleet.ts'
import { type Desk, Job } from './engine-hosts/job.ts'
import { type Limits, type Log, limitsFor } from './engine-hosts/parts.ts'
import { Round } from './engine-hosts/round.ts'

/** Longer than this nobody should be told to wait: by then the queue looks different anyway. */
const RETRY_AFTER_S_MAX = 60
/** How much the last job counts in the mean cost of a job. */
const JOB_WEIGHT = 0.2

/** What the hosts are made of. */
export type EngineHostsParts = {
  /** Program and arguments of a host; null when no engine is installed. */
  command: string[] | null
  /** Why there is none, in words the operator can act on. */
  missing?: string
  /** Processes to keep, one per core. */
  hosts: number
  /** All that a host sees of the server's environment. */
  environment?: Record<string, string>
  clock: Clock
  log: Log
  limits?: Partial<Limits>
}

/** The engine behind child processes that speak the pipe protocol. Starts them at once. */
export function createEngineHosts(parts: EngineHostsParts): Engine {
  const { command, missing = 'No speech engine is installed' } = parts
  return command === null || command.length === 0
    ? new MissingEngine(missing)
    : new EngineHosts(parts, command)
}

class EngineHosts implements Engine, Desk {
  readonly #fleet: Fleet
  readonly #limits: Limits
  readonly #jobs = new Set<Job>()
  readonly #round = new Round<Job>()
  #offer: EngineOffer | null = null
  #offersWanted: PromiseWithResolvers<EngineOffer>[] = []
  #jobMs = 0
  #isResting = false

  constructor(parts: EngineHostsParts, command: string[]) {
    const { hosts, clock, log, environment = {} } = parts
    this.#limits = { ...limitsFor(hosts), ...parts.limits }
    this.#fleet = new Fleet(
      { command, environment, hosts, clock, log, limits: this.#limits },
      {
        free: () => this.#dispatch(),
        hello: (offer) => this.#learn(offer),
        failed: (reason) => this.#failWaiting(reason),
        lost: (jobs, reason) => this.#lose(jobs, reason),
      },
    )
    this.#fleet.start()
  }

  async offer(): Promise<EngineOffer> {
    if (this.#offer !== null) return this.#offer
    this.#refuseIfFailed()
    const wanted = Promise.withResolvers<EngineOffer>()
    this.#offersWanted.push(wanted)
    return wanted.promise
  }

  admit(owner: JobOwner): void {
    this.#refuseIfFailed()
    if (this.#isFull && this.#yieldingTo(owner) === null) throw this.#full()
  }

  speak(passages: AsyncIterable<Passage>, settings: JobSettings, signal: AbortSignal): Job {
    return new Job(this, passages, settings, signal)
  }

  health(): EngineHealth {
    return { ...this.#fleet.health(), jobsWaiting: this.#round.size }
  }

  rest(): void {
    this.#isResting = true
    for (const job of [...this.#jobs]) {
      this.#round.delete(job)
      job.finishWith(restarting())
    }
  }

  async close(): Promise<void> {
    const closed = this.#fleet.close()
    this.#failWaiting('The engine is closed')
    for (const job of [...this.#jobs]) job.fail(unavailable('The engine is closed'))
    await closed
  }

  enters(job: Job): void {
    this.#refuseIfFailed()
    this.#jobs.add(job)
  }

  waits(job: Job): void {
    if (!job.isAdmitted) this.#admit(job)
    this.#round.add(job)
    this.#dispatch()
  }

  finishes(job: Job): void {
    if (job.seat === null) job.deliver({ type: 'done', samples: 0, audioMs: 0 })
    else job.seat.host.finish(job.seat)
  }

  leaves(job: Job): void {
    if (!this.#jobs.delete(job)) return
    this.#round.delete(job)
    if (job.genMs > 0) this.#jobMs += (job.genMs - this.#jobMs) * (this.#jobMs === 0 ? 1 : JOB_WEIGHT)
    if (job.seat !== null) job.seat.host.drop(job.seat)
    this.#dispatch()
  }

  /** Gives waiting passages to free places until one of them has run out. */
  #dispatch(): void {
    while (this.#round.size > 0) {
      const isSaid = this.#fleet.places().some((host) => {
        const job = this.#round.take(({ seat }) =>
          seat === null ? host.state === 'ready' : seat.host === host,
        )
        if (job === null) return false
        host.say(job)
        job.advance()
        return true
      })
      if (!isSaid) return
    }
  }

  #learn(offer: EngineOffer): void {
    this.#offer = offer
    for (const wanted of this.#offersWanted.splice(0)) wanted.resolve(offer)
  }

  #lose(jobs: Job[], reason: string): void {
    for (const job of jobs) job.lose(reason)
    this.#dispatch()
  }

  /** A job is bound by the queue until it has begun: text that comes later is never turned away. */
  #admit(job: Job): void {
    this.#refuseIfFailed()
    if (this.#isFull) {
      const yielding = this.#yieldingTo(job)
      if (yielding === null) throw this.#full()
      yielding.fail(this.#full())
    }
    job.isAdmitted = true
  }

  get #isFull(): boolean {
    return this.#round.size >= this.#limits.jobsWaitingMax
  }

  #yieldingTo(owner: JobOwner): Job | null {
    return this.#round.yieldingTo(owner, (job) => !job.isBegun)
  }

  #full(): Failure {
    return new Failure('MODEL_UNAVAILABLE', undefined, { retryAfterS: this.#retryAfterS() })
  }

  /** Nothing can be spoken for a while: nobody is left waiting for it. */
  #failWaiting(reason: string): void {
    for (const wanted of this.#offersWanted.splice(0)) wanted.reject(unavailable(reason))
    for (const job of [...this.#jobs]) if (job.seat === null && job.isAdmitted) job.fail(unavailable(reason))
  }

  #refuseIfFailed(): void {
    if (this.#isResting) throw restarting()
    const { state, reason } = this.#fleet.health()
    if (state === 'failed') throw unavailable(reason, Math.ceil(this.#fleet.restartInMs / 1_000))
  }

  /** How long the jobs that wait will take, at the speed the last ones had. */
  #retryAfterS(): number {
    const waitS = (this.#round.size * this.#jobMs) / Math.max(1, this.#fleet.hostsReady) / 1_000
    return Math.min(RETRY_AFTER_S_MAX, Math.max(1, Math.ceil(waitS)))
  }
}

/** Stands where no engine is installed. */
class MissingEngine implements Engine {
  readonly #reason: string

  constructor(reason: string) {
    this.#reason = reason
  }

  async offer(): Promise<EngineOffer> {
    throw new Failure('MODEL_UNAVAILABLE', this.#reason)
  }

  admit(): void {
    throw new Failure('MODEL_UNAVAILABLE', this.#reason)
  }

  speak(): never {
    throw new Failure('MODEL_UNAVAILABLE', this.#reason)
  }

  health(): EngineHealth {
    return { state: 'missing', reason: this.#reason, hosts: [], jobsWaiting: 0 }
  }

  rest(): void {}

  async close(): Promise<void> {}
}

/** To be tried again at once: where the server restarts, another one is there or will be. */
const restarting = (): Failure => new Failure('SERVICE_UNAVAILABLE', 'Restarting', { retryAfterS: 1 })

/** Reasons name files and crashes of this machine: they are for the log and `health()`, not for the public. */
const unavailable = (reason: string | null, retryAfterS = 1): Failure =>
  new Failure('MODEL_UNAVAILABLE', undefined, { cause: reason, retryAfterS: Math.max(1, retryAfterS) })
