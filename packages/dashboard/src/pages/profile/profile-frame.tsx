import { Outlet } from '@tanstack/react-router'
import { PageLinks } from '../../app/page-links.tsx'

/** The pages about the person. */
const PAGES = [
  { to: '/profile', label: 'nav.profile', exact: true },
  { to: '/profile/security', label: 'nav.security' },
] as const

export function ProfileFrame() {
  return (
    <div className="flex flex-col gap-6">
      <PageLinks label="nav.person" pages={PAGES} />
      <Outlet />
    </div>
  )
}
