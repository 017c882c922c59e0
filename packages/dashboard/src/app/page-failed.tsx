import { Link, useRouter } from '@tanstack/react-router'
import { ApiError } from '../api/api-error.ts'
import { useTexts } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { Empty, Problem } from '../ui/problem.tsx'
import { usePageTitle } from './page-title.ts'
import { Wordmark } from './wordmark.tsx'

/** What could not be shown at all. */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <main className="mx-auto max-w-[640px] p-8">
      <PartFailed error={error} />
    </main>
  )
}

/** What could not be shown of a page; what is around it stays. */
export function PartFailed({ error }: { error: unknown }) {
  const t = useTexts()
  const router = useRouter()
  return (
    <>
      <h1 className="sr-only">{t('state.failed.title')}</h1>
      <Problem
        error={error}
        // A script that did not come is asked for once in the life of a document.
        onRetry={() => (error instanceof ApiError ? void router.invalidate() : location.reload())}
      />
    </>
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
