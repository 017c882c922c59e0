import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'

const DAY_MS = 86_400_000
const REFRESH_MS = 15_000
/** Of so many keys it is looked whether one of them needs attention. */
const KEYS_LOOKED_AT = 500

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** What was spoken today and yesterday; days are those of the server, in UTC. */
export const twoDaysQuery = queryOptions({
  queryKey: ['overview', 'days'],
  queryFn: async ({ signal }) => {
    const nowMs = Date.now()
    const [from, to] = [dayOf(nowMs - DAY_MS), dayOf(nowMs)]
    const { series } = await call('getUsage', { query: { from, to, group_by: 'day' }, signal })
    const of = (day: string) => series.find((row) => row.day === day)
    return { today: of(to), yesterday: of(from) }
  },
  refetchInterval: REFRESH_MS,
})

/** Keys that work, the newest first: what of them needs attention is found here. */
export const workingKeysQuery = queryOptions({
  queryKey: ['keys', 'overview', 'working'],
  queryFn: ({ signal }) => call('listKeys', { query: { state: 'working', limit: KEYS_LOOKED_AT }, signal }),
  refetchInterval: REFRESH_MS,
})

/** Keys that were revoked lately. */
export const revokedKeysQuery = queryOptions({
  queryKey: ['keys', 'overview', 'revoked'],
  queryFn: ({ signal }) => call('listKeys', { query: { state: 'revoked', limit: 100 }, signal }),
})

/** How many keys nobody has used for a month. */
export const unusedKeysQuery = queryOptions({
  queryKey: ['keys', 'overview', 'unused'],
  queryFn: async ({ signal }) => {
    const query = { state: 'working', unused_days: 30, limit: 1 } as const
    return (await call('listKeys', { query, signal })).total
  },
})
