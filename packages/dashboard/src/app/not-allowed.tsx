import type { Feature } from '@kugelaudio/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { plansQuery } from '../api/account.ts'
import { membersQuery } from '../api/members.ts'
import { useMay, useSession } from '../api/session.ts'
import { useLanguage, useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Empty } from '../ui/problem.tsx'
import { Page } from './page.tsx'

/** Names of those who may help, as far as the person may know them. */
function useRulers(): string | null {
  const mayRead = useMay('members:read')
  const language = useLanguage()
  const { data } = useQuery({ ...membersQuery, enabled: mayRead })
  const names = data?.filter(({ role }) => role === 'owner' || role === 'admin').map(({ name }) => name) ?? []
  return names.length === 0 ? null : new Intl.ListFormat(language, { type: 'disjunction' }).format(names)
}

/** A page that a role may not read: who sees it, and whom to ask. */
export function NotAllowed({ title, text }: { title: string; text?: string }) {
  const t = useTexts()
  const names = useRulers()
  return (
    <Page title={title}>
      <Empty
        title={text ?? t('state.notallowed')}
        action={
          <Button asChild>
            <Link to="/">{t('nav.overview')}</Link>
          </Button>
        }
      >
        {names !== null && text === undefined && <p>{t('state.notallowed.ask', { names })}</p>}
      </Empty>
    </Page>
  )
}

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
