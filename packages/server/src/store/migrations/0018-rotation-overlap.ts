import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What overlap a rotation was asked for with: the same `Idempotency-Key` with another one is another wish. */
export const rotationOverlap: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('api_key_secret').addColumn('overlap_seconds', 'bigint').execute()
  },
}
