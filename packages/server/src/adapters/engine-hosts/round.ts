/** Who waits for a place: a job of one of an account's callers, which are its sockets and requests. */
export type Waiting = { accountId: string; caller: object }

type Callers<Job> = Map<object, Set<Job>>

/**
 * Whose turn it is: accounts one after the other, within an account its callers, and within a caller its jobs. So is
 * who gives way when there are too many: the newest job of whoever has the most.
 */
export class Round<Job extends Waiting> {
  readonly #accounts = new Map<string, Callers<Job>>()
  #size = 0

  /** How many wait. */
  get size(): number {
    return this.#size
  }

  /** Lines a job up behind the others of its caller; one that waits already keeps its turn. */
  add(job: Job): void {
    const callers = this.#accounts.get(job.accountId) ?? new Map<object, Set<Job>>()
    const jobs = callers.get(job.caller) ?? new Set()
    if (jobs.has(job)) return
    this.#accounts.set(job.accountId, callers.set(job.caller, jobs.add(job)))
    this.#size += 1
  }

  /** Takes out the next job that `isEligible`; its account and its caller go to the end of their rounds. */
  take(isEligible: (job: Job) => boolean): Job | null {
    for (const [accountId, callers] of this.#accounts) {
      for (const [caller, jobs] of callers) {
        for (const job of jobs) {
          if (!isEligible(job)) continue
          this.delete(job)
          if (callers.delete(caller)) callers.set(caller, jobs)
          if (this.#accounts.delete(accountId)) this.#accounts.set(accountId, callers)
          return job
        }
      }
    }
    return null
  }

  /** Takes a job out, wherever it stands. */
  delete(job: Job): void {
    const callers = this.#accounts.get(job.accountId)
    const jobs = callers?.get(job.caller)
    if (!jobs?.delete(job)) return
    this.#size -= 1
    if (jobs.size === 0) callers?.delete(job.caller)
    if (callers?.size === 0) this.#accounts.delete(job.accountId)
  }

  /**
   * Who gives way to a newcomer: the newest job that `mayYield` of the account with the most waiting, or else of the
   * newcomer's own account's caller with the most. Null where nobody has more than the newcomer then has: it is its own
   * fault that there is no room.
   */
  yieldingTo(newcomer: Waiting, mayYield: (job: Job) => boolean): Job | null {
    const own = this.#accounts.get(newcomer.accountId)
    const larger = largest([...this.#accounts.values()], jobsOf, jobsOf(own) + 1)
    for (const callers of larger) {
      const yielding = newest(largest([...callers.values()], sizeOf, 0), mayYield)
      if (yielding !== null) return yielding
    }
    return newest(
      largest([...(own?.values() ?? [])], sizeOf, sizeOf(own?.get(newcomer.caller)) + 1),
      mayYield,
    )
  }
}

const sizeOf = (jobs: ReadonlySet<unknown> | undefined): number => jobs?.size ?? 0

function jobsOf<Job>(callers: Callers<Job> | undefined): number {
  let size = 0
  for (const jobs of callers?.values() ?? []) size += jobs.size
  return size
}

/** Those of more than a size, the largest first. */
const largest = <Of>(all: Of[], size: (of: Of) => number, moreThan: number): Of[] =>
  all.filter((of) => size(of) > moreThan).sort((a, b) => size(b) - size(a))

function newest<Job>(lines: ReadonlySet<Job>[], mayYield: (job: Job) => boolean): Job | null {
  for (const jobs of lines) {
    const found = [...jobs].findLast(mayYield)
    if (found !== undefined) return found
  }
  return null
}
