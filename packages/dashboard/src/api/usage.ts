import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { type AnswerOf, LINES } from './routes.ts'

export type UsageReport = AnswerOf<'getUsage'>
export type UsageRow = UsageReport['series'][number]

/** Days in UTC, inclusive; `groups` as the API takes them. */
export type UsageAsked = { from: string; to: string; groups: string; key: string | undefined }

const queryOf = ({ from, to, groups, key }: UsageAsked) => ({ from, to, group_by: groups, key_id: key })

/** What was used. */
export const usageQuery = (asked: UsageAsked) =>
  queryOptions({
    queryKey: ['usage', asked],
    queryFn: ({ signal }) => call('getUsage', { query: queryOf(asked), signal }),
    placeholderData: keepPreviousData,
  })

/** Where the same report is as a file. */
export function usageFileAddress(asked: UsageAsked): string {
  const pairs = Object.entries({ ...queryOf(asked), format: 'csv' }).filter(
    ([, value]) => value !== undefined,
  )
  return `${LINES.getUsage.split(' ')[1]}?${new URLSearchParams(pairs as [string, string][])}`
}
