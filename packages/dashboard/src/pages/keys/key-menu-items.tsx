import { useNavigate } from '@tanstack/react-router'
import { ArrowRight, Ban, Copy, Pencil, RotateCw, SquareTerminal } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useTexts } from '../../i18n/i18n.ts'
import { copyText } from '../../ui/copying.ts'
import { MENU_ITEM, Menu, MenuLine } from '../../ui/menu.tsx'
import type { MenuProps } from '../../ui/menu-button.tsx'
import type { KeyMenuProps } from './key-menu.tsx'
import { isOver } from './key-state.tsx'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** What the menu of a key has. */
export function KeyMenuItems({
  subject: key,
  onRevoke,
  onRotate,
  mayWrite,
  ...menu
}: MenuProps & KeyMenuProps) {
  const t = useTexts()
  const navigate = useNavigate()
  const mayEnd = mayWrite && !isOver(key)
  const open = (tab?: 'access'): void =>
    void navigate({ to: '/settings/api-keys/$id', params: { id: key.id }, search: tab ? { tab } : {} })
  return (
    <Menu {...menu} align="end" className="z-30 min-w-48">
      <DropdownMenu.Item className={MENU_ITEM} onSelect={() => open()}>
        <ArrowRight {...ICON} />
        {t('keys.open')}
      </DropdownMenu.Item>
      {mayEnd && (
        <>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => onRotate(key)}>
            <RotateCw {...ICON} />
            {t('rotate.menu')}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={MENU_ITEM} onSelect={() => open('access')}>
            <Pencil {...ICON} />
            {t('keys.edit')}
          </DropdownMenu.Item>
        </>
      )}
      <DropdownMenu.Item className={MENU_ITEM} onSelect={() => void copyText(key.id)}>
        <Copy {...ICON} />
        {t('keys.copyid')}
      </DropdownMenu.Item>
      {mayEnd && (
        <>
          <DropdownMenu.Item
            className={MENU_ITEM}
            onSelect={() => void copyText(`kugelaudio-server key revoke ${key.id}`)}
          >
            <SquareTerminal {...ICON} />
            {t('keys.copycli')}
          </DropdownMenu.Item>
          <MenuLine />
          <DropdownMenu.Item className={`${MENU_ITEM} text-danger-text`} onSelect={() => onRevoke(key)}>
            <Ban {...ICON} />
            {t('revoke.action')}
          </DropdownMenu.Item>
        </>
      )}
    </Menu>
  )
}
