import type { AuthorityChangeKind, CanaryRound, FailureCode } from '@kugelaudio/contract'

/**
 * Hears of what is worth a figure while a server serves. Called where every request passes: each must cost next to
 * nothing, and none may throw. Nothing that it hears names a key or an account.
 */
export type Observe = {
  /** A credential was judged. */
  verified(result: 'ACCEPTED' | FailureCode): void
  /** Where a key was found, or not found. */
  lookedUp(from: 'memory' | 'database'): void
  /** A change of authority is in force on every node, so long after it was committed. */
  settled(change: AuthorityChangeKind, ms: number, streamsSevered: number): void
  /** A canary's round is over. */
  canary(round: CanaryRound): void
  /** A turn was heard for the first time, so long after it was opened. */
  firstAudio(ms: number): void
}

/** Nobody wants to know. */
export const unobserved: Observe = {
  verified: () => {},
  lookedUp: () => {},
  settled: () => {},
  canary: () => {},
  firstAudio: () => {},
}
