import { Failure } from '../../failure.ts'

/** What PostgreSQL says of an error (SQLSTATE), where it was PostgreSQL that said something. */
const stateOf = (error: unknown): string | null => {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : null
}

/**
 * Classes and codes of SQLSTATE (PostgreSQL manual, appendix A) that say nothing of the statement, only that it cannot
 * be asked now: connection exceptions, too many connections, operator intervention, a wait that took too long.
 */
const AWAY = [/^08/, /^53/, /^57/, /^58/, /^55P03$/, /^25P0[34]$/]

/** Names the errors of the system and of `pg` that mean there is no connection, or none any more. */
const CONNECTION_ERRORS =
  /^(E[A-Z_]+)$|connection (terminated|error|ended)|timeout|not queryable|Client was closed|after calling end/i

/** A character that PostgreSQL keeps in no text: U+0000. */
const UNKEEPABLE = '22021'

/** What the caller learns: that it may try again, where the database is away; the error itself where it is not. */
export function failureOfDatabase(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  const state = stateOf(error)
  if (state === UNKEEPABLE)
    return new Failure('VALIDATION_ERROR', 'Text must not hold the character U+0000', { cause: error })
  const isAway =
    state === null
      ? CONNECTION_ERRORS.test('code' in error ? String(error.code) : '') ||
        CONNECTION_ERRORS.test(error.message)
      : AWAY.some((pattern) => pattern.test(state))
  return isAway
    ? new Failure('SERVICE_UNAVAILABLE', 'The database is not available', { cause: error, retryAfterS: 1 })
    : error
}

/** Serialisation failures and deadlocks: nothing was done, and the same may succeed at once. */
export const isWorthRepeating = (error: unknown): boolean => /^40(001|P01)$/.test(stateOf(error) ?? '')
