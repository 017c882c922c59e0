import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { accountQuery } from '../../api/account.ts'
import { usageFileAddress, usageQuery } from '../../api/usage.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { useNowMs } from '../../ui/time.tsx'
import { Quotas } from '../plan/quotas.tsx'
import { UsageCharts } from './usage-charts.tsx'
import { UsageControls } from './usage-controls.tsx'
import { daysOf, spanBefore, spanOf, type UsageSearch } from './usage-search.ts'
import { UsageTable } from './usage-table.tsx'

/** How much was spoken, by whom, and how near the limit it is. */
export function UsagePage() {
  const t = useTexts()
  const search = useSearch({ from: '/inside/usage' })
  const navigate = useNavigate({ from: '/usage' })
  const nowMs = useNowMs()
  const change = (part: UsageSearch): void => void navigate({ search: { ...search, ...part }, replace: true })
  const { by = 'none', compare, table, key } = search
  const span = spanOf(search, nowMs)
  const asked = { ...span, groups: by === 'none' ? 'day' : `day,${by}`, key }
  const { data: account } = useQuery(accountQuery)
  const { data: report, error, refetch } = useQuery(usageQuery(asked))
  const before = useQuery({
    ...usageQuery({ ...spanBefore(span), groups: 'day', key }),
    enabled: compare === true,
  })
  return (
    <Page title={t('nav.usage')} lead={t('usage.lead')}>
      {account !== undefined && <Quotas account={account} />}
      <UsageControls search={search} span={span} onChange={change} file={usageFileAddress(asked)} />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {report === undefined && error === null && <Skeleton rows={3} height={300} />}
      {report !== undefined && report.series.length === 0 && (
        <Empty title={t('usage.empty')}>{t('usage.empty.text')}</Empty>
      )}
      {report !== undefined && report.series.length > 0 && (
        <>
          {table === true && <UsageTable report={report} by={by} />}
          {table !== true && (
            <UsageCharts
              report={report}
              before={compare === true ? before.data : undefined}
              by={by}
              days={daysOf(report)}
            />
          )}
        </>
      )}
    </Page>
  )
}
