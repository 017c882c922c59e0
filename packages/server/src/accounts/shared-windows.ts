import type { Clock } from '../clock.ts'
import type { TakeShare } from '../store/request-shares.ts'
import type { Counted, RequestWindows } from './request-windows.ts'

/** Subjects that a node remembers shares of; beyond it, it asks anew. */
const SUBJECTS_MAX = 100_000

type Held = { left: number; taken: number; quota: number; endsAtMs: number }

/**
 * Windows that all nodes share. A node takes some of the requests that are left at a time and counts them in memory: all
 * nodes together never let more pass than the quota, and ask the database some sixty times in a window, not each time. What
 * one holds and does not use, another may miss: a twentieth at most, and the less the fuller the window is. ADR 0022.
 */
export function sharedWindows({ takeShare, clock }: { takeShare: TakeShare; clock: Clock }): RequestWindows {
  const held = new Map<string, Held>()
  const asking = new Map<string, Promise<void>>()

  const ask = async (subject: string, quota: number): Promise<void> => {
    const { granted, taken, resetMs } = await takeShare(subject, quota)
    if (held.size >= SUBJECTS_MAX) held.clear()
    const nowMs = clock.monotonicMs()
    const before = held.get(subject)
    // What was given back while it was asked.
    const kept = before !== undefined && nowMs < before.endsAtMs ? before.left : 0
    held.set(subject, { left: granted + kept, taken, quota, endsAtMs: nowMs + resetMs })
  }
  const askOnce = (subject: string, quota: number): Promise<void> => {
    const underWay = asking.get(subject)
    if (underWay !== undefined) return underWay
    const begun = ask(subject, quota).finally(() => asking.delete(subject))
    asking.set(subject, begun)
    return begun
  }
  const counted = (share: Held, used: number): Counted => ({
    used,
    resetMs: Math.max(0, share.endsAtMs - clock.monotonicMs()),
  })

  return {
    async count(subject, quota) {
      for (;;) {
        const share = held.get(subject)
        if (share !== undefined && clock.monotonicMs() < share.endsAtMs) {
          if (share.left > 0) {
            share.left--
            return counted(share, share.taken - share.left)
          }
          // Full until the window ends, unless there is more room by now.
          if (share.taken >= share.quota && quota <= share.quota) {
            share.left--
            return counted(share, share.taken + 1)
          }
        }
        await askOnce(subject, quota)
      }
    },
    async giveBack(subject) {
      const share = held.get(subject)
      if (share !== undefined) share.left++
    },
  }
}
