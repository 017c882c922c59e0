import { Link } from '@tanstack/react-router'
import { useSession } from '../api/session.ts'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/problem.tsx'
import { Page } from './page.tsx'
import { useRulers } from './rulers.ts'

/** A page that a role may not read: that it is the role, or who sees it, and whom to ask. */
export function NotAllowed({ title, text }: { title: string; text?: string }) {
  const t = useTexts()
  const names = useRulers()
  const { account } = useSession()
  const why =
    account === null ? t('state.role') : t('state.notallowed.role', { role: t(`role.${account.role}`) })
  return (
    <Page title={title}>
      <Empty
        title={text ?? why}
        action={
          <Button asChild>
            <Link to="/">{t('nav.overview')}</Link>
          </Button>
        }
      >
        <p>{names === null ? t('state.ask') : t('state.notallowed.ask', { names })}</p>
      </Empty>
    </Page>
  )
}
