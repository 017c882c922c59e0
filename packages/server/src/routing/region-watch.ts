import { type Cancel, type Clock, elapsedMs } from '../clock.ts'
import type { Region } from '../config.ts'
import type { Log } from '../log.ts'
import type { SeenRegion } from './choice.ts'

/** What a region says when it is asked for its health: that it is well, that it is not, or nothing in time. */
export type Health = 'well' | 'ill' | 'silent'
/** Asks a region for its health; never throws. */
export type AskHealth = (region: Region) => Promise<Health>

/** How often each region is asked. */
export const ASKED_EVERY_MS = 1_000
/** So many questions in a row without any answer, and the region is gone: nobody waits for what it still owes. */
const SILENCES_MAX = 3
/** What a new round trip weighs against those before. */
const NEWEST_WEIGHS = 0.3

type Watched = SeenRegion & {
  /** When it was asked without an answer, since it last gave one. */
  silences: readonly number[]
  stop: Cancel
  asking: Promise<void> | null
}

/** Knows which regions are there, and how far away. A region that fails is left out until it answers again. */
export class RegionWatch {
  /** Called with a region that has been silent for too long, and since when, by the monotonic clock. */
  onGone: (name: string, sinceMs: number) => void = () => {}
  readonly #regions: readonly Watched[]
  readonly #ask: AskHealth
  readonly #clock: Clock
  readonly #log: Log
  #isStopped = false

  constructor(parts: { regions: readonly Region[]; ask: AskHealth; clock: Clock; log: Log }) {
    this.#ask = parts.ask
    this.#clock = parts.clock
    this.#log = parts.log
    this.#regions = parts.regions.map((region) => ({
      ...region,
      isHealthy: false,
      roundTripMs: Number.POSITIVE_INFINITY,
      silences: [],
      stop: () => {},
      asking: null,
    }))
  }

  get seen(): readonly SeenRegion[] {
    return this.#regions
  }

  /** Resolves once every region has been asked. */
  async start(): Promise<void> {
    await Promise.all(this.#regions.map((region) => this.#look(region)))
  }

  /** No connection could be made: the region is left out until it answers. */
  failed({ name }: Region): void {
    for (const region of this.#regions) if (region.name === name) this.#leaveOut(region, 'no connection')
  }

  /** Something of it has broken off: asks at once what is the matter. */
  suspect({ name }: Region): void {
    for (const region of this.#regions) if (region.name === name) void this.#look(region)
  }

  stop(): void {
    this.#isStopped = true
    for (const { stop } of this.#regions) stop()
  }

  /** One question at a time. */
  #look(region: Watched): Promise<void> {
    region.stop()
    region.asking ??= this.#hear(region).finally(() => {
      region.asking = null
      if (!this.#isStopped) region.stop = this.#clock.after(ASKED_EVERY_MS, () => void this.#look(region))
    })
    return region.asking
  }

  async #hear(region: Watched): Promise<void> {
    const startMs = this.#clock.monotonicMs()
    const health = await this.#ask(region)
    if (health === 'well') this.#takeBack(region, elapsedMs(this.#clock, startMs))
    else this.#leaveOut(region, health)
    region.silences = health === 'silent' ? [...region.silences, startMs].slice(-SILENCES_MAX) : []
    const [sinceMs] = region.silences
    if (sinceMs !== undefined && region.silences.length === SILENCES_MAX) this.onGone(region.name, sinceMs)
  }

  #takeBack(region: Watched, newestMs: number): void {
    const { roundTripMs, isHealthy, name } = region
    region.roundTripMs =
      roundTripMs === Number.POSITIVE_INFINITY
        ? newestMs
        : roundTripMs + (newestMs - roundTripMs) * NEWEST_WEIGHS
    if (isHealthy) return
    region.isHealthy = true
    this.#log.info({ region: name, ms: newestMs }, 'region is there')
  }

  #leaveOut(region: Watched, reason: string): void {
    if (!region.isHealthy) return
    region.isHealthy = false
    this.#log.warn({ region: region.name, reason }, 'region is left out')
  }
}
