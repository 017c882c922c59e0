import { APIConnectionError, type APIError, APIStatusError, APITimeoutError } from '@livekit/agents'
import { ConnectionError, KugelAudioError, TimeoutError } from '../errors.ts'

/** Does a piece of work; its failures are those that the framework knows. `mayRepeat` says whether it may be tried again. */
export async function asApiErrors(mayRepeat: () => boolean, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    throw thrown instanceof KugelAudioError ? apiErrorOf(thrown, mayRepeat()) : thrown
  }
}

function apiErrorOf(error: KugelAudioError, mayRepeat: boolean): APIError {
  const { message, statusCode = 500, requestId = null } = error
  // What is left out is for the framework to decide.
  const options = mayRepeat ? {} : { retryable: false }
  if (error instanceof TimeoutError) return new APITimeoutError({ message, options })
  if (error instanceof ConnectionError) return new APIConnectionError({ message, options })
  return new APIStatusError({ message, options: { ...options, statusCode, requestId } })
}
