import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { RandomBytes } from '@kugelaudio/keycore'
import type { Secrets } from '../../secret.ts'

/** NIST SP 800-38D: 96 bits, never twice under a key. Random ones do for far more secrets than there will be. */
const IV_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'v1'

/** Keeps secrets that the server must be able to read again: AES-256-GCM, by a key that follows from its own secret. */
export type Sealing = {
  /** `owner`: what the secret belongs to. Sealed for one owner it does not open for another. */
  seal(secret: string, owner: string): string
  /** Null when it was sealed under a secret that the server does not have, for another owner, or was changed. */
  open(sealed: string, owner: string): string | null
  /** The same sealed under the current secret; null when it is already, or does not open. */
  reseal(sealed: string, owner: string): string | null
}

export function createSealing(secrets: Secrets, randomBytes: RandomBytes): Sealing {
  const current = keyFrom(secrets.current)
  const previous = secrets.previous.map(keyFrom)
  const openWith = (keys: readonly Uint8Array[], sealed: string, owner: string): string | null => {
    for (const key of keys) {
      const secret = opened(key, sealed, owner)
      if (secret !== null) return secret
    }
    return null
  }
  const seal = (secret: string, owner: string): string => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(owner))
    const sealed = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `${VERSION}.${sealed.toString('base64url')}`
  }
  return {
    seal,
    open: (sealed, owner) => openWith([current, ...previous], sealed, owner),
    reseal(sealed, owner) {
      if (opened(current, sealed, owner) !== null) return null
      const secret = openWith(previous, sealed, owner)
      return secret === null ? null : seal(secret, owner)
    },
  }
}

const keyFrom = (serverSecret: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', serverSecret, '', 'kugelaudio webhook secrets aes-256-gcm', 32))

function opened(key: Uint8Array, text: string, owner: string): string | null {
  const [version, sealed = ''] = text.split('.')
  const bytes = Buffer.from(sealed, 'base64url')
  if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) return null
  const end = bytes.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(end))
  try {
    return decipher.update(bytes.subarray(IV_BYTES, end), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}
