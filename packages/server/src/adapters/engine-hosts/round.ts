/** Who waits for a place. */
export type Waiting = { accountId: string }

/** Whose turn it is: accounts one after the other, and within an account its jobs one after the other. */
export class Round<Job extends Waiting> {
  readonly #accounts = new Map<string, Set<Job>>()
  #size = 0

  /** How many wait. */
  get size(): number {
    return this.#size
  }

  /** Lines a job up behind the others of its account; one that waits already keeps its turn. */
  add(job: Job): void {
    const jobs = this.#accounts.get(job.accountId) ?? new Set()
    if (jobs.has(job)) return
    this.#accounts.set(job.accountId, jobs.add(job))
    this.#size += 1
  }

  /** Takes out the next job that `isEligible`; its account goes to the end of the round. */
  take(isEligible: (job: Job) => boolean): Job | null {
    for (const [accountId, jobs] of this.#accounts) {
      for (const job of jobs) {
        if (!isEligible(job)) continue
        this.delete(job)
        if (this.#accounts.delete(accountId)) this.#accounts.set(accountId, jobs)
        return job
      }
    }
    return null
  }

  /** Takes a job out, wherever it stands. */
  delete(job: Job): void {
    const jobs = this.#accounts.get(job.accountId)
    if (!jobs?.delete(job)) return
    this.#size -= 1
    if (jobs.size === 0) this.#accounts.delete(job.accountId)
  }
}
