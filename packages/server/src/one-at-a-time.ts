/**
 * Runs work one at a time, and for nobody work that began before it was asked for: who comes while it runs shares the
 * next run with all others who do.
 */
export function oneAtATime<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Result> | null = null
  return () => {
    next ??= running
      .catch(() => {})
      .then(() => {
        const run = work()
        running = run
        next = null
        return run
      })
    return next
  }
}
