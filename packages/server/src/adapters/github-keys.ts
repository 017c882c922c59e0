import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { GithubKeyOf } from '../keys/github-alert.ts'

/** What was read is believed for so long. GitHub rotates its keys rarely, and says both for a while. */
const FRESH_MS = 3_600_000
/** An identifier that is not known yet is asked for, but not more often than this: anybody can make one up. */
const ASKED_AGAIN_MS = 60_000
/** GitHub gives up on an alert after a while; it comes again. */
const ANSWER_MS_MAX = 5_000
/** Many times what a handful of keys needs. */
const ANSWER_BYTES_MAX = 64 * 1024

const PublicKeys = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })).max(100),
})

/** GitHub's public keys, asked for when the first alert comes, never on start. */
export function createGithubKeys({ url, clock }: { url: string; clock: Clock }): GithubKeyOf {
  let keys: ReadonlyMap<string, KeyObject> = new Map()
  let readAtMs = Number.NEGATIVE_INFINITY
  let askedAtMs = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | null = null

  const ask = (): Promise<void> => {
    askedAtMs = clock.monotonicMs()
    asking ??= readKeys(url)
      .then((read) => {
        keys = read
        readAtMs = askedAtMs
      })
      .finally(() => {
        asking = null
      })
    return asking
  }

  return async (identifier) => {
    const nowMs = clock.monotonicMs()
    const isKnown = keys.has(identifier)
    const isFresh = nowMs - readAtMs < FRESH_MS
    if (asking !== null || ((!isKnown || !isFresh) && nowMs - askedAtMs >= ASKED_AGAIN_MS)) {
      await (asking ?? ask()).catch((cause: unknown) => {
        // What was read before is still GitHub's; what was never read is nobody's.
        if (!isKnown) throw unavailable(cause)
      })
    } else if (keys.size === 0) throw unavailable('asked a moment ago')
    return keys.get(identifier) ?? null
  }
}

const unavailable = (cause: unknown): Failure =>
  new Failure('SERVICE_UNAVAILABLE', "GitHub's keys cannot be had at the moment", {
    cause,
    retryAfterS: ASKED_AGAIN_MS / 1000,
  })

async function readKeys(url: string): Promise<Map<string, KeyObject>> {
  const answer = await fetch(url, {
    headers: { accept: 'application/json', 'user-agent': 'kugelaudio-server' },
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  })
  if (!answer.ok) throw new Error(`GitHub's keys: status ${answer.status}`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.byteLength
    if (size > ANSWER_BYTES_MAX) throw new Error("GitHub's keys: the answer is too long")
    parts.push(part)
  }
  const { public_keys: listed } = PublicKeys.parse(JSON.parse(Buffer.concat(parts).toString()))
  return new Map(listed.flatMap(({ key_identifier, key }) => keyNamed(key_identifier, key)))
}

/** Only what the protocol signs with. */
function keyNamed(identifier: string, pem: string): [string, KeyObject][] {
  const key = createPublicKey(pem)
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? [[identifier, key]]
    : []
}
