import { TimeoutError } from './errors.ts'

/** Does something when a signal comes; returns what takes that back. */
export function whenAborted(signal: AbortSignal | undefined, act: () => void): () => void {
  signal?.addEventListener('abort', act, { once: true })
  return () => signal?.removeEventListener('abort', act)
}

/** Waits for a time between two bounds (ms), by chance; throws the signal's reason when that comes first. */
export async function pause(
  [leastMs, mostMs]: readonly [number, number],
  signal?: AbortSignal,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, leastMs + Math.random() * (mostMs - leastMs))
  })
  try {
    await unlessAborted(wait, signal)
  } finally {
    clearTimeout(timer)
  }
}

/** What a wait comes to, unless the signal comes first; then its reason is thrown. */
export async function unlessAborted<Value>(wait: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  signal?.throwIfAborted()
  return unless(wait, (fail) => whenAborted(signal, () => fail(signal?.reason)))
}

/** What a wait comes to within a time (ms); throws `TimeoutError` after it. */
export const within = <Value>(ms: number, what: string, wait: Promise<Value>): Promise<Value> =>
  unless(wait, (fail) => {
    const timer = setTimeout(() => fail(timedOut(what, ms)), ms)
    return () => clearTimeout(timer)
  })

/** What a wait comes to, unless something else makes it fail; `watch` returns what ends the watching. */
async function unless<Value>(
  wait: Promise<Value>,
  watch: (fail: (reason: unknown) => void) => () => void,
): Promise<Value> {
  let stop = (): void => {}
  const other = new Promise<never>((_, reject) => {
    stop = watch(reject)
  })
  try {
    return await Promise.race([wait, other])
  } finally {
    stop()
  }
}

/** The error for what took longer than it may. */
export const timedOut = (what: string, ms: number): TimeoutError =>
  new TimeoutError(`${what} within ${ms} ms`, { statusCode: 503 })
