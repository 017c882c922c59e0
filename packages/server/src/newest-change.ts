import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Chore } from './background.ts'
import type { Clock } from './clock.ts'
import { hasEvent, newestEvent } from './store/audit-log.ts'
import { newestEpoch } from './store/authority-log.ts'
import type { Database } from './store/database.ts'

/** What this machine has last seen in the database, kept beside it: an older database contradicts it. */
const SeenChange = z.object({ epoch: z.int(), audit_head: z.string().nullable(), at: z.iso.datetime() })
type SeenChange = z.infer<typeof SeenChange>

const FILE = 'newest-change.json'
/** How much may be forgotten by a machine that loses its power. */
const SEEN_EVERY_MS = 60_000

type Parts = { database: Database; dataDir: string; clock: Clock }

/**
 * Says what the database has forgotten since this machine last looked at it, null where that is nothing: an older backup
 * was restored, or it is another database. Keys that were revoked meanwhile may work again.
 */
export async function forgottenSince({ database, dataDir }: Omit<Parts, 'clock'>): Promise<string | null> {
  const seen = await readSeen(dataDir)
  if (seen === null) return null
  const epoch = await newestEpoch(database.query)
  const isKnown = seen.audit_head === null || (await hasEvent(database.query, seen.audit_head))
  if (epoch >= seen.epoch && isKnown) return null
  return `the data are older than those seen here at ${seen.at} (epoch ${epoch}, then ${seen.epoch}): what was revoked since may work again. Compare receipts by "audit verify --head", revoke anew, then remove ${join(dataDir, FILE)}`
}

/** Keeps in mind what the database holds, unless it contradicts what is in mind already. */
export function seenChangeChore(parts: Parts): Chore {
  const look = async (): Promise<boolean> => {
    if ((await forgottenSince(parts)) === null) await writeSeen(parts)
    return false
  }
  return {
    name: 'newest change',
    everyMs: SEEN_EVERY_MS,
    round: look,
    stop: async () => void (await look().catch(() => {})),
  }
}

async function readSeen(dataDir: string): Promise<SeenChange | null> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return SeenChange.parse(JSON.parse(text))
  } catch {
    // Of a later version, or of nobody's.
    return null
  }
}

async function writeSeen({ database, dataDir, clock }: Parts): Promise<void> {
  const seen: SeenChange = {
    epoch: await newestEpoch(database.query),
    audit_head: (await newestEvent(database.query))?.hash ?? null,
    at: new Date(clock.nowMs()).toISOString(),
  }
  const path = join(dataDir, FILE)
  await writeFile(`${path}.part`, JSON.stringify(seen), { mode: 0o600, flush: true })
  await rename(`${path}.part`, path)
}
