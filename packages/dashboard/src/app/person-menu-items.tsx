import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Check, LogOut } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { forgetSession, sessionQuery, useSession } from '../api/session.ts'
import { LANGUAGE_NAMES, LANGUAGES, useLanguage, useTexts } from '../i18n/i18n.ts'
import { FailureNote } from '../ui/failure-note.tsx'
import { MENU_ITEM, Menu, MenuLine } from '../ui/menu.tsx'
import type { MenuProps } from '../ui/menu-button.tsx'
import { useSpeak } from './language-choice.ts'
import { currentTheme, keepTheme, THEMES, type Theme } from './preferences.ts'

const CHOSEN = <Check size={16} strokeWidth={1.75} aria-hidden />
const LABEL = 'px-2.5 pb-1 pt-3 text-badge text-muted'

/** What the menu of whoever is signed in has. */
export function PersonMenuItems(menu: MenuProps) {
  const t = useTexts()
  const { user, account, accounts } = useSession()
  const language = useLanguage()
  const speak = useSpeak()
  const [theme, setTheme] = useState<Theme>(currentTheme)
  const signOut = useSignOut()
  const switchTo = useSwitchAccount()
  return (
    <div className="relative">
      <div className="absolute bottom-full left-0 z-50 mb-2 w-52 empty:hidden">
        <FailureNote error={signOut.error ?? switchTo.error} />
      </div>
      <Menu {...menu} side="top" align="start" className="z-50 min-w-56">
        <p className="truncate px-2.5 py-1.5 text-small text-muted">{user.email}</p>
        {accounts.length > 1 && (
          <>
            <DropdownMenu.Label className={LABEL}>{t('menu.account')}</DropdownMenu.Label>
            <DropdownMenu.RadioGroup value={account?.id ?? ''}>
              {accounts.map(({ id, name }) => (
                <DropdownMenu.RadioItem
                  key={id}
                  value={id}
                  className={MENU_ITEM}
                  onSelect={() => switchTo.mutate(id)}
                >
                  <span className="min-w-0 flex-1 truncate">{name}</span>
                  {id === account?.id && CHOSEN}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
            <MenuLine />
          </>
        )}
        <DropdownMenu.Item asChild className={MENU_ITEM}>
          <Link to="/profile">{t('nav.profile')}</Link>
        </DropdownMenu.Item>
        <DropdownMenu.Item asChild className={MENU_ITEM}>
          <Link to="/profile/security">{t('nav.security')}</Link>
        </DropdownMenu.Item>
        <DropdownMenu.Label className={LABEL}>{t('menu.language')}</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={language}>
          {LANGUAGES.map((choice) => (
            <DropdownMenu.RadioItem
              key={choice}
              value={choice}
              lang={choice}
              className={MENU_ITEM}
              onSelect={() => void speak(choice)}
            >
              <span className="flex-1">{LANGUAGE_NAMES[choice]}</span>
              {choice === language && CHOSEN}
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
        <DropdownMenu.Label className={LABEL}>{t('menu.theme')}</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={theme}>
          {THEMES.map((choice) => (
            <DropdownMenu.RadioItem
              key={choice}
              value={choice}
              className={MENU_ITEM}
              onSelect={() => {
                keepTheme(choice)
                setTheme(choice)
              }}
            >
              <span className="flex-1">{t(`menu.theme.${choice}`)}</span>
              {choice === theme && CHOSEN}
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
        <MenuLine />
        <DropdownMenu.Item className={MENU_ITEM} onSelect={() => signOut.mutate()}>
          <LogOut size={16} strokeWidth={1.75} aria-hidden />
          {t('menu.signout')}
        </DropdownMenu.Item>
      </Menu>
    </div>
  )
}

/** Ends the session, and forgets everything that was seen in it; where it may still be there, nobody is told otherwise. */
function useSignOut() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async () => {
      await call('signOut')
      forgetSession()
      queries.clear()
      await navigate({ to: '/sign-in' })
    },
  })
}

/** Acts for another of the person's accounts: nothing of the one before stays. */
function useSwitchAccount() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async (accountId: string) => {
      const session = await call('changeSession', { body: { account_id: accountId } })
      await navigate({ to: '/' })
      queries.setQueryData(sessionQuery.queryKey, session)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
    },
  })
}
