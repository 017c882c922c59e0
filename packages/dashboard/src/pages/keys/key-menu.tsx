import { useNavigate } from '@tanstack/react-router'
import { Ban, Ellipsis, RotateCw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Key } from '../../api/keys.ts'
import { useTexts } from '../../i18n/i18n.ts'
import { copyText } from '../../ui/copying.ts'
import { isOver } from './key-state.tsx'

const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded-control px-2.5 outline-none data-highlighted:bg-sunken pointer-coarse:min-h-11'
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

type Props = { of: Key; onRevoke: (key: Key) => void; onRotate: (key: Key) => void; mayWrite: boolean }

/** What else can be done with a key. */
export function KeyMenu({ of: key, onRevoke, onRotate, mayWrite }: Props) {
  const t = useTexts()
  const navigate = useNavigate()
  const mayEnd = mayWrite && !isOver(key)
  const open = (tab?: 'access'): void =>
    void navigate({ to: '/settings/api-keys/$id', params: { id: key.id }, search: tab ? { tab } : {} })
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="grid size-9 shrink-0 place-items-center rounded-control text-muted hover:bg-sunken pointer-coarse:size-11">
        <Ellipsis {...ICON} />
        <span className="sr-only">{t('keys.more', { name: key.name })}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          className="z-30 min-w-48 rounded-card border border-line bg-raised p-1.5 shadow-[0_12px_40px_var(--overlay-shadow)] appears"
        >
          <DropdownMenu.Item className={ITEM} onSelect={() => open()}>
            {t('keys.open')}
          </DropdownMenu.Item>
          {mayEnd && (
            <>
              <DropdownMenu.Item className={ITEM} onSelect={() => onRotate(key)}>
                <RotateCw {...ICON} />
                {t('rotate.menu')}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={ITEM} onSelect={() => open('access')}>
                {t('keys.edit')}
              </DropdownMenu.Item>
            </>
          )}
          <DropdownMenu.Item className={ITEM} onSelect={() => void copyText(key.id)}>
            {t('keys.copyid')}
          </DropdownMenu.Item>
          {mayEnd && (
            <>
              <DropdownMenu.Item
                className={ITEM}
                onSelect={() => void copyText(`kugelaudio-server key revoke ${key.id}`)}
              >
                {t('keys.copycli')}
              </DropdownMenu.Item>
              <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
              <DropdownMenu.Item className={`${ITEM} text-danger-text`} onSelect={() => onRevoke(key)}>
                <Ban {...ICON} />
                {t('revoke.action')}
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
