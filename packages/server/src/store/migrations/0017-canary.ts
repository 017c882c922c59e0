import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Where nodes reach each other, and what each of them has last seen of the others. */
export const canary: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('node').addColumn('address', 'text').execute()
    await db.schema
      .createTable('canary_round')
      .addColumn('node', 'text', (column) => column.primaryKey())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute()
  },
}
