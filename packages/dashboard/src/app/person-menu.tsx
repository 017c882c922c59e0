import { ChevronsUpDown } from 'lucide-react'
import { useSession } from '../api/session.ts'
import { late } from '../ui/late.tsx'
import { ButtonBefore, MenuButton } from '../ui/menu-button.tsx'

const Items = late(async () => (await import('./person-menu-items.tsx')).PersonMenuItems, ButtonBefore)

/** Who is signed in; language and look; the way out. */
export function PersonMenu() {
  const { user, account } = useSession()
  const face = (
    <>
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft text-small font-medium text-accent-text"
      >
        {user.name.slice(0, 1).toUpperCase()}
      </span>
      <span className="flex min-w-0 flex-1 flex-col narrow:max-wide:sr-only">
        <span className="truncate font-medium">{user.name}</span>
        <span className="truncate text-badge text-muted">{account?.name}</span>
      </span>
      <ChevronsUpDown
        size={16}
        strokeWidth={1.75}
        aria-hidden
        className="text-muted narrow:max-wide:hidden"
      />
    </>
  )
  const className = 'flex min-h-11 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-sunken'
  return <MenuButton button={{ className, children: face }} menu={(menu) => <Items {...menu} />} />
}
