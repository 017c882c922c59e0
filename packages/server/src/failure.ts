import { FAILURES, type FailureCode } from '@kugelaudio/contract'

/** Whom a failure refuses, for the audit log: the key or the person, where it is a known one, and why. */
export type Refused = { reason: string; keyId: string | null; accountId: string | null; userId?: string }

/** What a caller is answered with, whatever was thrown. */
export const codeOf = (thrown: unknown): FailureCode =>
  thrown instanceof Failure ? thrown.code : 'INTERNAL_ERROR'

/** Ends a request with a public answer. What must stay private goes into `cause`, which only the log sees. */
export class Failure extends Error {
  readonly code: FailureCode
  /** Whole seconds after which trying again makes sense. */
  readonly retryAfterS: number | null
  /** Null where nobody is refused, or nothing is known of whom. */
  readonly refused: Refused | null

  constructor(
    code: FailureCode,
    message?: string,
    options: { cause?: unknown; retryAfterS?: number; refused?: Refused } = {},
  ) {
    super(
      message ?? FAILURES[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.name = 'Failure'
    this.code = code
    this.retryAfterS = options.retryAfterS ?? null
    this.refused = options.refused ?? null
  }
}
