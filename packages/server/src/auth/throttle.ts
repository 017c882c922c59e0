import type { Clock } from '../clock.ts'
import { networkOf } from './addresses.ts'
import { Recent } from './recent.ts'

/** What is counted is forgotten after so long. */
const WINDOW_MS = 60_000

/** Counts what somebody does, in windows of a minute. */
export type Tally = {
  /** Counts one more. Null while it may go on, else the whole seconds it has to wait. */
  hit(subject: string): number | null
  /** Seconds it would have to wait; null while it may go on. */
  wait(subject: string): number | null
}

/** The same by the network of an address. */
export type Throttle = { hit(address: string | null): number | null }

export function createThrottle(parts: { clock: Clock; perMinute: number }): Throttle {
  const tally = createTally(parts)
  return { hit: (address) => tally.hit(networkOf(address)) }
}

export function createTally({ clock, perMinute }: { clock: Clock; perMinute: number }): Tally {
  const windows = new Recent<Window>({ clock, forMs: WINDOW_MS })
  const waitOf = ({ count, endMs }: Window, nowMs: number): number | null =>
    count <= perMinute ? null : Math.ceil((endMs - nowMs) / 1000)
  const openWindow = (subject: string, nowMs: number): Window | null => {
    const known = windows.get(subject)
    return known === undefined || nowMs >= known.endMs ? null : known
  }
  return {
    hit(subject) {
      const nowMs = clock.monotonicMs()
      const { count, endMs } = openWindow(subject, nowMs) ?? { count: 0, endMs: nowMs + WINDOW_MS }
      const window = { count: count + 1, endMs }
      windows.set(subject, window)
      return waitOf(window, nowMs)
    },
    wait(subject) {
      const nowMs = clock.monotonicMs()
      const window = openWindow(subject, nowMs)
      return window === null ? null : waitOf({ ...window, count: window.count + 1 }, nowMs)
    },
  }
}

type Window = { count: number; endMs: number }
