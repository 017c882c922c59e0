import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Voices of one's own, and the recordings of them. */
export const voices: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('voice')
      // A number is never given twice: keys and tokens are locked to voices by it.
      .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('handle', 'text', (column) => column.notNull().unique())
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('description', 'text', (column) => column.notNull())
      .addColumn('generative_voice_description', 'text', (column) => column.notNull())
      .addColumn('category', 'text', (column) => column.notNull())
      .addColumn('sex', 'text')
      .addColumn('age', 'text')
      .addColumn('quality', 'text', (column) => column.notNull())
      .addColumn('supported_languages', 'text', (column) => column.notNull())
      .addColumn('sample_text', 'text', (column) => column.notNull())
      .addColumn('base_voice', 'text')
      .addColumn('speed', 'real', (column) => column.notNull())
      .addColumn('published_at', 'bigint')
      .addColumn('verified_at', 'bigint')
      .addColumn('sample_file', 'text')
      .addColumn('sample_bytes', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .execute()
    await db.schema.createIndex('voice_by_account').on('voice').columns(['account_id', 'number']).execute()
    await db.schema.createIndex('voice_by_verification').on('voice').column('verified_at').execute()
    await db.schema.createIndex('voice_by_sample').on('voice').column('sample_file').execute()
    await db.schema
      .createTable('voice_reference')
      .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('voice_number', 'integer', (column) => column.notNull().references('voice.number'))
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('reference_text', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull().unique())
      .addColumn('content_type', 'text', (column) => column.notNull())
      .addColumn('bytes', 'integer', (column) => column.notNull())
      .addColumn('duration_ms', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('voice_reference_by_voice')
      .on('voice_reference')
      .column('voice_number')
      .execute()
  },
}
