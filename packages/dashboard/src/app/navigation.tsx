import type { Permission } from '@kugelaudio/contract'
import { Link } from '@tanstack/react-router'
import { AudioLines, BookA, BookOpen, ChartColumn, House, MicVocal, Server, Settings2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../api/session.ts'
import type { MessageId } from '../i18n/i18n.ts'
import { useTexts } from '../i18n/i18n.ts'

const ICON = { size: 20, strokeWidth: 1.75, 'aria-hidden': true } as const

/** The rail's items, in order. */
const ITEMS = [
  { to: '/', label: 'nav.overview', icon: <House {...ICON} />, exact: true },
  { to: '/playground', label: 'nav.playground', icon: <AudioLines {...ICON} />, exact: false },
  { to: '/voices', label: 'nav.voices', icon: <MicVocal {...ICON} />, exact: false },
  { to: '/dictionaries', label: 'nav.dictionaries', icon: <BookA {...ICON} />, exact: false },
  { to: '/usage', label: 'nav.usage', icon: <ChartColumn {...ICON} />, exact: false },
  {
    to: '/settings',
    label: 'nav.settings',
    icon: <Settings2 {...ICON} />,
    exact: false,
  },
  {
    to: '/operator',
    label: 'nav.operator',
    icon: <Server {...ICON} />,
    exact: false,
    permission: 'server:operate',
  },
] as const satisfies readonly {
  to: string
  label: MessageId
  icon: ReactNode
  exact: boolean
  /** Shown only to whoever may. */
  permission?: Permission
}[]

const PLACE =
  'flex min-h-9 items-center gap-3 rounded-control px-2.5 text-muted hover:bg-sunken hover:text-text pointer-coarse:min-h-11'

/** Where one can go; narrow rails show the icons alone, with the words for those who listen or point. */
export function Navigation({ onGo }: { onGo?: () => void }) {
  const t = useTexts()
  const mayOperate = useMay('server:operate')
  return (
    <ul className="flex flex-col gap-1">
      {ITEMS.filter((item) => !('permission' in item) || mayOperate).map(({ to, label, icon, exact }) => (
        <li key={to}>
          <Link
            to={to}
            activeOptions={{ exact }}
            title={t(label)}
            {...(onGo === undefined ? {} : { onClick: onGo })}
            className={`${PLACE} aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-text`}
          >
            {icon}
            <span className="narrow:max-wide:sr-only">{t(label)}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** Help is in the same place on every page. */
export function DocsLink() {
  const t = useTexts()
  return (
    <a href="/docs" title={t('nav.docs')} className={PLACE}>
      <BookOpen {...ICON} />
      <span className="narrow:max-wide:sr-only">{t('nav.docs')}</span>
    </a>
  )
}
