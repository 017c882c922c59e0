import { Link, Outlet } from '@tanstack/react-router'
import { useMay } from '../../api/session.ts'
import { Page } from '../../app/page.tsx'
import { PageLinks } from '../../app/page-links.tsx'
import { useTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/problem.tsx'

/** The pages of whoever operates the server. */
const PAGES = [
  { to: '/operator/accounts', label: 'operator.accounts' },
  { to: '/operator/plans', label: 'operator.plans' },
  { to: '/operator/nodes', label: 'operator.nodes' },
  { to: '/operator/engines', label: 'operator.engines' },
  { to: '/operator/health', label: 'operator.health' },
] as const

export function OperatorFrame() {
  const t = useTexts()
  const mayOperate = useMay('server:operate')
  if (!mayOperate)
    return (
      <Page title={t('nav.operator')}>
        <Empty
          title={t('operator.only')}
          action={
            <Button asChild>
              <Link to="/">{t('state.home')}</Link>
            </Button>
          }
        />
      </Page>
    )
  return (
    <div className="flex flex-col gap-6">
      <PageLinks label="nav.operator" pages={PAGES} />
      <Outlet />
    </div>
  )
}
