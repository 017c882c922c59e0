import { Outlet } from '@tanstack/react-router'
import { useMay } from '../../api/session.ts'
import { NotAllowed } from '../../app/not-allowed.tsx'
import { PageLinks } from '../../app/page-links.tsx'
import { useTexts } from '../../i18n/i18n.ts'

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
  if (!mayOperate) return <NotAllowed title={t('nav.operator')} text={t('operator.only')} />
  return (
    <div className="flex flex-col gap-6">
      <PageLinks label="nav.operator" pages={PAGES} />
      <Outlet />
    </div>
  )
}
