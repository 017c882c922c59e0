import type { Clock } from '../clock.ts'
import { createGathered } from '../gathered.ts'
import type { Database } from '../store/database.ts'
import { type KeyUse, writeUses } from '../store/key-uses.ts'
import { type OldSecretUse, writeOldUses } from '../store/old-secret-uses.ts'

/** How late a use is shown at most. A client's every call within it costs one write together. */
export const USES_WRITTEN_MS = 30_000
/** Secrets whose uses are remembered before they are written; more are written at once. About 300 bytes each. */
const USES_GATHERED_MAX = 10_000
/** While the database takes nothing, the uses heard of longest ago are given up beyond this. */
const USES_KEPT_MAX = 50_000
/** Clients on old secrets that are told apart between two writes; of more, not who they are. */
const OLD_USES_GATHERED_MAX = 1_000
/** Longest agent that is worth keeping. */
const AGENT_CHARACTERS_MAX = 200

/** When, from where and by what each secret of a key was last used, on its way into the database. */
export type LastUsed = {
  note(use: KeyUse): void
  /** Writes all that was noted, now. */
  flush(): Promise<void>
  /** The same, for the last time. */
  close(): Promise<void>
}

export function createLastUsed(parts: {
  database: Database
  clock: Clock
  report: (error: unknown) => void
}): LastUsed {
  /** By secret, the one used longest ago first. */
  let uses = new Map<string, KeyUse>()
  /** Of secrets that are being replaced, by secret and address: who has not moved on yet. */
  const oldUses = new Map<string, OldSecretUse>()

  const noteOld = ({ digest, address, agent, atMs }: KeyUse): void => {
    const name = `${digest} ${address}`
    const known = oldUses.get(name)
    if (known === undefined && oldUses.size >= OLD_USES_GATHERED_MAX) return
    oldUses.set(name, { digest, address, agent, atMs, requests: (known?.requests ?? 0) + 1 })
  }

  const writeOld = async (): Promise<void> => {
    const written = [...oldUses.values()]
    if (written.length === 0) return
    await writeOldUses(parts.database, written)
    oldUses.clear()
  }

  const write = async (): Promise<void> => {
    await writeOld()
    const written = uses
    uses = new Map()
    try {
      await writeUses(parts.database, [...written.values()])
    } catch (error) {
      // What was used meanwhile is newer.
      for (const [digest, use] of uses) {
        written.delete(digest)
        written.set(digest, use)
      }
      uses = written
      for (const digest of uses.keys()) {
        if (uses.size <= USES_KEPT_MAX) break
        uses.delete(digest)
      }
      throw error
    }
  }
  const gathered = createGathered({ ...parts, afterMs: USES_WRITTEN_MS, write })

  return {
    note(use) {
      uses.delete(use.digest)
      const short = { ...use, agent: use.agent?.slice(0, AGENT_CHARACTERS_MAX) ?? null }
      uses.set(use.digest, short)
      if (use.isOld) noteOld(short)
      gathered.due()
      if (uses.size === USES_GATHERED_MAX) void gathered.flush()
    },
    flush: gathered.flush,
    close: gathered.close,
  }
}
