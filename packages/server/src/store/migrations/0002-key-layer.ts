import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What a key may do and has done; secrets that retire; the audit log. */
export const keyLayer: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const column of ['scopes', 'allowed_ips', 'limits', 'last_used_address', 'last_used_agent']) {
      await db.schema.alterTable('api_key').addColumn(column, 'text').execute()
    }
    await db.schema.alterTable('api_key').addColumn('last_used_at', 'bigint').execute()
    await db.schema.alterTable('api_key').addColumn('rotated_at', 'bigint').execute()
    await db.schema.alterTable('api_key_secret').addColumn('hint', 'text').execute()
    await db.schema.alterTable('api_key_secret').addColumn('retires_at', 'bigint').execute()
    await db.schema.alterTable('api_key_secret').addColumn('last_used_at', 'bigint').execute()
    await db.schema
      .createTable('audit_event')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('account_id', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('target', 'text')
      .addColumn('address', 'text')
      .addColumn('agent', 'text')
      .addColumn('request_id', 'text')
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('previous', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('audit_event_by_account')
      .on('audit_event')
      .columns(['account_id', 'seq'])
      .execute()
  },
}
