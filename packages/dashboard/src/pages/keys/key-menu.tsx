import { Ellipsis } from 'lucide-react'
import type { Key } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { late } from '../../ui/late.tsx'
import { ButtonBefore, MenuButton } from '../../ui/menu-button.tsx'

export type KeyMenuProps = {
  subject: Key
  onRevoke: (key: Key) => void
  onRotate: (key: Key) => void
  mayWrite: boolean
}

const Items = late(async () => (await import('./key-menu-items.tsx')).KeyMenuItems, ButtonBefore)

/** What else can be done with a key. */
export function KeyMenu(props: KeyMenuProps) {
  const t = useTexts()
  const face = (
    <>
      <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
      <span className="sr-only">{t('keys.more', { name: props.subject.name })}</span>
    </>
  )
  const className =
    'grid size-9 shrink-0 place-items-center rounded-control text-muted hover:bg-sunken pointer-coarse:size-11'
  return <MenuButton button={{ className, children: face }} menu={(menu) => <Items {...menu} {...props} />} />
}
