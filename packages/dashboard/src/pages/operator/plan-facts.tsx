import type { Plan } from '@kugelaudio/contract'
import { useLanguage, useTexts } from '../../i18n/i18n.ts'

/** What a plan allows. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const t = useTexts()
  const language = useLanguage()
  const format = new Intl.NumberFormat(language)
  const list = new Intl.ListFormat(language)
  const limit = (value: number | null): string =>
    value === null ? t('operator.plan.unlimited') : format.format(value)
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-small [&_dt]:text-muted">
      <dt>{t('operator.plan.requests')}</dt>
      <dd>{limit(plan.requests_per_minute)}</dd>
      <dt>{t('operator.plan.streams')}</dt>
      <dd>{limit(plan.concurrent_streams)}</dd>
      <dt>{t('operator.plan.request')}</dt>
      <dd>{limit(plan.characters_per_request)}</dd>
      <dt>{t('operator.plan.month')}</dt>
      <dd>{limit(plan.characters_per_month)}</dd>
      <dt>{t('operator.plan.features')}</dt>
      <dd className="first-letter:uppercase">
        {plan.features.length === 0
          ? '–'
          : list.format(plan.features.map((feature) => t(`plan.feature.${feature}`)))}
      </dd>
    </dl>
  )
}
