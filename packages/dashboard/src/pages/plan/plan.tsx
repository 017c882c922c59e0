import type { Feature } from '@kugelaudio/contract'
import { useQuery } from '@tanstack/react-query'
import { Check, Minus } from 'lucide-react'
import { accountQuery, type Plan, plansQuery } from '../../api/account.ts'
import { Page } from '../../app/page.tsx'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'
import { classes } from '../../ui/classes.ts'
import { Problem, Skeleton } from '../../ui/problem.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { Quotas, QuotasSkeleton } from './quotas.tsx'

const LIMITS = [
  'characters_per_month',
  'characters_per_request',
  'requests_per_minute',
  'concurrent_streams',
] as const
const FEATURES = [
  'scoped_keys',
  'ip_allow_list',
  'tokens',
  'voices',
  'dictionaries',
  'webhooks',
  'audit',
] as const satisfies readonly Feature[]

/** Settings → Plan: what is used, what is allowed, and what the others have. */
export function PlanPage() {
  const t = useTexts()
  const account = useQuery({ ...accountQuery, refetchInterval: 10_000 })
  const plans = useQuery(plansQuery)
  const error = account.error ?? plans.error
  return (
    <Page title={t('nav.plan')} lead={t('plan.lead')}>
      {error !== null && (
        <Problem error={error} onRetry={() => void Promise.all([account.refetch(), plans.refetch()])} />
      )}
      <section aria-labelledby="used" className="flex flex-col gap-4">
        <h2 id="used">{t('plan.used')}</h2>
        {account.data === undefined ? <QuotasSkeleton /> : <Quotas account={account.data} />}
      </section>
      {error === null && (account.data === undefined || plans.data === undefined) && <Skeleton rows={11} />}
      {account.data !== undefined && plans.data !== undefined && (
        <div className="flex flex-col gap-3">
          <h2>{t('plan.all')}</h2>
          <ScrollRegion label={t('plan.all')} className="rounded-card border border-line bg-surface">
            <PlanTable plans={withCurrent(plans.data, account.data.plan)} current={account.data.plan.name} />
          </ScrollRegion>
          <p className="text-small text-muted">{t('plan.change')}</p>
        </div>
      )}
    </Page>
  )
}

/** An account may have a plan that is offered no more. */
const withCurrent = (plans: readonly Plan[], current: Plan): Plan[] =>
  plans.some(({ name }) => name === current.name) ? [...plans] : [current, ...plans]

const CELL = 'h-11 whitespace-nowrap px-4 text-left'
/** Stays in sight while the plans scroll by. */
const HEAD =
  'sticky left-0 h-11 min-w-36 bg-surface px-4 text-left font-normal text-muted first-letter:uppercase'

function PlanTable({ plans, current }: { plans: readonly Plan[]; current: string }) {
  const t = useTexts()
  const format = new Intl.NumberFormat(useLanguage())
  const column = (name: string): string => classes(CELL, name === current && 'bg-accent-soft')
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">{t('plan.all')}</caption>
      <thead>
        <tr className="border-b border-line">
          <th scope="col" className={CELL}>
            <span className="sr-only">{t('plan.limit')}</span>
          </th>
          {plans.map(({ name }) => (
            <th key={name} scope="col" className={column(name)}>
              <span className="block font-semibold capitalize">{name}</span>
              {name === current && (
                <span className="block pb-1 text-badge font-medium text-accent-text">
                  {t('plan.current')}
                </span>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {LIMITS.map((limit) => (
          <tr key={limit} className="border-b border-line last:border-0">
            <th scope="row" className={HEAD}>
              {t(`plan.${limit}`)}
            </th>
            {plans.map((plan) => (
              <td key={plan.name} className={column(plan.name)}>
                {plan[limit] === null ? t('plan.unlimited') : format.format(plan[limit])}
              </td>
            ))}
          </tr>
        ))}
        {FEATURES.map((feature) => (
          <tr key={feature} className="border-b border-line last:border-0">
            <th scope="row" className={HEAD}>
              {t(`plan.feature.${feature}`)}
            </th>
            {plans.map((plan) => (
              <td key={plan.name} className={column(plan.name)}>
                <Included is={plan.features.includes(feature)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Included({ is }: { is: boolean }) {
  const t = useTexts()
  const Icon = is ? Check : Minus
  return (
    <>
      <Icon size={16} strokeWidth={1.75} aria-hidden className={is ? 'text-ok-text' : 'text-faint'} />
      <span className="sr-only">{t(is ? 'plan.included' : 'plan.excluded')}</span>
    </>
  )
}
