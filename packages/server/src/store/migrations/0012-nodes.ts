import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Nodes that serve the same data, and what each of them has applied. */
export const nodes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('node')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('renewal', 'bigint', (column) => column.notNull())
      .addColumn('applied', 'bigint', (column) => column.notNull())
      .addColumn('lost_renewal', 'bigint')
      .execute()
    await db.schema
      .createTable('severed_streams')
      .addColumn('epoch', 'bigint', (column) => column.notNull())
      .addColumn('node', 'text', (column) => column.notNull())
      .addColumn('streams', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('severed_streams_pk', ['epoch', 'node'])
      .execute()
    // Whoever counts what a dead node has left must know which one it was.
    await db.schema.alterTable('usage_turn').addColumn('node', 'text').execute()
  },
}
