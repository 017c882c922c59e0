import type { Job } from './job.ts'
import { ENDED_JOBS_MAX } from './limits.ts'

/** The jobs of a host, served in turn, and the numbers of those that lately ended. */
export class OpenJobs {
  #jobs = new Map<number, Job>()
  #ended = new Set<number>()

  get size(): number {
    return this.#jobs.size
  }

  add(job: Job): void {
    this.#ended.delete(job.id)
    this.#jobs.set(job.id, job)
  }

  find(id: number): Job | null {
    return this.#jobs.get(id) ?? null
  }

  /** Whether the number belonged to a job that has ended, so that commands to it are late and no mistake. */
  hasEnded(id: number): boolean {
    return this.#ended.has(id)
  }

  /** The job whose turn it is, or null if none has work. It goes to the end of the line. */
  takeNext(): Job | null {
    for (const job of this.#jobs.values()) {
      if (!job.hasWork) continue
      this.#jobs.delete(job.id)
      this.#jobs.set(job.id, job)
      return job
    }
    return null
  }

  /** Forgets a job if it has ended. */
  settle(job: Job): void {
    if (!job.ended || this.#jobs.get(job.id) !== job) return
    this.#jobs.delete(job.id)
    this.markEnded(job.id)
  }

  /** Remembers that a number was answered with an error or ended. */
  markEnded(id: number): void {
    this.#ended.add(id)
    const [oldest] = this.#ended
    if (this.#ended.size > ENDED_JOBS_MAX && oldest !== undefined) this.#ended.delete(oldest)
  }
}
