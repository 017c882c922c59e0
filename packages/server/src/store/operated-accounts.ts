import { sql } from 'kysely'
import { CANARY_ACCOUNT } from './canaries.ts'
import type { Query } from './database.ts'

/** An account with what it has and uses. */
export type OperatedAccountRow = {
  id: string
  name: string
  plan: string
  operator: number
  created_at: number
  suspended_at: number | null
  owner: string | null
  members: number
  keys: number
  characters: number
}

type Wish = {
  nowMs: number
  /** Whose characters are counted, as 2030-01. */
  month: string
}

/** Newest first. `text`: part of a name or of an owner's address. */
export async function listOperatedAccounts(
  query: Query,
  { text, limit, offset, ...wish }: Wish & { text: string | null; limit: number; offset: number },
): Promise<{ rows: OperatedAccountRow[]; total: number }> {
  const rows = await operatedAccounts(query, wish)
    .where(matching(text))
    .orderBy('account.created_at', 'desc')
    .orderBy('account.id')
    .limit(limit)
    .offset(offset)
    .execute()
  const { total } = await query
    .selectFrom('account')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('account.id', '!=', CANARY_ACCOUNT)
    .where(matching(text))
    .executeTakeFirstOrThrow()
  return { rows: rows.map(numbered), total: Number(total) }
}

export async function findOperatedAccount(
  query: Query,
  id: string,
  wish: Wish,
): Promise<OperatedAccountRow | null> {
  const row = await operatedAccounts(query, wish).where('account.id', '=', id).executeTakeFirst()
  return row === undefined ? null : numbered(row)
}

/** How many accounts are on each plan. */
export async function countAccountsByPlan(query: Query): Promise<Map<string, { id: string }[]>> {
  const rows = await query
    .selectFrom('account')
    .select(['id', 'plan'])
    .where('id', '!=', CANARY_ACCOUNT)
    .execute()
  return Map.groupBy(rows, ({ plan }) => plan)
}

const matching = (text: string | null) => {
  if (text === null) return sql<boolean>`1 = 1`
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(lower(account.name) like ${pattern} escape '\\' or exists (
    select 1 from member join "user" on "user".id = member.user_id
    where member.account_id = account.id and member.role = 'owner' and "user".email like ${pattern} escape '\\'))`
}

function operatedAccounts(query: Query, { nowMs, month }: Wish) {
  return query
    .selectFrom('account')
    .select(['account.id', 'account.name', 'account.plan', 'account.operator'])
    .select(['account.created_at', 'account.suspended_at'])
    .where('account.id', '!=', CANARY_ACCOUNT)
    .select((select) => [
      select
        .selectFrom('member')
        .innerJoin('user', 'user.id', 'member.user_id')
        .select('user.email')
        .whereRef('member.account_id', '=', 'account.id')
        .where('member.role', '=', 'owner')
        .orderBy('member.created_at')
        .orderBy('member.user_id')
        .limit(1)
        .as('owner'),
      select
        .selectFrom('member')
        .select(({ fn }) => fn.countAll<number>().as('members'))
        .whereRef('member.account_id', '=', 'account.id')
        .as('members'),
      select
        .selectFrom('api_key')
        .select(({ fn }) => fn.countAll<number>().as('keys'))
        .whereRef('api_key.account_id', '=', 'account.id')
        .where('api_key.purpose', 'is', null)
        .where('api_key.revoked_at', 'is', null)
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', nowMs)]))
        .as('keys'),
      select
        .selectFrom('usage_quota')
        .select('usage_quota.characters')
        .whereRef('usage_quota.subject', '=', 'account.id')
        .where('usage_quota.period', '=', month)
        .as('characters'),
    ])
}

type Counted = Omit<OperatedAccountRow, 'members' | 'keys' | 'characters'> & {
  members: number | null
  keys: number | null
  characters: number | null
}

/** Databases count in texts or numbers, and say null for none. */
const numbered = (row: Counted): OperatedAccountRow => ({
  ...row,
  members: Number(row.members),
  keys: Number(row.keys),
  characters: Number(row.characters),
})
