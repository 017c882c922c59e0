import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { PASSWORD_CHARACTERS_MAX } from '@kugelaudio/contract'
import type { RandomBytes } from '@kugelaudio/keycore'
import { Failure } from '../failure.ts'

/** OWASP's advice for scrypt: 128 MiB for one hash. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const DIGEST_BYTES = 32
const SALT_BYTES = 16
/** Bounds the memory, and leaves half of the threads to files and names. */
const HASHES_AT_A_TIME_MAX = 2
/** About ten seconds of work; whoever comes later is told to come again. */
const HASHES_WAITING_MAX = 32
/** Costs of other times that are still believed; more than this is no hash of ours. */
const N_MAX = 2 ** 20

type Cost = typeof COST
const derive = promisify<string, Uint8Array, number, Cost, Buffer>(scrypt)

/** Hashes and compares passwords, so many at a time. Both throw `SERVICE_UNAVAILABLE` when too many wait. */
export type Passwords = {
  /** What is stored of a password: `scrypt$N$r$p$salt$digest`, base64url. */
  hash(password: string): Promise<string>
  /** The same work whether or not it matches. */
  matches(password: string, hash: string): Promise<boolean>
}

/** `worked` hears of every hash that is made, for storing or for comparing; `N` replaces the work of one. */
export function createPasswords(parts: {
  randomBytes: RandomBytes
  worked?: (() => void) | undefined
  N?: number | undefined
}): Passwords {
  const ours = { ...COST, N: parts.N ?? COST.N }
  const inTurn = createTurns()
  const digestOf = (password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> =>
    inTurn(() => {
      parts.worked?.()
      return derive(password.normalize('NFC'), salt, DIGEST_BYTES, cost)
    })
  return {
    async hash(password) {
      const salt = Buffer.from(parts.randomBytes(SALT_BYTES))
      const digest = await digestOf(password, salt, ours)
      const { N, r, p } = ours
      return ['scrypt', N, r, p, salt.toString('base64url'), digest.toString('base64url')].join('$')
    },
    async matches(password, hash) {
      if ([...password].length > PASSWORD_CHARACTERS_MAX) return false
      const { cost, salt, digest } = partsOf(hash)
      return timingSafeEqual(await digestOf(password, salt, cost), digest)
    },
  }
}

function partsOf(hash: string): { cost: Cost; salt: Buffer; digest: Buffer } {
  const [kind, N, r, p, salt = '', digest = ''] = hash.split('$')
  const cost = { ...COST, N: Number(N), r: Number(r), p: Number(p) }
  const bytes = Buffer.from(digest, 'base64url')
  if (kind !== 'scrypt' || !(cost.N <= N_MAX) || bytes.length !== DIGEST_BYTES)
    throw new TypeError('This is no hash of a password')
  return { cost, salt: Buffer.from(salt, 'base64url'), digest: bytes }
}

/** So much at a time, the rest in a line that has an end. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= HASHES_AT_A_TIME_MAX) {
      if (waiting.length >= HASHES_WAITING_MAX)
        throw new Failure('SERVICE_UNAVAILABLE', 'Too many people sign in at this moment', { retryAfterS: 5 })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
