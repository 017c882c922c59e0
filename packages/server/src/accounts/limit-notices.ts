import { type KeyEvents, limitEvent } from '../keys/key-events.ts'
import type { Database } from '../store/database.ts'

/** A limit of an account (`keyId` is null) or of one of its keys, reached in a period. */
export type ReachedLimit = Parameters<typeof limitEvent>[0]

/** Tells accounts of limits that they have reached: once a period, whatever is refused afterwards. */
export type LimitNotices = {
  /** Never in the way of whoever is refused. */
  note(reached: ReachedLimit): void
  /** Resolves when all that was noted is written down. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** The period of limits that are shorter than is worth telling of: the hour, as `2030-01-31T12`, UTC. */
export const hourOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 13)

/** Limits whose events are known to be written; beyond it the database is asked again, which knows too. */
const KNOWN_MAX = 10_000

export function createLimitNotices(parts: {
  database: Database
  events: KeyEvents
  report: (error: unknown) => void
}): LimitNotices {
  const known = new Set<string>()
  const writing = new Set<Promise<void>>()
  const flush = async (): Promise<void> => void (await Promise.all(writing))
  return {
    note(reached) {
      const event = limitEvent(reached)
      if (event.once === undefined || known.has(event.once)) return
      if (known.size >= KNOWN_MAX) known.clear()
      known.add(event.once)
      const written = parts.database
        .transaction((query) => parts.events.record(query, event))
        .catch((error: unknown) => {
          known.delete(event.once ?? '')
          parts.report(error)
        })
        .finally(() => writing.delete(written))
      writing.add(written)
    },
    flush,
    close: flush,
  }
}
