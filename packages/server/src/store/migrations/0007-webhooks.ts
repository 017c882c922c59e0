import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Webhooks, what is on its way to them, and what has been said of keys that end. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('webhook')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('events', 'text', (column) => column.notNull())
      .addColumn('sealed_secret', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('disabled_at', 'bigint')
      .addColumn('disabled_reason', 'text')
      .addColumn('failing_since', 'bigint')
      .execute()
    await db.schema.createIndex('webhook_by_account').on('webhook').column('account_id').execute()
    await db.schema
      .createTable('webhook_delivery')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhook.id'))
      .addColumn('event_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('next_at', 'bigint')
      .addColumn('last_at', 'bigint')
      .addColumn('last_status', 'integer')
      .addColumn('last_error', 'text')
      .addColumn('last_response', 'text')
      .execute()
    await db.schema.createIndex('webhook_delivery_by_time').on('webhook_delivery').column('next_at').execute()
    await db.schema
      .createIndex('webhook_delivery_by_webhook')
      .on('webhook_delivery')
      .columns(['webhook_id', 'created_at'])
      .execute()
    await db.schema
      .createTable('event_once')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('event_once_by_time').on('event_once').column('at').execute()
    await db.schema
      .createTable('key_notice')
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('noticed_at', 'bigint', (column) => column.notNull())
      .addColumn('mail_attempts', 'integer', (column) => column.notNull())
      .addColumn('mail_next_at', 'bigint')
      .addPrimaryKeyConstraint('key_notice_pk', ['key_id', 'expires_at', 'kind'])
      .execute()
    await db.schema.createIndex('key_notice_by_mail').on('key_notice').column('mail_next_at').execute()
    await db.schema.createIndex('api_key_by_end').on('api_key').column('expires_at').execute()
  },
}
