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

/** Networks that nothing is heard of are forgotten; so is the one heard of longest ago when there are too many. */
export function createThrottle({ clock, perMinute }: { clock: Clock; perMinute: number }): Throttle {
  /** In the order in which their windows began. */
  const windows = new Map<string, { count: number; endMs: number }>()
  return {
    hit(address) {
      const nowMs = clock.monotonicMs()
      for (const [network, { endMs }] of windows) {
        if (nowMs < endMs && windows.size <= NETWORKS_MAX) break
        windows.delete(network)
      }
      const network = networkOf(address)
      const window = windows.get(network) ?? { count: 0, endMs: nowMs + WINDOW_MS }
      window.count++
      windows.set(network, window)
      return window.count <= perMinute ? null : Math.ceil((window.endMs - nowMs) / 1000)
    },
  }
}
