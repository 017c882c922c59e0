import type { Cancel } from '../../clock.ts'
import type { EngineHealth, EngineOffer } from '../../speech/engine.ts'
import type { ChildParts } from './child.ts'
import { Host } from './host.ts'
import type { Job } from './job.ts'
import type { Limits } from './parts.ts'

/** How often hosts are looked at. Silence is counted in ticks, so a server that stood still blames nobody. */
const TICK_MS = 1_000
/** The first restart is at once; each further one waits twice as long, up to the bound. */
const BACKOFF_MS = 250
const BACKOFF_MS_MAX = 10_000
/** A host that was ready for so long did not die of its start: the back-off begins anew. */
const STEADY_MS = 10_000
/** Starts in a row that did not get to `ready` until the engine counts as failed. */
const FAILED_STARTS_MAX = 3

/** What the fleet is made of. */
export type FleetParts = ChildParts & { hosts: number; limits: Limits }

/** What the fleet tells whoever uses it. */
export type FleetEvents = {
  /** An engine has said what it offers. */
  hello(offer: EngineOffer): void
  /** A place may be free. */
  free(): void
  /** A host is gone; it leaves these jobs behind. */
  lost(jobs: Job[], reason: string): void
  /** No host can be started. */
  failed(reason: string): void
}

/** Keeps the wanted number of hosts alive. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #events: FleetEvents
  readonly #hosts = new Set<Host>()
  /** Processes not yet gone, those killed a moment ago among them. */
  readonly #processes = new Set<Host>()
  /** Hosts that have spoken enough: each is replaced, and used until its successor is ready. */
  readonly #worn = new Set<Host>()
  #failedStarts = 0
  #restarts = 0
  #restartAtMs: number | null = null
  #reason: string | null = null
  #isClosed = false
  #cancelRestart: Cancel = () => {}
  #cancelTick: Cancel = () => {}

  constructor(parts: FleetParts, events: FleetEvents) {
    this.#parts = parts
    this.#events = events
  }

  /** Starts the hosts. */
  start(): void {
    this.#fill()
    this.#armTick()
  }

  /** Ready hosts with room for a passage, the least busy first. */
  places(): Host[] {
    const places = [...this.#hosts].filter((host) => host.hasPlace)
    return places.sort((a, b) => a.passagesInFlight - b.passagesInFlight || a.jobs - b.jobs)
  }

  /** Hosts that take new jobs. */
  get hostsReady(): number {
    return [...this.#hosts].filter((host) => host.state === 'ready').length
  }

  /** Until the next start is tried; 0 if none waits. */
  get restartInMs(): number {
    return this.#restartAtMs === null ? 0 : Math.max(0, this.#restartAtMs - this.#parts.clock.monotonicMs())
  }

  health(): Omit<EngineHealth, 'jobsWaiting'> {
    const hosts = [...this.#hosts].map((host) => {
      return { pid: host.pid, ready: host.state === 'ready', jobs: host.jobs }
    })
    if (this.#isClosed) return { state: 'failed', reason: 'The engine is closed', hosts }
    if (this.hostsReady > 0) return { state: 'ready', reason: null, hosts }
    const state = this.#failedStarts >= FAILED_STARTS_MAX ? 'failed' : 'starting'
    return { state, reason: this.#reason ?? 'The engine is starting', hosts }
  }

  /** Ends every host and waits until nothing of them is left. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelRestart()
    this.#cancelTick()
    for (const host of this.#hosts) host.close()
    await Promise.all([...this.#processes].map((host) => host.gone))
  }

  #fill(): void {
    while (!this.#isClosed && this.#restartAtMs === null && this.#fresh.length < this.#parts.hosts)
      this.#startHost()
  }

  get #fresh(): Host[] {
    return [...this.#hosts].filter((host) => !this.#worn.has(host))
  }

  #startHost(): void {
    try {
      const host = new Host(this.#parts, {
        hello: (offer) => this.#events.hello(offer),
        ready: (host) => this.#isReady(host),
        free: (host) => this.#wear(host),
        over: (host, { reason, isExpected, jobs }) => this.#over(host, reason, isExpected, jobs),
      })
      this.#hosts.add(host)
      this.#processes.add(host)
      void host.gone.then(() => this.#processes.delete(host))
    } catch (error) {
      this.#died(null, error instanceof Error ? error.message : 'The process cannot be started')
    }
  }

  #isReady(host: Host): void {
    this.#failedStarts = 0
    this.#reason = null
    this.#parts.log.info({ pid: host.pid }, 'Engine host ready')
    const successors = this.#fresh.filter((host) => host.state === 'ready')
    if (successors.length >= this.#parts.hosts) for (const worn of this.#worn) worn.retire()
    this.#events.free()
  }

  #wear(host: Host): void {
    // One at a time: two successors warming up at once would cost more than they bring.
    if (host.passagesGiven >= this.#parts.limits.passagesPerHostMax && this.#worn.size === 0) {
      this.#worn.add(host)
      this.#fill()
    }
    this.#events.free()
  }

  #over(host: Host, reason: string, isExpected: boolean, jobs: Job[]): void {
    this.#hosts.delete(host)
    this.#worn.delete(host)
    this.#events.lost(jobs, reason)
    if (!isExpected) this.#died(host, reason)
  }

  #died(host: Host | null, reason: string): void {
    const { clock, log } = this.#parts
    log.warn({ pid: host?.pid, reason }, 'Engine host died')
    this.#reason = reason
    const readySinceMs = host?.readySinceMs ?? null
    if (readySinceMs === null) this.#failedStarts += 1
    else if (clock.monotonicMs() - readySinceMs >= STEADY_MS) this.#restarts = 0
    this.#restart()
    if (this.health().state === 'failed') this.#events.failed(reason)
  }

  #restart(): void {
    if (this.#isClosed || this.#restartAtMs !== null) return
    const waitMs = this.#restarts === 0 ? 0 : Math.min(BACKOFF_MS * 2 ** (this.#restarts - 1), BACKOFF_MS_MAX)
    this.#restarts += 1
    if (waitMs > 0) {
      const { clock } = this.#parts
      this.#restartAtMs = clock.monotonicMs() + waitMs
      this.#cancelRestart = clock.after(waitMs, () => {
        this.#restartAtMs = null
        this.#fill()
      })
    }
    this.#fill()
  }

  #armTick(): void {
    this.#cancelTick = this.#parts.clock.after(TICK_MS, () => {
      this.#armTick()
      for (const host of [...this.#hosts]) host.tick(TICK_MS)
    })
  }
}
