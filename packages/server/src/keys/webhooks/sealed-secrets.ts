import type { Database } from '../../store/database.ts'
import { pageOfWebhooks, replaceSealedSecret, SEALED_COLUMNS } from '../../store/webhooks.ts'
import type { Sealing } from './sealing.ts'

/** How the kept secrets of webhooks stand with the secrets of the server. */
export type SealedSecrets = {
  /** Under the current one. */
  current: number
  /** Under an earlier one. */
  previous: number
  /** Under one that the server does not have. */
  lost: number
}

/** Looked at in one piece, so that nobody waits for it. */
const PAGE = 200

type Parts = { database: Database; sealing: Sealing }

/** Counts them. */
export async function countSealedSecrets(parts: Parts): Promise<SealedSecrets> {
  const found: SealedSecrets = { current: 0, previous: 0, lost: 0 }
  await eachSealedSecret(parts, ({ webhookId, sealed, anew }) => {
    if (anew !== null) found.previous++
    else if (parts.sealing.open(sealed, webhookId) === null) found.lost++
    else found.current++
  })
  return found
}

/** Seals what is under an earlier secret of the server under the current one; returns how many it was. */
export async function resealSecrets(parts: Parts): Promise<number> {
  let resealed = 0
  await eachSealedSecret(parts, async ({ webhookId, column, sealed, anew }) => {
    // Whoever has changed it meanwhile has sealed it under the current secret.
    if (
      anew !== null &&
      (await replaceSealedSecret(parts.database.query, { webhookId, column, sealed, anew }))
    )
      resealed++
  })
  return resealed
}

type Sealed = {
  webhookId: string
  column: (typeof SEALED_COLUMNS)[number]
  sealed: string
  /** Under the current secret; null when it is already, or cannot be read. */
  anew: string | null
}

async function eachSealedSecret(
  { database, sealing }: Parts,
  see: (sealed: Sealed) => void | Promise<void>,
): Promise<void> {
  let after = ''
  for (;;) {
    const page = await pageOfWebhooks(database.query, after, PAGE)
    for (const row of page) {
      for (const column of SEALED_COLUMNS) {
        const sealed = row[column]
        if (sealed !== null)
          await see({ webhookId: row.id, column, sealed, anew: sealing.reseal(sealed, row.id) })
      }
      after = row.id
    }
    if (page.length < PAGE) return
  }
}
