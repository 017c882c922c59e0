import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { accountQuery } from '../../api/account.ts'
import { usageFileAddress, usageQuery } from '../../api/usage.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { useNowMs } from '../../ui/time.tsx'
import { Quotas, QuotasSkeleton } from '../plan/quotas.tsx'
import { UsageCharts } from './usage-charts.tsx'
import { UsageControls } from './usage-controls.tsx'
import { isOfHours, spanBefore, spanOf, type UsageSearch } from './usage-search.ts'
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
  const time = isOfHours(span) ? 'hour' : 'day'
  const asked = { ...span, groups: by === 'none' ? time : `${time},${by}`, key }
  const { data: account, isPending: isAsked } = useQuery(accountQuery)
  const { data: report, error, refetch } = useQuery(usageQuery(asked))
  const together = useQuery({ ...usageQuery({ ...span, groups: time, key }), enabled: table !== true })
  const before = useQuery({
    ...usageQuery({ ...spanBefore(span), groups: time, key }),
    enabled: compare === true,
  })
  // Drawn once all of it is there: what comes later would move what is drawn already.
  const isCompared = compare !== true || !before.isPending
  const isWhole = report !== undefined && !isAsked && isCompared && (table === true || !together.isPending)
  return (
    <Page title={t('nav.usage')} lead={t('usage.lead')}>
      {account === undefined ? <QuotasSkeleton /> : <Quotas account={account} />}
      {time === 'hour' && <p className="text-small text-muted">{t('usage.hours', { zone: zoneName() })}</p>}
      <UsageControls search={search} span={span} onChange={change} file={usageFileAddress(asked)} />
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {!isWhole && error === null && <Skeleton rows={3} height={300} />}
      {isWhole && report.series.length === 0 && (
        <Empty
          title={t('usage.empty')}
          action={
            <Button asChild>
              <Link to="/playground">{t('nav.playground')}</Link>
            </Button>
          }
        >
          {t('usage.empty.text')}
        </Empty>
      )}
      {isWhole && report.series.length > 0 && (
        <>
          {table === true && <UsageTable report={report} by={by} />}
          {table !== true && (
            <UsageCharts
              report={report}
              together={together.data}
              before={compare === true ? before.data : undefined}
              by={by}
            />
          )}
        </>
      )}
    </Page>
  )
}

const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
