import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { type AuditEvent, auditNewsQuery, auditQuery, EVENTS_A_PAGE, exportAddress } from '../../api/audit.ts'
import { useMay } from '../../api/session.ts'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { NotOnPlan } from '../../app/not-on-plan.tsx'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { late } from '../../ui/late.tsx'
import { Empty, Problem, Skeleton } from '../../ui/problem.tsx'
import { AuditFilters, type AuditSearch, filterOf, isFiltered } from './audit-filters.tsx'
import { AuditList } from './audit-list.tsx'
import { ChainLine } from './chain-line.tsx'

const EventDialog = late(async () => (await import('./event-dialog.tsx')).EventDialog)

/** Settings → Audit log: who changed what, and the proof that nothing of it was touched. */
export function AuditPage() {
  const t = useTexts()
  const mayRead = useMay('audit:read')
  const { data: account, error, refetch } = useQuery(accountQuery)
  const hasFeature = account?.plan.features.includes('audit')
  if (!mayRead) return <NotAllowed title={t('nav.audit')} text={t('state.notallowed')} />
  if (hasFeature === false)
    return (
      <NotOnPlan title={t('nav.audit')} feature="audit">
        {t('audit.lead')}
      </NotOnPlan>
    )
  if (hasFeature === undefined)
    return (
      <Page title={t('nav.audit')} lead={t('audit.lead')}>
        {error === null ? <Skeleton rows={8} /> : <Problem error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return <Log />
}

function Log() {
  const t = useTexts()
  const queries = useQueryClient()
  const search = useSearch({ from: '/inside/settings/audit' })
  const navigate = useNavigate({ from: '/settings/audit' })
  const show = (next: AuditSearch): void => void navigate({ search: next, replace: true })
  const filter = filterOf(search)
  const [chosen, setChosen] = useState<AuditEvent | null>(null)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(filter),
  )
  const { data: news = [] } = useQuery(auditNewsQuery(filter))
  const events = data?.pages.flatMap((page) => page.events)
  const newest = events?.[0]?.seq ?? 0
  const fresh = events === undefined ? 0 : news.filter(({ seq }) => seq > newest).length
  return (
    <Page
      title={t('nav.audit')}
      lead={t('audit.lead')}
      action={
        <Button asChild>
          <a href={exportAddress(filter)} download="audit.jsonl">
            <Download size={16} strokeWidth={1.75} aria-hidden />
            {t('audit.export')}
          </a>
        </Button>
      }
    >
      <ChainLine />
      <AuditFilters search={search} onChange={show} />
      <div role="status">
        {fresh > 0 && (
          <Button onClick={() => void queries.resetQueries({ queryKey: auditQuery(filter).queryKey })}>
            {t(fresh >= EVENTS_A_PAGE ? 'audit.news.many' : 'audit.news', { count: fresh })}
          </Button>
        )}
      </div>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {events === undefined && error === null && <Skeleton rows={8} />}
      {events?.length === 0 && (
        <Empty
          title={t('list.nomatch')}
          {...(isFiltered(search)
            ? { action: <Button onClick={() => show({})}>{t('list.clear')}</Button> }
            : {})}
        />
      )}
      {events !== undefined && events.length > 0 && <AuditList events={events} onOpen={setChosen} />}
      {hasNextPage && (
        <Button className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
      {chosen !== null && (
        <EventDialog
          event={chosen}
          onClose={() => setChosen(null)}
          onOnly={(only) => {
            setChosen(null)
            show({ ...search, ...only })
          }}
        />
      )}
    </Page>
  )
}
