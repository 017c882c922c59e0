/** What one caller may do before it is taken for abuse. */
export type AbuseLimits = {
  /** Failed authentications of one network before it hears 429 instead of 401. */
  failuresPerMinute: number
  /** Reports of leaked keys from one network. */
  leakReportsPerMinute: number
  /** Keys of one account that are neither revoked nor expired. */
  activeKeys: number
  /** Keys that one account may make. */
  createdKeysPerMinute: number
}

export const ABUSE_LIMITS: AbuseLimits = {
  // Keys hold 238 random bits, so this is not what keeps them from being guessed. It tells a client that goes on
  // with a dead key to stop, in a way that clients understand; ten a second is more than an honest fleet behind one
  // address does by mistake.
  failuresPerMinute: 600,
  // Each is a transaction, and whoever reports need not prove anything. A report names up to a hundred keys.
  leakReportsPerMinute: 30,
  // One key for every customer's customer is plausible; more belong into tokens.
  activeKeys: 10_000,
  // A script that makes keys in a loop by mistake is stopped before anybody has to clean up after it.
  createdKeysPerMinute: 60,
}
