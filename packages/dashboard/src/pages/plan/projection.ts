const DAY_MS = 86_400_000

/** The first instant of the month after the one that a day belongs to; UTC, as quotas are. */
export const nextMonthMs = (nowMs: number): number => {
  const now = new Date(nowMs)
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)
}

/**
 * When a month's quota is used up, if every day is like those of the month so far; null when it lasts, or when there is
 * less than a day to go by.
 */
export function fullAtMs(used: number, limit: number | null, nowMs: number): number | null {
  const now = new Date(nowMs)
  const sinceMs = nowMs - Date.UTC(now.getUTCFullYear(), now.getUTCMonth())
  if (limit === null || used === 0 || used >= limit || sinceMs < DAY_MS) return null
  const atMs = nowMs + ((limit - used) / used) * sinceMs
  return atMs < nextMonthMs(nowMs) ? atMs : null
}
