import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import type { RegionWatch } from './region-watch.ts'
import type { WaysOut } from './ways-out.ts'

/** What passes requests and sockets on. */
export type Relay = { ways: WaysOut; watch: RegionWatch; open: OpenLinks; clock: Clock }

/** Something that is under way to a region. */
export type Link = {
  region: string
  /** Ends it from the region's side. */
  end(): void
  /** What something is heard on while it lives. */
  heard: readonly (Socket | null)[]
  /** Whether it can be ended at once when nothing moves on it: a socket, which the caller opens anew. */
  isSocket?: boolean
}

/** What is open, by what was last heard on it. */
export class OpenLinks {
  readonly #links = new Map<Link, { heardMs: number }>()
  readonly #clock: Clock
  #allGone: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get size(): number {
    return this.#links.size
  }

  /** Until it is disposed. */
  add(link: Link): Disposable {
    const state = { heardMs: this.#clock.monotonicMs() }
    const note = (): void => {
      state.heardMs = this.#clock.monotonicMs()
    }
    this.#links.set(link, state)
    for (const socket of link.heard) socket?.on('data', note)
    return {
      [Symbol.dispose]: () => {
        for (const socket of link.heard) socket?.off('data', note)
        this.#links.delete(link)
        if (this.#links.size === 0) this.#allGone?.()
      },
    }
  }

  /** Ends what goes to a region and on which nothing was heard since. */
  endSilent(region: string, sinceMs: number): void {
    for (const [link, { heardMs }] of this.#links)
      if (link.region === region && heardMs <= sinceMs) link.end()
  }

  /** Ends sockets on which nothing was heard for so long. */
  endQuiet(quietMs: number): void {
    const nowMs = this.#clock.monotonicMs()
    for (const [link, { heardMs }] of this.#links) if (link.isSocket && nowMs - heardMs >= quietMs) link.end()
  }

  endAll(): void {
    for (const link of this.#links.keys()) link.end()
  }

  /** Resolves when nothing is open any more. */
  async gone(): Promise<void> {
    if (this.#links.size === 0) return
    await new Promise<void>((resolve) => {
      this.#allGone = resolve
    })
  }
}
