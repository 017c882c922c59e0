import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Receipts to be shown again, and who still uses the secret before a rotation. */
export const keyActivity: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('receipt')
      .addColumn('epoch', 'bigint', (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('key_id', 'text')
      .addColumn('body', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('receipt_key').on('receipt').columns(['key_id', 'epoch']).execute()
    await db.schema
      .createTable('old_secret_use')
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('agent', 'text')
      .addColumn('last_used_at', 'bigint', (column) => column.notNull())
      .addColumn('requests', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('old_secret_use_pk', ['digest', 'address'])
      .execute()
  },
}
