import type { Clock } from '../clock.ts'
import { networkOf } from './addresses.ts'

/** What is counted is forgotten after so long. */
const WINDOW_MS = 60_000
/** Subjects counted at a time; about 100 bytes each. Whoever commands more networks than that is not stopped by counting. */
const SUBJECTS_MAX = 100_000

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

/** Subjects that nothing is heard of are forgotten, after two windows at the latest, or when there are too many. */
export function createTally({ clock, perMinute }: { clock: Clock; perMinute: number }): Tally {
  /** Of those heard of lately, and of those before. */
  let lately = new Map<string, Window>()
  let before = lately
  let beganMs = clock.monotonicMs()
  const waitOf = ({ count, endMs }: Window, nowMs: number): number | null =>
    count <= perMinute ? null : Math.ceil((endMs - nowMs) / 1000)
  const openWindow = (subject: string, nowMs: number): Window | null => {
    const known = lately.get(subject) ?? before.get(subject)
    return known === undefined || nowMs >= known.endMs ? null : known
  }
  return {
    hit(subject) {
      const nowMs = clock.monotonicMs()
      if (nowMs - beganMs >= WINDOW_MS || lately.size >= SUBJECTS_MAX / 2) {
        before = lately
        lately = new Map()
        beganMs = nowMs
      }
      const window = openWindow(subject, nowMs) ?? { count: 0, endMs: nowMs + WINDOW_MS }
      window.count++
      lately.set(subject, window)
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
