import { ConnectionError, type KugelAudioError, ProtocolError, TimeoutError } from './errors.ts'

/** What is known when something has failed and might be tried again. */
export type Failed = {
  /** `http`: a request. `turn`: speech on a socket. `open`: a socket that did not open. */
  surface: 'http' | 'turn' | 'open'
  /** HTTP status or what stands for it; undefined when nothing was answered. */
  status?: number | undefined
  /** Close code of the socket, where it closed. */
  closeCode?: number | undefined
  /** Whether it was a time limit of ours that ended it. */
  timedOut?: boolean | undefined
  /** Whether what came was none of the protocol. */
  nonsense?: boolean | undefined
  /** Whether doing it twice is as good as once: GET, PUT, DELETE, or with an idempotency key. */
  idempotent?: boolean | undefined
  /** Whether audio of the turn has arrived. */
  audioArrived?: boolean | undefined
  /** Seconds that the server asks to wait. */
  retryAfter?: number | undefined
  /** Times it has been tried again already. */
  retries: number
}

/** What is done about it: not again, or again after a time between two bounds (ms), chosen by chance. */
export type RetryDecision = { retry: false } | { retry: true; delayMs: readonly [number, number] }

const BASE_MS = 500
const DELAY_MS_MAX = 8_000
/** Who asks for a longer wait is answered to the caller, who knows better what to do meanwhile. */
const RETRY_AFTER_S_MAX = 30
/** Statuses that say "not now": nothing was done. */
const NOT_NOW = [429, 503]
/** Statuses after which something may have been done. */
const UNCLEAR = [408, 500, 502, 504]
/** What no second try changes: who is refused stays refused. */
const FINAL_CLOSES = [1002, 1003, 1007, 1008, 1009, 1010, 4000, 4001, 4003]

/** Whether to try again, and after how long. A turn of which audio has arrived is never spoken anew. */
export function decideRetry(failed: Failed, retriesMax: number): RetryDecision {
  const { retries, retryAfter } = failed
  if (retries >= retriesMax || !mayRetry(failed)) return { retry: false }
  const backOffMs = Math.min(DELAY_MS_MAX, BASE_MS * 2 ** retries)
  if (retryAfter === undefined) return { retry: true, delayMs: [backOffMs / 2, backOffMs] }
  if (retryAfter > RETRY_AFTER_S_MAX) return { retry: false }
  // Never sooner than asked, and not all callers in the same instant.
  return { retry: true, delayMs: [retryAfter * 1000, retryAfter * 1000 + backOffMs] }
}

function mayRetry(failed: Failed): boolean {
  const { surface, status, closeCode, idempotent } = failed
  if (failed.audioArrived || failed.timedOut || failed.nonsense) return false
  if (closeCode !== undefined) return !FINAL_CLOSES.includes(closeCode)
  // A request that got no answer may have been carried out.
  if (status === undefined) return surface !== 'http' || idempotent === true
  return NOT_NOW.includes(status) || (UNCLEAR.includes(status) && (surface !== 'http' || idempotent === true))
}

/** What an error says of whether to try again. */
export function failedWith(
  error: KugelAudioError,
): Pick<Failed, 'status' | 'closeCode' | 'retryAfter' | 'timedOut' | 'nonsense'> {
  // What broke on the way has a status only for the sake of its class.
  const isAnswer = !(error instanceof ConnectionError) || error.errorCode !== undefined
  return {
    status: isAnswer && error.closeCode === undefined ? error.statusCode : undefined,
    closeCode: error.closeCode,
    retryAfter: error.retryAfter,
    timedOut: error instanceof TimeoutError && !isAnswer,
    nonsense: error instanceof ProtocolError,
  }
}
