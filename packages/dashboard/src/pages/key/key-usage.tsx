import { queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'

const DAYS = 30
const DAY_MS = 86_400_000

const dayUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'usage'],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
      return call('getUsage', { query: { key_id: id, group_by: 'day', from }, signal })
    },
  })

/** What a key has spoken in the last thirty days. */
export function KeyUsage({ id }: { id: string }) {
  const t = useTexts()
  const language = useLanguage()
  const { data, error, refetch } = useQuery(dayUsageQuery(id))
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton rows={4} />
  if (data.totals.requests === 0) return <Empty title={t('key.nousage')} />
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const { totals, series } = data
  const most = Math.max(...series.map(({ characters }) => characters))
  return (
    <div className="flex flex-col gap-4">
      <p>
        {t('key.usage.sum', {
          days: DAYS,
          characters: number.format(totals.characters),
          requests: number.format(totals.requests),
          minutes: number.format(totals.audio_seconds / 60),
        })}
      </p>
      <DataTable
        caption={t('key.tab.usage')}
        rows={[...series].reverse()}
        rowKey={({ day }) => day ?? ''}
        columns={[
          {
            id: 'day',
            label: t('key.day'),
            width: 'w-36',
            cell: ({ day }) => date.format(Date.parse(day ?? '')),
          },
          {
            id: 'bar',
            label: t('key.characters'),
            cell: ({ characters }) => (
              <span className="flex items-center gap-3">
                <span
                  aria-hidden
                  className="h-2 shrink-0 rounded-full bg-accent"
                  style={{ width: `${(characters / Math.max(1, most)) * 70}%` }}
                />
                {number.format(characters)}
              </span>
            ),
          },
          {
            id: 'requests',
            label: t('key.requests'),
            width: 'w-28',
            isNumber: true,
            cell: ({ requests }) => number.format(requests),
          },
          {
            id: 'errors',
            label: t('key.errors'),
            width: 'w-28',
            isNumber: true,
            cell: ({ errors }) => number.format(errors),
          },
        ]}
      />
    </div>
  )
}
