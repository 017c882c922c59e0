import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Tokens of sessions, and the key without a secret that they count under. ADR 0023. */
export const sessionTokens: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('api_key').addColumn('purpose', 'text').execute()
    // Keys without a purpose are all different.
    await db.schema
      .createIndex('api_key_by_purpose')
      .unique()
      .on('api_key')
      .columns(['account_id', 'purpose'])
      .execute()
    await db.schema.alterTable('token').addColumn('session_id', 'text').execute()
    await db.schema.createIndex('token_by_session').on('token').column('session_id').execute()
  },
}
