import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { accountsAndKeys } from './migrations/0001-accounts-and-keys.ts'
import { keyLayer } from './migrations/0002-key-layer.ts'
import { tokens } from './migrations/0004-tokens.ts'
import { usage } from './migrations/0005-usage.ts'
import { auditAndImport } from './migrations/0006-audit-and-import.ts'
import { webhooks } from './migrations/0007-webhooks.ts'
import type { Schema } from './schema.ts'

/** In the order they are applied. Only ever add to the end: there is no way back. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-accounts-and-keys': accountsAndKeys,
  '0002-key-layer': keyLayer,
  '0004-tokens': tokens,
  '0005-usage': usage,
  '0006-audit-and-import': auditAndImport,
  '0007-webhooks': webhooks,
}

/** Brings a database up to the newest schema, whatever it has now. Returns what was applied. */
export async function migrate(db: Kysely<Schema>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).map((result) => result.migrationName)
}
