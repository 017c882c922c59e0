import type { Connection } from './connection.ts'
import { KugelAudioError } from './errors.ts'
import { pause } from './pause.ts'
import { decideRetry, type Failed, failedWith } from './retry.ts'

/** What a call says of itself, beside its errors. */
type Trying = Pick<Failed, 'surface' | 'idempotent'> & { signal?: AbortSignal | undefined }

/** Tries as often as is safe and allowed, with waits between. Throws what the last try came to, or the signal's reason. */
export async function tried<Value>(
  connection: Connection,
  trying: Trying,
  attempt: () => Promise<Value>,
): Promise<Value> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt()
    } catch (error) {
      await waitToTryAgain(error, { ...trying, retries }, connection)
    }
  }
}

/**
 * Resolves when it is time to try again, and says so before the wait; throws the error where that is not safe or has been
 * done often enough, or the signal's reason.
 */
export async function waitToTryAgain(
  error: unknown,
  { signal, ...trying }: Trying & Pick<Failed, 'retries'>,
  { retriesMax }: Connection,
  onRetry?: (error: KugelAudioError) => void,
): Promise<void> {
  signal?.throwIfAborted()
  if (!(error instanceof KugelAudioError)) throw error
  const failed = { ...trying, ...failedWith(error), audioArrived: error.deliveredChunks > 0 }
  const decision = decideRetry(failed, retriesMax)
  if (!decision.retry) throw error
  onRetry?.(error)
  await pause(decision.delayMs, signal)
}
