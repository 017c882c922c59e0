import { useQuery } from '@tanstack/react-query'
import { operatedPlansQuery } from '../../api/operator.ts'
import { Page } from '../../app/page.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { Section } from '../../ui/section.tsx'
import { PlanFacts } from './plan-facts.tsx'

/** Operator → Plans: what each allows, and how many it touches. They are written where the server is configured. */
export function OperatedPlansPage() {
  const t = useTexts()
  const { data, error, refetch } = useQuery(operatedPlansQuery)
  return (
    <Page title={t('operator.plans')} lead={t('operator.plans.lead')}>
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton rows={6} />}
      <div className="grid gap-4 narrow:grid-cols-2">
        {data?.map(({ plan, accounts, streams_now }) => (
          <Section
            key={plan.name}
            title={plan.name}
            lead={t('operator.plans.touches', { accounts, streams: streams_now })}
          >
            <PlanFacts plan={plan} />
          </Section>
        ))}
      </div>
    </Page>
  )
}
