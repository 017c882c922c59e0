import { type KeyObject, verify } from 'node:crypto'
import type { GithubAlert } from '@kugelaudio/contract'
import type { Leak } from './leaks.ts'

/** The key that GitHub signs alerts with, by its identifier; null when GitHub names no such key. */
export type GithubKeyOf = (identifier: string) => Promise<KeyObject | null>

/** Longer than any ECDSA signature over P-256 in base64. */
const SIGNATURE_CHARACTERS_MAX = 200
const IDENTIFIER_CHARACTERS_MAX = 200

/**
 * Whether GitHub has sent exactly these bytes: ECDSA over P-256 with SHA-256, base64 of the DER form (GitHub Docs,
 * "Secret scanning partner program").
 */
export async function isFromGithub(
  bytes: Uint8Array,
  { identifier, signature }: { identifier: string | null; signature: string | null },
  keyOf: GithubKeyOf,
): Promise<boolean> {
  if (identifier === null || signature === null) return false
  if (identifier.length > IDENTIFIER_CHARACTERS_MAX || signature.length > SIGNATURE_CHARACTERS_MAX)
    return false
  const key = await keyOf(identifier)
  return key !== null && verify('sha256', bytes, key, Buffer.from(signature, 'base64'))
}

/** What an alert says has leaked, and where it was found. */
export const leaksOf = (alert: GithubAlert): Leak[] =>
  alert.map(({ token, url, source }) => ({
    text: token,
    reason: ['found by GitHub', source ?? '', url ?? ''].filter((part) => part !== '').join(' '),
  }))
