import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** People who sign in: their credentials, sessions, second factors, passkeys and invitations. */
export const people: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('account')
      .addColumn('operator', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
    await sql`update account set operator = 1 where id = (select id from account order by created_at, id limit 1)`.execute(
      db,
    )
    for (const column of ['email_verified', 'two_factor_enabled'])
      await db.schema
        .alterTable('user')
        .addColumn(column, 'integer', (added) => added.notNull().defaultTo(0))
        .execute()
    await db.schema.alterTable('user').addColumn('image', 'text').execute()
    await db.schema.alterTable('user').addColumn('updated_at', 'bigint').execute()
    // Whoever is there already was made by the operator, who vouches for the address.
    await sql`update "user" set email_verified = 1, updated_at = created_at`.execute(db)
    await credentials(db)
    await sessions(db)
    await factors(db)
    await db.schema
      .createTable('invitation')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('account_id', 'text', (column) => column.notNull().references('account.id'))
      .addColumn('email', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('accepted_at', 'bigint')
      .addColumn('withdrawn_at', 'bigint')
      .execute()
    await db.schema.createIndex('invitation_by_account').on('invitation').column('account_id').execute()
    await db.schema.createIndex('member_by_user').on('member').column('user_id').execute()
    await db.schema.alterTable('authority_log').addColumn('user_id', 'text').execute()
  },
}

async function credentials(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_credential')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id'))
    .addColumn('provider_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('access_token', 'text')
    .addColumn('refresh_token', 'text')
    .addColumn('id_token', 'text')
    .addColumn('access_token_expires_at', 'bigint')
    .addColumn('refresh_token_expires_at', 'bigint')
    .addColumn('scope', 'text')
    .addColumn('password', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('user_credential_once', ['provider_id', 'account_id'])
    .execute()
  await db.schema.createIndex('user_credential_by_user').on('user_credential').column('user_id').execute()
  await sql`insert into user_credential (id, user_id, provider_id, account_id, password, created_at, updated_at)
    select 'cred_' || user_id, user_id, 'credential', user_id, hash, changed_at, changed_at from user_password`.execute(
    db,
  )
  await db.schema.dropTable('user_password').execute()
}

async function sessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_session')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('ip_address', 'text')
    .addColumn('user_agent', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
    .addColumn('active_account_id', 'text')
    .execute()
  await db.schema.createIndex('user_session_by_user').on('user_session').column('user_id').execute()
  await db.schema
    .createTable('user_verification')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('user_verification_by_identifier')
    .on('user_verification')
    .column('identifier')
    .execute()
}

async function factors(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_second_factor')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id'))
    .addColumn('secret', 'text', (column) => column.notNull())
    .addColumn('backup_codes', 'text', (column) => column.notNull())
    .addColumn('verified', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('failed_verification_count', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('locked_until', 'bigint')
    .execute()
  await db.schema
    .createIndex('user_second_factor_by_user')
    .on('user_second_factor')
    .column('user_id')
    .execute()
  await db.schema
    .createTable('user_passkey')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('user.id'))
    .addColumn('name', 'text')
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('credential_id', 'text', (column) => column.notNull().unique())
    .addColumn('counter', 'bigint', (column) => column.notNull())
    .addColumn('device_type', 'text', (column) => column.notNull())
    .addColumn('backed_up', 'integer', (column) => column.notNull())
    .addColumn('transports', 'text')
    .addColumn('aaguid', 'text')
    .addColumn('created_at', 'bigint')
    .execute()
  await db.schema.createIndex('user_passkey_by_user').on('user_passkey').column('user_id').execute()
}
