import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What was spoken by the hour, and how soon it was heard; for a while. ADR 0026. */
export const usageHours: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('usage_hour')
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('hour', 'text', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('voice', 'text', (column) => column.notNull())
      .addColumn('first_audio', 'integer', (column) => column.notNull())
      .addColumn('requests', 'bigint', (column) => column.notNull())
      .addColumn('characters', 'bigint', (column) => column.notNull())
      .addColumn('audio_ms', 'bigint', (column) => column.notNull())
      .addColumn('errors', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('usage_hour_pk', [
        'account_id',
        'hour',
        'key_id',
        'model',
        'voice',
        'first_audio',
      ])
      .execute()
    await db.schema.createIndex('usage_hour_by_hour').on('usage_hour').column('hour').execute()
  },
}
