import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Dictionaries, their entries, and for each account the version of all of them. */
export const dictionaries: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('dictionary')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('language', 'text')
      .addColumn('is_active', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('dictionary_by_account').on('dictionary').column('account_id').execute()
    await db.schema
      .createTable('dictionary_entry')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('dictionary_id', 'integer', (column) => column.notNull().references('dictionary.id'))
      .addColumn('word', 'text', (column) => column.notNull())
      .addColumn('folded_word', 'text', (column) => column.notNull())
      .addColumn('replacement', 'text', (column) => column.notNull())
      .addColumn('ipa', 'text')
      .addColumn('case_sensitive', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('dictionary_entry_word', ['dictionary_id', 'word'])
      .execute()
    await db.schema
      .createTable('dictionary_version')
      .addColumn('account_id', 'text', (column) => column.primaryKey().references('account.id'))
      .addColumn('version', 'bigint', (column) => column.notNull())
      .execute()
  },
}
