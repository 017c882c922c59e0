import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown, LogOut } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { forgetSession, sessionQuery, useSession } from '../api/session.ts'
import { LANGUAGE_NAMES, LANGUAGES, useLanguage, useTexts } from '../i18n/i18n.ts'
import { useSpeak } from './language-choice.ts'
import { currentTheme, keepTheme, THEMES, type Theme } from './preferences.ts'

const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded-control px-2.5 outline-none data-highlighted:bg-sunken data-[state=checked]:text-accent-text data-[state=checked]:font-medium pointer-coarse:min-h-11'
const LABEL = 'px-2.5 pb-1 pt-3 text-badge text-muted'

/** Who is signed in; language and look; the way out. */
export function PersonMenu() {
  const t = useTexts()
  const { user, account, accounts } = useSession()
  const language = useLanguage()
  const speak = useSpeak()
  const [theme, setTheme] = useState<Theme>(currentTheme)
  const signOut = useSignOut()
  const switchTo = useSwitchAccount()
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="flex min-h-11 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-sunken">
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
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          side="top"
          align="start"
          sideOffset={4}
          className="z-50 min-w-56 rounded-card border border-line bg-raised p-1.5 shadow-[0_12px_40px_var(--overlay-shadow)] appears"
        >
          <p className="truncate px-2.5 py-1.5 text-small text-muted">{user.email}</p>
          {accounts.length > 1 && (
            <>
              <DropdownMenu.Label className={LABEL}>{t('menu.account')}</DropdownMenu.Label>
              <DropdownMenu.RadioGroup value={account?.id ?? ''}>
                {accounts.map(({ id, name }) => (
                  <DropdownMenu.RadioItem
                    key={id}
                    value={id}
                    className={ITEM}
                    onSelect={() => void switchTo(id)}
                  >
                    <span className="truncate">{name}</span>
                  </DropdownMenu.RadioItem>
                ))}
              </DropdownMenu.RadioGroup>
              <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
            </>
          )}
          <DropdownMenu.Item asChild className={ITEM}>
            <Link to="/profile">{t('nav.profile')}</Link>
          </DropdownMenu.Item>
          <DropdownMenu.Item asChild className={ITEM}>
            <Link to="/profile/security">{t('nav.security')}</Link>
          </DropdownMenu.Item>
          <DropdownMenu.Label className={LABEL}>{t('menu.language')}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={language}>
            {LANGUAGES.map((choice) => (
              <DropdownMenu.RadioItem
                key={choice}
                value={choice}
                lang={choice}
                className={ITEM}
                onSelect={() => void speak(choice)}
              >
                {LANGUAGE_NAMES[choice]}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Label className={LABEL}>{t('menu.theme')}</DropdownMenu.Label>
          <DropdownMenu.RadioGroup value={theme}>
            {THEMES.map((choice) => (
              <DropdownMenu.RadioItem
                key={choice}
                value={choice}
                className={ITEM}
                onSelect={() => {
                  keepTheme(choice)
                  setTheme(choice)
                }}
              >
                {t(`menu.theme.${choice}`)}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
          <DropdownMenu.Item className={ITEM} onSelect={() => void signOut()}>
            <LogOut size={16} strokeWidth={1.75} aria-hidden />
            {t('menu.signout')}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Ends the session, and forgets everything that was seen in it. */
function useSignOut(): () => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await call('signOut').catch(() => undefined)
    forgetSession()
    queries.clear()
    await navigate({ to: '/sign-in' })
  }
}

/** Acts for another of the person's accounts: nothing of the one before stays. */
function useSwitchAccount(): (accountId: string) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (accountId) => {
    const session = await call('changeSession', { body: { account_id: accountId } })
    await navigate({ to: '/' })
    queries.setQueryData(sessionQuery.queryKey, session)
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
  }
}
