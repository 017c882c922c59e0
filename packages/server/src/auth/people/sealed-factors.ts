import type { Database } from '../../store/database.ts'
import { factorsNotUnder, type KeptFactor, replaceFactor } from '../../store/second-factors.ts'
import { type PeopleSecrets, versionOf } from './secrets.ts'

/** How second factors stand with the secrets of the server. */
export type SealedFactors = {
  /** Under an earlier one. */
  previous: number
  /** Under one that the server does not have: their people cannot sign in. */
  lost: number
}

/** Looked at in one piece. */
const PAGE = 200

type Parts = { database: Database; secrets: PeopleSecrets }

/** Counts those that are not under the current secret. */
export async function countSealedFactors(parts: Parts): Promise<SealedFactors> {
  const found: SealedFactors = { previous: 0, lost: 0 }
  await eachNotCurrent(parts, (_, anew) => void (anew === null ? found.lost++ : found.previous++))
  return found
}

/** Encrypts those that are under an earlier secret under the current one; returns how many it was. */
export async function resealFactors(parts: Parts): Promise<number> {
  let resealed = 0
  await eachNotCurrent(parts, async (kept, anew) => {
    // Whoever has used or changed it meanwhile is not overwritten.
    if (anew !== null && (await replaceFactor(parts.database.query, kept, anew))) resealed++
  })
  return resealed
}

type Texts = Pick<KeptFactor, 'secret' | 'backup_codes'>

/** Better Auth's encryption is loaded only where there is something that the current secret has not encrypted. */
async function eachNotCurrent(
  { database, secrets }: Parts,
  see: (kept: KeptFactor, anew: Texts | null) => void | Promise<void>,
): Promise<void> {
  const mark = `$ba$${versionOf(secrets[0])}$`
  for (let after = ''; ; ) {
    const page = await factorsNotUnder(database.query, mark, after, PAGE)
    for (const kept of page) {
      after = kept.id
      const [secret, backup_codes] = [
        await reseal(kept.secret, secrets),
        await reseal(kept.backup_codes, secrets),
      ]
      await see(kept, secret === null || backup_codes === null ? null : { secret, backup_codes })
    }
    if (page.length < PAGE) return
  }
}

/** The same under the current secret; null when no secret that the server has opens it. */
async function reseal(sealed: string, secrets: PeopleSecrets): Promise<string | null> {
  const { symmetricDecrypt, symmetricEncrypt } = await import('better-auth/crypto')
  const bare = sealed.replace(/^\$ba\$\d+\$/, '')
  for (const key of secrets) {
    const data = await symmetricDecrypt({ key, data: bare }).catch(() => null)
    if (data !== null) return await symmetricEncrypt({ key: keysOf(secrets), data })
  }
  return null
}

const keysOf = ([current]: PeopleSecrets) => ({
  keys: new Map([[versionOf(current), current]]),
  currentVersion: versionOf(current),
})
