import { Link, Outlet } from '@tanstack/react-router'
import { useTexts } from '../i18n/i18n.ts'

/** The pages of an account's settings: links, not tabs, as each is a page. */
const PAGES = [{ to: '/settings/api-keys', label: 'nav.keys' }] as const

export function Settings() {
  const t = useTexts()
  return (
    <div className="flex flex-col gap-6">
      <nav aria-label={t('nav.settings')} className="-mx-4 overflow-x-auto px-4">
        <ul className="flex gap-1 border-b border-line">
          {PAGES.map(({ to, label }) => (
            <li key={to}>
              <Link
                to={to}
                className="-mb-px block whitespace-nowrap border-b-2 border-transparent px-3 py-2 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text"
              >
                {t(label)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  )
}
