import { sql } from 'kysely'
import type { Query } from './database.ts'
import { firstAudioClass } from './first-audio.ts'
import type { UsageTurnRow } from './schema.ts'

/** A turn, by what its usage is told apart by. */
export type MeteredTurn = {
  accountId: string
  keyId: string
  /** As it was asked for. */
  model: string
  voice: string
  openedAtMs: number
}

/** A day (`2030-01-31`) or month (`2030-01`), UTC. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** As `2030-01-31T13:00Z`. */
export const hourOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 13)}:00Z`
export const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7)

/** Whose characters are counted, and in which day or month. */
export type Quota = { subject: string; period: string }

/** An account has a quota by month, a key one by day; both belong to when the turn was opened. */
export const monthQuota = (accountId: string, atMs: number): Quota => ({
  subject: accountId,
  period: monthOf(atMs),
})
export const dayQuota = (keyId: string, atMs: number): Quota => ({ subject: keyId, period: dayOf(atMs) })

/** A quota and its limit; null: none. */
export type Limited = Quota & { limit: number | null }

/**
 * Takes characters from quotas, in one guarded statement; returns the subjects of those that had so many left. Where
 * that is not all of them, throw: only then is nothing taken.
 */
export async function takeQuotas(
  query: Query,
  quotas: readonly Limited[],
  characters: number,
): Promise<readonly string[]> {
  const open = quotas.filter(({ limit }) => limit === null || characters <= limit)
  if (open.length === 0) return []
  const rows = open.map(({ subject, period }) => sql`(${subject}, ${period}, ${characters})`)
  const limits = open.flatMap(({ subject, limit }) =>
    limit === null ? [] : [sql`when ${subject} then ${limit}`],
  )
  const sum = sql`usage_quota.characters + excluded.characters`
  const guard =
    limits.length === 0
      ? sql``
      : sql`where ${sum} <= case usage_quota.subject ${sql.join(limits, sql` `)} else ${sum} end`
  const taken = await sql<{ subject: string }>`
    insert into usage_quota (subject, period, characters) values ${sql.join(rows)}
    on conflict (subject, period) do update set characters = ${sum} ${guard}
    returning subject`.execute(query)
  return taken.rows.map(({ subject }) => subject)
}

/** Gives back what was taken and not used. */
export async function giveBackQuota(
  query: Query,
  { subject, period }: Quota,
  characters: number,
): Promise<void> {
  await query
    .updateTable('usage_quota')
    .set((column) => ({ characters: column('characters', '-', characters) }))
    .where('subject', '=', subject)
    .where('period', '=', period)
    .execute()
}

/** Characters taken of a quota, by turns that have ended and by those being spoken. */
export async function takenOf(query: Query, { subject, period }: Quota): Promise<number> {
  const row = await query
    .selectFrom('usage_quota')
    .select('characters')
    .where('subject', '=', subject)
    .where('period', '=', period)
    .executeTakeFirst()
  return row?.characters ?? 0
}

/** Which of several nodes speaks a turn, and in which of all streams. */
export type SpokenOn = { node: string; stream: string }

/** Writes down that a turn is being spoken, and on which of several nodes; returns the number of the row. */
export async function insertTurn(
  query: Query,
  turn: MeteredTurn,
  characters: number,
  on: SpokenOn | null,
): Promise<number> {
  const { accountId, keyId, model, voice, openedAtMs } = turn
  const inserted = await sql<{ id: number }>`
    insert into usage_turn (account_id, key_id, model, voice, opened_at, characters, node, stream)
    values (${accountId}, ${keyId}, ${model}, ${voice}, ${openedAtMs}, ${characters}, ${on?.node ?? null},
      ${on?.stream ?? null})
    returning id`.execute(query)
  const [row] = inserted.rows
  if (row === undefined) throw new TypeError('An inserted row has a number')
  return row.id
}

/**
 * Streams of an account that nodes speak at the moment, and how many of them are a key's; without `stream`. Call it after
 * the account's quota is taken in the same transaction: then nobody else opens one meanwhile.
 */
export async function countOtherStreams(
  query: Query,
  { accountId, keyId, stream }: { accountId: string; keyId: string; stream: string },
): Promise<{ ofAccount: number; ofKey: number }> {
  const rows = await query
    .selectFrom('usage_turn')
    .innerJoin('node', 'node.id', 'usage_turn.node')
    .select([
      'usage_turn.key_id',
      (select) => select.fn.count<number>('usage_turn.stream').distinct().as('streams'),
    ])
    .where('usage_turn.account_id', '=', accountId)
    .where('usage_turn.stream', '!=', stream)
    .where((where) =>
      where.or([where('lost_renewal', 'is', null), where('lost_renewal', '!=', where.ref('renewal'))]),
    )
    .groupBy('usage_turn.key_id')
    .execute()
  const ofKey = rows.find(({ key_id }) => key_id === keyId)?.streams ?? 0
  return { ofAccount: rows.reduce((sum, { streams }) => sum + streams, 0), ofKey }
}

/** A turn being spoken has more text than before. */
export async function extendTurn(query: Query, id: number, characters: number): Promise<void> {
  await query
    .updateTable('usage_turn')
    .set((column) => ({ characters: column('characters', '+', characters) }))
    .where('id', '=', id)
    .execute()
}

/** False when somebody has taken it already. */
export async function deleteTurn(query: Query, id: number): Promise<boolean> {
  const gone = await sql`delete from usage_turn where id = ${id} returning id`.execute(query)
  return gone.rows.length > 0
}

/** Takes every turn of nodes that are gone, and, where one process has the data to itself, every turn there is. */
export async function takeTurns(query: Query): Promise<UsageTurnRow[]> {
  return await query
    .deleteFrom('usage_turn')
    .where((where) =>
      where.or([
        where('node', 'is', null),
        where('node', 'not in', (present) => present.selectFrom('node').select('node.id')),
      ]),
    )
    .returningAll()
    .execute()
}

/** What a turn came to; `firstAudioMs` from its opening, null: nothing was heard. */
export type Spent = { characters: number; audioMs: number; errors: number; firstAudioMs: number | null }

/** Adds a turn that has ended to its day and its hour. */
export async function addSpent(query: Query, turn: MeteredTurn, spent: Spent): Promise<void> {
  const { accountId, keyId, model, voice, openedAtMs } = turn
  const { characters, audioMs, errors, firstAudioMs } = spent
  const names = { account_id: accountId, key_id: keyId, model, voice }
  const sums = { requests: 1, characters, audio_ms: audioMs, errors }
  const added = (table: 'usage_day' | 'usage_hour') => ({
    requests: sql<number>`${sql.ref(`${table}.requests`)} + 1`,
    characters: sql<number>`${sql.ref(`${table}.characters`)} + excluded.characters`,
    audio_ms: sql<number>`${sql.ref(`${table}.audio_ms`)} + excluded.audio_ms`,
    errors: sql<number>`${sql.ref(`${table}.errors`)} + excluded.errors`,
  })
  await query
    .insertInto('usage_day')
    .values({ ...names, day: dayOf(openedAtMs), ...sums })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'day', 'key_id', 'model', 'voice'])
        .doUpdateSet(() => added('usage_day')),
    )
    .execute()
  await query
    .insertInto('usage_hour')
    .values({ ...names, hour: hourOf(openedAtMs), first_audio: firstAudioClass(firstAudioMs), ...sums })
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'hour', 'key_id', 'model', 'voice', 'first_audio'])
        .doUpdateSet(() => added('usage_hour')),
    )
    .execute()
}

/** Forgets hours before one, so many rows at a time; returns how many. */
export async function deleteHours(query: Query, before: string, limit: number): Promise<number> {
  const old = sql`select account_id, hour, key_id, model, voice, first_audio from usage_hour
    where hour < ${before} limit ${limit}`
  const gone = await sql`delete from usage_hour
    where (account_id, hour, key_id, model, voice, first_audio) in (${old}) returning hour`.execute(query)
  return gone.rows.length
}

/** What of an account's day is spoken, by turns that have ended and, whole, by those being spoken. */
export async function charactersOfDay(query: Query, accountId: string, day: string): Promise<number> {
  const ended = await query
    .selectFrom('usage_day')
    .select((select) => select.fn.sum<number | null>('characters').as('characters'))
    .where('account_id', '=', accountId)
    .where('day', '=', day)
    .executeTakeFirst()
  const startMs = Date.parse(day)
  const open = await query
    .selectFrom('usage_turn')
    .select((select) => select.fn.sum<number | null>('characters').as('characters'))
    .where('account_id', '=', accountId)
    .where('opened_at', '>=', startMs)
    .where('opened_at', '<', startMs + DAY_MS)
    .executeTakeFirst()
  return Number(ended?.characters ?? 0) + Number(open?.characters ?? 0)
}

const DAY_MS = 86_400_000
