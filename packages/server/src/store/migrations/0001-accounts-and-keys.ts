import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Accounts, their people and keys, and the log of changes of authority. */
export const accountsAndKeys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('account')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('plan', 'text', (column) => column.notNull())
      .addColumn('suspended_at', 'bigint')
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('user')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('email', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('user_password')
      .addColumn('user_id', 'text', (column) => column.primaryKey().references('user.id'))
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('member')
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('user_id', 'text', (column) => column.notNull().references('user.id'))
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('member_pk', ['account_id', 'user_id'])
      .execute()
    await db.schema
      .createTable('api_key')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('environment', 'text', (column) => column.notNull())
      .addColumn('hint', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .addColumn('revoked_by', 'text')
      .addColumn('revoked_reason', 'text')
      .execute()
    await db.schema
      .createIndex('api_key_by_account')
      .on('api_key')
      .columns(['account_id', 'created_at'])
      .execute()
    await db.schema
      .createTable('api_key_secret')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_key.id'))
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('api_key_secret_by_key').on('api_key_secret').column('key_id').execute()
    await db.schema
      .createTable('authority_log')
      .addColumn('epoch', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('change', 'text', (column) => column.notNull())
      .addColumn('key_id', 'text')
      .addColumn('account_id', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .addColumn('changed_by', 'text', (column) => column.notNull())
      .execute()
  },
}
