import { Failure } from '../../failure.ts'

/** What forms may hold in memory while they come, on this server and of one account. */
const BYTES_MAX = 256 * 1024 * 1024
const ACCOUNT_BYTES_MAX = 64 * 1024 * 1024
/** A form takes a few seconds, and half a minute at most. */
const RETRY_AFTER_S = 5

/** Counts the bytes of forms that are being read or handled, so that many at a time cannot use up the memory. */
export class UploadMemory {
  #bytes = 0
  readonly #byAccount = new Map<string, number>()

  /** For one form; dispose of it when the form has been handled. */
  open(accountId: string): { take: (bytes: number) => void } & Disposable {
    let taken = 0
    return {
      take: (bytes) => {
        this.#take(accountId, bytes)
        taken += bytes
      },
      [Symbol.dispose]: () => {
        this.#giveBack(accountId, taken)
        taken = 0
      },
    }
  }

  #take(accountId: string, bytes: number): void {
    const ofAccount = this.#byAccount.get(accountId) ?? 0
    if (ofAccount + bytes > ACCOUNT_BYTES_MAX)
      throw new Failure('RATE_LIMITED', 'Too many uploads at a time', { retryAfterS: RETRY_AFTER_S })
    if (this.#bytes + bytes > BYTES_MAX)
      throw new Failure('SERVICE_UNAVAILABLE', undefined, { retryAfterS: RETRY_AFTER_S })
    this.#bytes += bytes
    this.#byAccount.set(accountId, ofAccount + bytes)
  }

  #giveBack(accountId: string, bytes: number): void {
    this.#bytes -= bytes
    const left = (this.#byAccount.get(accountId) ?? 0) - bytes
    if (left > 0) this.#byAccount.set(accountId, left)
    else this.#byAccount.delete(accountId)
  }
}
