import type { Cancel, Clock } from './clock.ts'
import type { Log } from './log.ts'

/** Work that is done again and again beside the requests, a bounded piece at a time. */
export type Chore = {
  name: string
  /** How long to wait between two rounds. */
  everyMs: number
  /** One round. `true`: there is more to do now. What it throws is logged, and the next round comes all the same. */
  round: () => Promise<boolean>
  /** Ends what rounds have begun and not waited for. */
  stop?: () => Promise<void>
}

/** Chores of a server, from its start to its end. */
export type Background = {
  start(): void
  /** Resolves when no round is running any more, and none will. */
  stop(): Promise<void>
}

/** Waits between the pieces of one chore, so that requests come first. */
const BREATH_MS = 20

export function createBackground(
  chores: readonly Chore[],
  { clock, log }: { clock: Clock; log: Log },
): Background {
  const timers = new Map<Chore, Cancel>()
  const running = new Map<Chore, Promise<void>>()
  let isStopped = false

  const next = (chore: Chore, delayMs: number): void => {
    if (!isStopped)
      timers.set(
        chore,
        clock.after(delayMs, () => begin(chore)),
      )
  }
  const begin = (chore: Chore): void => {
    running.set(
      chore,
      chore
        .round()
        .catch((error: unknown) => {
          log.error({ chore: chore.name, err: error }, 'a chore failed')
          return false
        })
        .then((more) => next(chore, more ? BREATH_MS : chore.everyMs)),
    )
  }

  return {
    start() {
      for (const chore of chores) next(chore, chore.everyMs)
    },
    async stop() {
      isStopped = true
      for (const cancel of timers.values()) cancel()
      await Promise.all([...running.values(), ...chores.map(({ stop }) => stop?.())])
    },
  }
}
