import { FAILURES, type FailureCode } from '@kugelaudio/contract'

/** Ends a request with a public answer. What must stay private goes into `cause`, which only the log sees. */
export class Failure extends Error {
  readonly code: FailureCode
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterS: number | null

  constructor(code: FailureCode, message?: string, options: { cause?: unknown; retryAfterS?: number } = {}) {
    super(
      message ?? FAILURES[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'Failure'
    this.code = code
    this.retryAfterS = options.retryAfterS ?? null
  }
}
