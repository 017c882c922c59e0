import type { Clock } from '../clock.ts'
import { networkOf } from './addresses.ts'

/** What is counted is forgotten after so long. */
const WINDOW_MS = 60_000
/** Networks counted at a time; about 100 bytes each. Whoever commands more than that is not stopped by counting. */
const NETWORKS_MAX = 100_000

/** Counts what a network does, in windows of a minute. */
export type Throttle = {
  /** Counts one more. Null while it may go on, else the whole seconds it has to wait. */
  hit(address: string | null): number | null
}

/** Networks that nothing is heard of are forgotten, after two windows at the latest, or when there are too many. */
export function createThrottle({ clock, perMinute }: { clock: Clock; perMinute: number }): Throttle {
  /** Of those heard of lately, and of those before. */
  let lately = new Map<string, { count: number; endMs: number }>()
  let before = lately
  let beganMs = clock.monotonicMs()
  return {
    hit(address) {
      const nowMs = clock.monotonicMs()
      if (nowMs - beganMs >= WINDOW_MS || lately.size >= NETWORKS_MAX / 2) {
        before = lately
        lately = new Map()
        beganMs = nowMs
      }
      const network = networkOf(address)
      const known = lately.get(network) ?? before.get(network)
      const window =
        known === undefined || nowMs >= known.endMs ? { count: 0, endMs: nowMs + WINDOW_MS } : known
      window.count++
      lately.set(network, window)
      return window.count <= perMinute ? null : Math.ceil((window.endMs - nowMs) / 1000)
    },
  }
}
