import type { Clock } from '../clock.ts'
import { Recent } from './recent.ts'
import type { Tally } from './throttle.ts'

/** After the failures that are free: so long, and twice as long after each further one. */
const WAIT_MS_MIN = 60_000
/** Longer would keep a person out rather than a guesser: a guess in a quarter of an hour is 35,000 in a year. */
const WAIT_MS_MAX = 900_000
/** Failures are forgotten a day after the last. */
const REMEMBERED_MS = 86_400_000

/** Failures of a subject, each of which has to be waited for longer than the one before. */
export type GrowingWaits = Tally & {
  /** Begins anew, as after a success. */
  forget(subject: string): void
}

export function createGrowingWaits({ clock, free }: { clock: Clock; free: number }): GrowingWaits {
  const known = new Recent<Failures>({ clock, forMs: REMEMBERED_MS })
  const wait = (subject: string): number | null => {
    const leftMs = (known.get(subject)?.untilMs ?? 0) - clock.monotonicMs()
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : null
  }
  return {
    hit(subject) {
      const nowMs = clock.monotonicMs()
      const before = known.get(subject)
      const failures = before === undefined || nowMs >= before.forgottenMs ? 1 : before.count + 1
      const waitMs = failures < free ? 0 : Math.min(WAIT_MS_MIN * 2 ** (failures - free), WAIT_MS_MAX)
      known.set(subject, { count: failures, untilMs: nowMs + waitMs, forgottenMs: nowMs + REMEMBERED_MS })
      return wait(subject)
    },
    wait,
    forget: (subject) => known.forget(subject),
  }
}

type Failures = { count: number; untilMs: number; forgottenMs: number }
