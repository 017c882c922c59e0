import type { Feature } from '@kugelaudio/contract'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from './button.tsx'
import { Empty } from './problem.tsx'

type Props = { feature: Feature; title: string; children: ReactNode }

/** What the account's plan does not include: what it would do, and where to find who has it. */
export function NotOnPlan({ feature, title, children }: Props) {
  const t = useTexts()
  return (
    <Empty
      title={title}
      action={
        <Button asChild>
          <Link to="/settings/plan">{t('plan.see')}</Link>
        </Button>
      }
    >
      <p>{children}</p>
      <p className="mt-2">{t('plan.without', { feature: t(`plan.feature.${feature}`) })}</p>
    </Empty>
  )
}
