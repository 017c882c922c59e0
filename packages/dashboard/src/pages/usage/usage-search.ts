export const RANGES = ['24h', '7d', '30d', 'month', 'dates'] as const
export const SPLITS = ['none', 'key', 'model', 'voice'] as const
export type Split = (typeof SPLITS)[number]

/** What is shown, as the address says it, so that every view can be linked. */
export type UsageSearch = {
  range?: (typeof RANGES)[number] | undefined
  from?: string | undefined
  to?: string | undefined
  by?: Split | undefined
  compare?: boolean | undefined
  table?: boolean | undefined
  key?: string | undefined
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** As many as a report may span. */
const DAYS_MAX = 366

/** A view out of an address that anybody may have written. */
export function usageSearchOf(search: Record<string, unknown>): UsageSearch {
  const { range, from, to, by, compare, table, key } = search
  return {
    range: RANGES.find((known) => known === range),
    from: dayOf(from),
    to: dayOf(to),
    by: SPLITS.find((known) => known === by),
    compare: compare === true || undefined,
    table: table === true || undefined,
    key: typeof key === 'string' ? key : undefined,
  }
}

const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined

const dayText = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const hourText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 13)}:00Z`

/** First and last day, or hour as `2030-01-31T13:00Z`; inclusive, UTC; the last never before the first. */
export type Span = { from: string; to: string }

/** The days that a view shows, or its hours where it is short. */
export function spanOf({ range = '30d', from, to }: UsageSearch, nowMs: number): Span {
  const today = dayText(nowMs)
  switch (range) {
    case '24h':
      return { from: hourText(nowMs - 23 * HOUR_MS), to: hourText(nowMs) }
    case '7d':
      return { from: dayText(nowMs - 6 * DAY_MS), to: today }
    case '30d':
      return { from: dayText(nowMs - 29 * DAY_MS), to: today }
    case 'month':
      return { from: `${today.slice(0, 8)}01`, to: today }
    case 'dates': {
      const last = to ?? today
      const earliest = dayText(Date.parse(last) - (DAYS_MAX - 1) * DAY_MS)
      const first = from ?? last
      return { from: first > last ? last : first < earliest ? earliest : first, to: last }
    }
  }
}

/** Whether a span is one of hours. */
export const isOfHours = ({ from }: Span): boolean => from.includes('T')

/** All days of a span, or all its hours, in order. */
export function timesOf(span: Span): string[] {
  const [stepMs, text] = isOfHours(span) ? [HOUR_MS, hourText] : [DAY_MS, dayText]
  const count = Math.round((Date.parse(span.to) - Date.parse(span.from)) / stepMs) + 1
  return Array.from({ length: count }, (_, at) => text(Date.parse(span.from) + at * stepMs))
}

/** As many days or hours, right before. */
export function spanBefore(span: Span): Span {
  const [stepMs, text] = isOfHours(span) ? [HOUR_MS, hourText] : [DAY_MS, dayText]
  const first = Date.parse(span.from)
  return { from: text(first - timesOf(span).length * stepMs), to: text(first - stepMs) }
}
