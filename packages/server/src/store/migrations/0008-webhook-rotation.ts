import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The secret of a webhook before its last rotation, and until when it signs. */
export const webhookRotation: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('webhook').addColumn('old_sealed_secret', 'text').execute()
    await db.schema.alterTable('webhook').addColumn('old_ends_at', 'bigint').execute()
    await db.schema.alterTable('webhook').addColumn('rotated_at', 'bigint').execute()
  },
}
