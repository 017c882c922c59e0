import { Failure } from '../../failure.ts'

/** Result codes of SQLite that say nothing about the statement: the machine, the disk or the file cannot do it now. */
const TROUBLE = {
  BUSY: 5,
  LOCKED: 6,
  NOMEM: 7,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  NOTADB: 26,
} as const
const CODES: ReadonlySet<number> = new Set(Object.values(TROUBLE))

/** Locks are short; what else there is takes somebody who looks at it. */
const RETRY_AFTER_S = 1

/** Whether another process holds a lock: the statement has done nothing and may be tried again. */
export const isBusy = (error: unknown): boolean => codeOf(error) === TROUBLE.BUSY

/** What SQLite has thrown, as it may leave this module: `SERVICE_UNAVAILABLE` for trouble, the rest as it is. */
export const unavailable = (error: unknown): unknown =>
  CODES.has(codeOf(error))
    ? new Failure('SERVICE_UNAVAILABLE', 'The database is not available at the moment: try again', {
        cause: error,
        retryAfterS: RETRY_AFTER_S,
      })
    : error

/** The primary code: extended ones say more in their higher bits (https://www.sqlite.org/rescode.html). */
const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
