import { Link, useRouter } from '@tanstack/react-router'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Problem } from '../ui/problem.tsx'
import { usePageTitle } from './page-title.ts'
import { Wordmark } from './wordmark.tsx'

/** What could not be shown at all. */
export function PageFailed({ error }: { error: unknown }) {
  const router = useRouter()
  return (
    <main className="mx-auto max-w-[640px] p-8">
      <Problem error={error} onRetry={() => void router.invalidate()} />
    </main>
  )
}

export function NotFound() {
  const t = useTexts()
  usePageTitle(t('state.notfound.title'))
  return (
    <main className="mx-auto flex max-w-[640px] flex-col items-center p-8 pt-16">
      <Wordmark />
      <Empty
        title={t('state.notfound')}
        action={
          <Button asChild>
            <Link to="/">{t('state.home')}</Link>
          </Button>
        }
      />
    </main>
  )
}
