import { Outlet } from '@tanstack/react-router'
import { PageLinks } from './page-links.tsx'

/** The pages of an account's settings. */
const PAGES = [
  { to: '/settings/api-keys', label: 'nav.keys' },
  { to: '/settings/members', label: 'nav.members' },
  { to: '/settings/plan', label: 'nav.plan' },
  { to: '/settings/webhooks', label: 'nav.webhooks' },
  { to: '/settings/audit', label: 'nav.audit' },
] as const

export function Settings() {
  return (
    <div className="flex flex-col gap-6">
      <PageLinks label="nav.settings" pages={PAGES} />
      <Outlet />
    </div>
  )
}
