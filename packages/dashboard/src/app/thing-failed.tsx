import { Link, type LinkProps } from '@tanstack/react-router'
import { ApiError } from '../api/api-error.ts'
import { useSession, useSuspended } from '../api/session.ts'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Problem } from '../ui/problem.tsx'
import { Page } from './page.tsx'

type Props = {
  /** Of the page of all of them. */
  title: string
  to: NonNullable<LinkProps['to']>
  error: unknown
  onRetry: () => void
}

/**
 * The page of one thing that could not be shown: there is none under its address, or it is another account's, which is the same
 * to whoever asks; then the way is to those that there are. Anything else may work the next time.
 */
export function ThingFailed({ title, to, error, onRetry }: Props) {
  const t = useTexts()
  const { accounts } = useSession()
  // While an account is suspended nothing of it may be seen.
  const isSuspended = useSuspended()
  const isNone = error instanceof ApiError && [400, 404, ...(isSuspended ? [] : [403])].includes(error.status)
  return (
    <Page title={title}>
      {isNone ? (
        <Empty
          title={t('state.notfound')}
          action={
            <Button asChild>
              <Link to={to}>{t('state.all', { title })}</Link>
            </Button>
          }
        >
          {t(accounts.length > 1 ? 'state.notfound.elsewhere' : 'state.notfound.thing')}
        </Empty>
      ) : (
        <Problem error={error} onRetry={onRetry} />
      )}
    </Page>
  )
}
