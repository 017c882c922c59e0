import { TimeoutError } from './errors.ts'

/** Waits for a time between two bounds (ms), by chance; throws the signal's reason when that comes first. */
export function pause([leastMs, mostMs]: readonly [number, number], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(done, leastMs + Math.random() * (mostMs - leastMs))
    signal?.addEventListener('abort', aborted, { once: true })
    function done(): void {
      signal?.removeEventListener('abort', aborted)
      resolve()
    }
    function aborted(): void {
      clearTimeout(timer)
      reject(signal?.reason)
    }
  })
}

/** What a wait comes to, unless the signal comes first; then its reason is thrown. */
export async function unlessAborted<Value>(wait: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (signal === undefined) return wait
  signal.throwIfAborted()
  let aborted = (): void => {}
  const abort = new Promise<never>((_, reject) => {
    aborted = () => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
  })
  try {
    return await Promise.race([wait, abort])
  } finally {
    signal.removeEventListener('abort', aborted)
  }
}

/** What a wait comes to within a time (ms); throws `TimeoutError` after it. */
export async function within<Value>(ms: number, what: string, wait: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(what, ms)), ms)
  })
  try {
    return await Promise.race([wait, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The error for what took longer than it may. */
export const timedOut = (what: string, ms: number): TimeoutError =>
  new TimeoutError(`${what} within ${ms} ms`, { statusCode: 503 })
