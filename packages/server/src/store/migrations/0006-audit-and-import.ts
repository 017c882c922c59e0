import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** A chain of audit events for each account beside the one of the server; keys that were made elsewhere. */
export const auditAndImport: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('audit_event').addColumn('account_previous', 'text').execute()
    await db.schema.alterTable('authority_log').addColumn('audit_head', 'text').execute()
    await db.schema.alterTable('api_key').addColumn('imported_at', 'bigint').execute()
    await db.schema
      .createTable('foreign_prefix')
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('prefix', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('foreign_prefix_pk', ['account_id', 'prefix'])
      .execute()
  },
}
