import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf, QueryOf } from './routes.ts'

export type AuditEvent = AnswerOf<'listAudit'>['events'][number]
export type AuditFilter = Pick<
  NonNullable<QueryOf<'listAudit'>>,
  'action' | 'actor' | 'target' | 'from' | 'to'
>

export const EVENTS_A_PAGE = 50
/** How often it is asked whether there is something new. */
const NEWS_MS = 10_000

/** The account's events, newest first; it stays as it is until it is asked for anew, so that no row jumps. */
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      call('listAudit', {
        query: { ...filter, limit: EVENTS_A_PAGE, ...(pageParam === null ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })

/** The newest events, to be counted. */
export const auditNewsQuery = (filter: AuditFilter) =>
  queryOptions({
    queryKey: ['audit-news', filter],
    queryFn: async ({ signal }) =>
      (await call('listAudit', { query: { ...filter, limit: EVENTS_A_PAGE }, signal })).events,
    refetchInterval: NEWS_MS,
  })

/** Whether the log is as it was written. */
export const auditCheckQuery = queryOptions({
  queryKey: ['audit-check'],
  queryFn: ({ signal }) => call('verifyAudit', { signal }),
  staleTime: 60_000,
  refetchInterval: 60_000,
})

/** Where all that matches can be downloaded, one event a line. */
export function exportAddress(filter: AuditFilter): string {
  const pairs = Object.entries({ ...filter, format: 'jsonl' }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return `/v1/audit?${new URLSearchParams(pairs)}`
}
