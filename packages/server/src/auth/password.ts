import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { RandomBytes } from '@kugelaudio/keycore'
import { Failure } from '../failure.ts'

/** NIST SP 800-63B-4, section 3.1.1.2: where a password is the only factor. */
const PASSWORD_CHARACTERS_MIN = 15
/** Far above the 64 that must be taken; bounds the work of hashing. */
const PASSWORD_CHARACTERS_MAX = 256

/** OWASP's advice for scrypt: 128 MiB for one hash. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const DIGEST_BYTES = 32
const SALT_BYTES = 16

const derive = promisify<string, Uint8Array, number, typeof COST, Buffer>(scrypt)

/** What is stored of a password: `scrypt$N$r$p$salt$digest`, base64url. Throws `VALIDATION_ERROR`. */
export async function hashPassword(password: string, randomBytes: RandomBytes): Promise<string> {
  const characters = [...password].length
  if (characters < PASSWORD_CHARACTERS_MIN || characters > PASSWORD_CHARACTERS_MAX) {
    throw new Failure(
      'VALIDATION_ERROR',
      `password: must have ${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters`,
    )
  }
  const salt = Buffer.from(randomBytes(SALT_BYTES))
  const digest = await derive(password.normalize('NFC'), salt, DIGEST_BYTES, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), digest.toString('base64url')].join(
    '$',
  )
}
