import { queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { firstDayShown, UsageByDay } from './usage-by-day.tsx'

const dayUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'usage'],
    queryFn: ({ signal }) =>
      call('getUsage', { query: { key_id: id, group_by: 'day', from: firstDayShown() }, signal }),
  })

/** What a key has spoken in the last thirty days. */
export function KeyUsage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(dayUsageQuery(id))
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  return data === undefined ? <Skeleton rows={4} /> : <UsageByDay report={data} />
}
