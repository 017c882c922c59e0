import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Short-lived tokens of keys. */
export const tokens: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('token')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('single_use', 'integer', (column) => column.notNull())
      .addColumn('used_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('voices', 'text')
      .addColumn('models', 'text')
      .addColumn('origins', 'text')
      .addColumn('max_session_seconds', 'integer', (column) => column.notNull())
      .addColumn('max_characters', 'bigint')
      .addColumn('characters_used', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute()
    await db.schema.createIndex('token_by_key').on('token').column('key_id').execute()
    await db.schema.createIndex('token_by_end').on('token').column('expires_at').execute()
    await db.schema.alterTable('authority_log').addColumn('token_id', 'text').execute()
    await db.schema.createIndex('authority_log_by_token').on('authority_log').column('token_id').execute()
  },
}
