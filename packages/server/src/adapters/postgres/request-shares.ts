import { sql } from 'kysely'
import type { Query } from '../../store/database.ts'
import type { TakeShare } from '../../store/request-shares.ts'

/** By the database's clock alone: those of the nodes may be apart. */
const NOW_MS = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** Takes shares of windows of so many seconds from the table that all nodes share, in one guarded statement. */
export const createTakeShare =
  (query: Query, windowS: number): TakeShare =>
  async (subject, quota) => {
    const all = sql`${quota}::bigint`
    const share = (taken: ReturnType<typeof sql>) =>
      sql`least(${all} - ${taken}, greatest(1, (${all} - ${taken}) / 20))`
    const first = share(sql`0`)
    const next = share(sql`request_window.taken`)
    const isOver = sql`request_window.ends_at <= ${NOW_MS}`
    const { rows } = await sql<{ granted: number; taken: number; reset: number }>`
      insert into request_window (subject, ends_at, taken, granted)
      values (${subject}, ${NOW_MS} + ${windowS * 1000}::bigint, ${first}, ${first})
      on conflict (subject) do update set
        ends_at = case when ${isOver} then excluded.ends_at else request_window.ends_at end,
        taken = case when ${isOver} then excluded.taken else request_window.taken + ${next} end,
        granted = case when ${isOver} then excluded.granted else ${next} end
      where ${isOver} or request_window.taken < ${all}
      returning granted, taken, ends_at - ${NOW_MS} as reset`.execute(query)
    const [row] = rows
    if (row !== undefined) return { granted: row.granted, taken: row.taken, resetMs: row.reset }
    const full = await sql<{ taken: number; reset: number }>`
      select taken, ends_at - ${NOW_MS} as reset from request_window where subject = ${subject}`.execute(
      query,
    )
    const { taken, reset } = full.rows[0] ?? { taken: quota, reset: 0 }
    return { granted: 0, taken, resetMs: Math.max(0, reset) }
  }
