import { type Kysely, sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration'
import { accountsAndKeys } from './migrations/0001-accounts-and-keys.ts'
import { keyLayer } from './migrations/0002-key-layer.ts'
import { tokens } from './migrations/0004-tokens.ts'
import { usage } from './migrations/0005-usage.ts'
import { auditAndImport } from './migrations/0006-audit-and-import.ts'
import { webhooks } from './migrations/0007-webhooks.ts'
import { webhookRotation } from './migrations/0008-webhook-rotation.ts'
import { dictionaries } from './migrations/0009-dictionaries.ts'
import { people } from './migrations/0010-people.ts'
import { voices } from './migrations/0011-voices.ts'
import { nodes } from './migrations/0012-nodes.ts'
import { sharedLimits } from './migrations/0013-shared-limits.ts'
import { keyActivity } from './migrations/0014-key-activity.ts'
import { sessionTokens } from './migrations/0015-session-tokens.ts'
import { auditEnd } from './migrations/0016-audit-end.ts'
import { canary } from './migrations/0017-canary.ts'
import { rotationOverlap } from './migrations/0018-rotation-overlap.ts'
import { usageHours } from './migrations/0019-usage-hours.ts'
import type { Schema } from './schema.ts'

/** In the order they are applied. Only ever add to the end: there is no way back. What each may do says ADR 0031. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-accounts-and-keys': accountsAndKeys,
  '0002-key-layer': keyLayer,
  '0004-tokens': tokens,
  '0005-usage': usage,
  '0006-audit-and-import': auditAndImport,
  '0007-webhooks': webhooks,
  '0008-webhook-rotation': webhookRotation,
  '0009-dictionaries': dictionaries,
  '0010-people': people,
  '0011-voices': voices,
  '0012-nodes': nodes,
  '0013-shared-limits': sharedLimits,
  '0014-key-activity': keyActivity,
  '0015-session-tokens': sessionTokens,
  '0016-audit-end': auditEnd,
  '0017-canary': canary,
  '0018-rotation-overlap': rotationOverlap,
  '0019-usage-hours': usageHours,
}

/**
 * Brings a database up to the newest schema, whatever it has now. `alone` keeps others from doing the same meanwhile,
 * where the database itself does not.
 */
export async function migrate(
  db: Kysely<Schema>,
  alone: (work: (db: Kysely<Schema>) => Promise<void>) => Promise<void> = (work) => work(db),
): Promise<void> {
  if (await isNewest(db, migratorOf(db))) return
  await alone(async (held) => {
    const { error } = await migratorOf(held).migrateToLatest()
    if (error !== undefined) throw error
  })
}

const migratorOf = (db: Kysely<Schema>): Migrator =>
  new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })

/** Whether there is nothing to do: who only reads must not wait for those who write. */
async function isNewest(db: Kysely<Schema>, migrator: Migrator): Promise<boolean> {
  const known = await migrator.getMigrations()
  if (known.some(({ executedAt }) => executedAt === undefined)) return false
  const { rows } = await sql`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db)
  // More of them are those of a newer version: Kysely says so.
  return rows.length === known.length
}
