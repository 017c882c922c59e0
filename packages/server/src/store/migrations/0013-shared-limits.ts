import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Limits that hold over all nodes: requests in a window, and which turns share a stream. */
export const sharedLimits: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('request_window')
      .addColumn('subject', 'text', (column) => column.primaryKey())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('taken', 'bigint', (column) => column.notNull())
      .addColumn('granted', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.alterTable('usage_turn').addColumn('stream', 'text').execute()
    await db.schema.createIndex('usage_turn_by_account').on('usage_turn').column('account_id').execute()
  },
}
