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
  beginSpan: BeginSpan
}

/**
 * Something begins that takes its time: a part of what goes on here, or of what the caller names in these headers.
 * Told of it is what the operator has chosen, or the caller among what the server offers: no text, no address, no URL.
 */
export type BeginSpan = (name: string, details: Details, callerHeaders?: CallerHeaders) => Span

export type Details = Readonly<Record<string, string | number>>

/** W3C Trace Context, section 3.2. */
export type CallerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Something that takes its time. */
export type Span = {
  /** What `act` begins is part of it, also later. */
  within<Result>(act: () => Result): Result
  event(name: string, details: Details): void
  /** It is over, and with what failure, if any. Only the first end counts. */
  end(details: Details, failure?: FailureCode | null): void
}

/** Nobody wants to know. */
export const unobserved: Observe = {
  verified: () => {},
  lookedUp: () => {},
  settled: () => {},
  canary: () => {},
  firstAudio: () => {},
  beginSpan: () => unobservedSpan,
}

const unobservedSpan: Span = { within: (act) => act(), event: () => {}, end: () => {} }
