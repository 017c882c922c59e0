import type { UsageGroup } from '@kugelaudio/contract'
import { sql } from 'kysely'
import type { Query } from './database.ts'
import { type ClassCount, UNHEARD } from './first-audio.ts'

/** What a report is about. Null: every account, every key. */
export type UsageFilter = {
  accountId: string | null
  keyId: string | null
  /** First and last day, or hour where it is grouped by hour. */
  from: string
  to: string
  groups: readonly UsageGroup[]
  /** Rows at most. */
  limit: number
}

/** What sums are of: the names that they were grouped by. */
export type UsageNames = {
  account_id?: string
  hour?: string
  day?: string
  key_id?: string
  key_name?: string | null
  model?: string
  voice?: string
}

/** Sums under the names they were grouped by, in the order of these names. */
export type UsageSums = UsageNames & {
  requests: number
  characters: number
  audio_ms: number
  errors: number
}

const COLUMNS = {
  hour: ['spent.hour'],
  day: ['spent.day'],
  key: ['spent.key_id', 'api_key.name'],
  model: ['spent.model'],
  voice: ['spent.voice'],
} as const

/** The sums of what turns that have ended came to. */
export async function sumUsage(query: Query, filter: UsageFilter): Promise<UsageSums[]> {
  const columns = columnsOf(filter)
  let sums = matching(query, filter, filter.groups.includes('hour') ? 'usage_hour' : 'usage_day')
    .select(namesOf(columns))
    .select((select) => [
      select.fn.sum<number>('requests').as('requests'),
      select.fn.sum<number>('characters').as('characters'),
      select.fn.sum<number>('audio_ms').as('audio_ms'),
      select.fn.sum<number>('errors').as('errors'),
    ])
    .groupBy(columns)
    .limit(filter.limit)
  for (const column of columns) sums = sums.orderBy(column)
  return (await sums.execute()) as UsageSums[]
}

/** How many turns were heard how soon, under the same names; of hours that are still kept. */
export async function sumFirstAudio(query: Query, filter: UsageFilter): Promise<(UsageNames & ClassCount)[]> {
  const columns = columnsOf(filter)
  const counts = matching(query, filter, 'usage_hour')
    .where('spent.first_audio', '!=', UNHEARD)
    .select(namesOf(columns))
    .select(['spent.first_audio'])
    .select((select) => select.fn.sum<number>('requests').as('turns'))
    .groupBy([...columns, 'spent.first_audio'])
    .limit(filter.limit)
  return (await counts.execute()) as (UsageNames & ClassCount)[]
}

type Column = (typeof COLUMNS)[UsageGroup][number] | 'spent.account_id'

const columnsOf = ({ accountId, groups }: UsageFilter): Column[] => [
  ...(accountId === null ? (['spent.account_id'] as const) : []),
  ...groups.flatMap((group): readonly Column[] => COLUMNS[group]),
]

const namesOf = (columns: readonly Column[]) =>
  columns.map((column) => (column === 'api_key.name' ? ('api_key.name as key_name' as const) : column))

/** What was spent by day, which is kept for ever, or by hour: under the same names. */
function spentIn(query: Query, table: 'usage_day' | 'usage_hour', { from, to, groups }: UsageFilter) {
  const sums = [
    'account_id',
    'key_id',
    'model',
    'voice',
    'requests',
    'characters',
    'audio_ms',
    'errors',
  ] as const
  if (table === 'usage_day')
    return query
      .selectFrom('usage_day')
      .where('day', '>=', from)
      .where('day', '<=', to)
      .select([...sums, 'day', sql<string>`''`.as('hour'), sql<number>`${UNHEARD}`.as('first_audio')])
  const isByHour = groups.includes('hour')
  return query
    .selectFrom('usage_hour')
    .where('hour', '>=', isByHour ? from : `${from}T00:00Z`)
    .where('hour', '<=', isByHour ? to : `${to}T23:00Z`)
    .select([...sums, sql<string>`substr(hour, 1, 10)`.as('day'), 'hour', 'first_audio'])
}

function matching(query: Query, filter: UsageFilter, table: 'usage_day' | 'usage_hour') {
  let found = query
    .selectFrom(spentIn(query, table, filter).as('spent'))
    .leftJoin('api_key', 'api_key.id', 'spent.key_id')
  if (filter.accountId !== null) found = found.where('spent.account_id', '=', filter.accountId)
  if (filter.keyId !== null) found = found.where('spent.key_id', '=', filter.keyId)
  return found
}
