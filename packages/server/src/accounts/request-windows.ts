import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'

/** Requests of a subject in its window, with the one that was just counted, and when the window ends. */
export type Counted = { used: number; resetMs: number }

/** Where requests are counted: windows that begin with their first request. */
export type RequestWindows = {
  /** Counts one request. Where more than `quota` have been used, it must be refused, and given back. */
  count(subject: string, quota: number): Promise<Counted>
  giveBack(subject: string): Promise<void>
}

/** In the memory of this process, which is alone. */
export function windowsInMemory(windowS: number): RequestWindows {
  // It only counts: the limit is what the plan and the key say at this moment.
  const windows = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowS })
  return {
    async count(subject) {
      const { consumedPoints: used, msBeforeNext: resetMs } = await windows.penalty(subject)
      return { used, resetMs }
    },
    giveBack: async (subject) => void (await windows.reward(subject)),
  }
}
