/** What one caller may do before it is taken for abuse. */
export type AbuseLimits = {
  /** Failed authentications of one network before it hears 429 instead of 401. */
  failuresPerMinute: number
  /** Failed sign-ins of one network. */
  signInFailuresPerMinute: number
  /** Failed sign-ins with one e-mail address before whoever comes from a network that is new to it has to wait, longer with each. */
  addressFailures: number
  /** Accounts that one network may make. */
  signUpsPerMinute: number
  /** Letters that one network asks for, and links out of letters that it tries. */
  lettersPerMinute: number
  /** Steps of signing in at a provider, of one network. */
  providerStepsPerMinute: number
  /** Requests of one person who is signed in. */
  personRequestsPerMinute: number
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
  // A person mistypes a few times; an office behind one address has a few such persons. Each costs 0.3 s of a core.
  signInFailuresPerMinute: 20,
  // NIST SP 800-63B-4, section 3.2.2, wants at most a hundred before a wait. Waits grow to a quarter of an hour: 35,000
  // guesses in a year, against a password that outlasts 100 million (password-choice.ts).
  addressFailures: 10,
  // A class that signs up together is told to wait a little; each costs as much as a sign-in.
  signUpsPerMinute: 10,
  // Each may be a mail to somebody who has not asked for it.
  lettersPerMinute: 10,
  // Two a sign-in; an office that comes to work at nine. Each is a row in the database.
  providerStepsPerMinute: 120,
  // A dashboard that is left open in several tabs polls a few times a second.
  personRequestsPerMinute: 1_200,
  // Each is a transaction, and whoever reports need not prove anything. A report names up to a hundred keys.
  leakReportsPerMinute: 30,
  // One key for every customer's customer is plausible; more belong into tokens.
  activeKeys: 10_000,
  // A script that makes keys in a loop by mistake is stopped before anybody has to clean up after it.
  createdKeysPerMinute: 60,
}
