import { createHmac } from 'node:crypto'
import type { RandomBytes } from '@kugelaudio/keycore'

/** What every secret of a webhook begins with (Standard Webhooks, "Signature scheme"). */
const SECRET_PREFIX = 'whsec_'
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32

/** Makes a secret: `whsec_` and base64. */
export const mintWebhookSecret = (randomBytes: RandomBytes): string =>
  SECRET_PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64')

/** What is signed, and when. */
export type Signed = { id: string; timestampS: number; body: string }

/** The signatures by several secrets, as one header: a receiver needs to know one of them. */
export const signaturesOf = (signed: Signed, secrets: readonly string[]): string =>
  secrets.map((secret) => signatureOf(signed, secret)).join(' ')

/** `v1,` and the HMAC-SHA256 of `id.timestamp.body`, by Standard Webhooks. */
export function signatureOf({ id, timestampS, body }: Signed, secret: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestampS}.${body}`).digest('base64')}`
}
