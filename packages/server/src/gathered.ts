import type { Cancel, Clock } from './clock.ts'

/** Writes what gathers in memory, later and together. */
export type Gathered = {
  /** Something has come: it is written after a while at the latest. */
  due(): void
  /** Writes what there is, now; resolves when it is written or has failed. */
  flush(): Promise<void>
  /** The same, for the last time. */
  close(): Promise<void>
}

/** `write` is called one at a time; what it cannot write it keeps, and is called again after the same while. */
export function createGathered(parts: {
  clock: Clock
  afterMs: number
  write: () => Promise<void>
  /** Hears what went wrong. */
  report: (error: unknown) => void
}): Gathered {
  let cancel: Cancel | null = null
  let running: Promise<void> = Promise.resolve()
  let isClosed = false
  const due = (): void => {
    if (isClosed) return
    cancel ??= parts.clock.after(parts.afterMs, () => void flush())
  }
  const flush = (): Promise<void> => {
    cancel?.()
    cancel = null
    running = running.then(parts.write).catch((error: unknown) => {
      parts.report(error)
      due()
    })
    return running
  }
  const close = (): Promise<void> => {
    isClosed = true
    return flush()
  }
  return { due, flush, close }
}
