import type { Feature } from '@kugelaudio/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { plansQuery } from '../api/account.ts'
import { useSession } from '../api/session.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Empty } from '../ui/problem.tsx'
import { Page } from './page.tsx'
import { useRulers } from './rulers.ts'

type NotOnPlanProps = {
  title: string
  feature: Feature
  /** What the feature does, in two lines. */
  children: ReactNode
  /** A true example of it. */
  example?: ReactNode
}

/** A page whose feature the plan does not include: what it is, and the way to it. */
export function NotOnPlan({ title, feature, children, example }: NotOnPlanProps) {
  const t = useTexts()
  const names = useRulers()
  const { account } = useSession()
  const { data: plans = [] } = useQuery(plansQuery)
  const language = useLanguage()
  const having = plans
    .filter(({ features }) => features.includes(feature))
    .map(({ name }) => t('plan.quoted', { plan: name }))
  const mayChoose = account?.role === 'owner' || account?.role === 'billing'
  const message = t('plan.missing.message', {
    feature: title,
    account: account?.name ?? '',
    id: feature,
  })
  return (
    <Page title={title} lead={children}>
      {example}
      <Empty
        title={t('plan.missing', { plan: account?.plan ?? '' })}
        action={
          mayChoose ? (
            <Button asChild look="primary">
              <Link to="/settings/plan">{t('plan.see')}</Link>
            </Button>
          ) : (
            <CopyButton look="primary" text={message} label="plan.ask" />
          )
        }
      >
        {having.length > 0 && (
          <p>
            {t('plan.missing.having', {
              plans: new Intl.ListFormat(language, { type: 'disjunction' }).format(having),
            })}
          </p>
        )}
        <p>{names === null || mayChoose ? t('plan.missing.text') : t('state.notallowed.ask', { names })}</p>
      </Empty>
    </Page>
  )
}
