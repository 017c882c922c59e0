import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../../secret.ts'

/** A secret of its own for people, so that nothing signed for one purpose is believed for another. */
export const peopleSecret = (serverSecret: string): string =>
  Buffer.from(hkdfSync('sha256', serverSecret, '', 'kugelaudio people', 32)).toString('base64url')

/** What follows for people from the server's secrets: the current one, then those that were used before it. */
export type PeopleSecrets = readonly [current: string, ...previous: string[]]

export const peopleSecrets = ({ current, previous }: Secrets): PeopleSecrets => [
  peopleSecret(current),
  ...previous.map(peopleSecret),
]

/**
 * What a secret is called in what was encrypted under it: a number that follows from it, so that it is the same on every
 * node, whatever secrets come and go.
 */
export const versionOf = (secret: string): number =>
  Buffer.from(hash('sha256', `version of ${secret}`, 'buffer')).readUIntBE(0, 6)

/** The same signature that Better Auth gives its cookies: HMAC-SHA256 in base64. */
export const signatureOf = (value: string, secret: string): string =>
  createHmac('sha256', secret).update(value).digest('base64')

export function isSignature(presented: string, value: string, secret: string): boolean {
  const [left, right] = [Buffer.from(presented), Buffer.from(signatureOf(value, secret))]
  return left.length === right.length && timingSafeEqual(left, right)
}
