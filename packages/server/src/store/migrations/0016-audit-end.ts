import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Where the audit log ends: whoever takes away its last events has not taken this away. */
export const auditEnd: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('audit_end')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('seq', 'bigint', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute()
    await sql`insert into audit_end select 1, seq, hash from audit_event order by seq desc limit 1`.execute(
      db,
    )
  },
}
