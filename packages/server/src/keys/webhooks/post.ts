/** A message for somebody else's server. */
export type OutgoingMessage = { url: string; headers: Record<string, string>; body: string }

/** How it went: an answer, whatever it says, or none. */
export type PostOutcome =
  | { kind: 'answered'; status: number; response: string }
  /** `reason` is for the owner of the webhook to read. */
  | { kind: 'failed'; reason: string }

/** Sends a message to the address that was checked, and to no other. Follows no redirect. Never throws. */
export type Post = (message: OutgoingMessage, signal: AbortSignal) => Promise<PostOutcome>
