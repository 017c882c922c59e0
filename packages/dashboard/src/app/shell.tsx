import { useIsFetching } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useSuspended } from '../api/session.ts'
import { useTexts } from '../i18n/i18n.ts'
import { Dialog } from '../ui/dialog.tsx'
import { DocsLink, Navigation } from './navigation.tsx'
import { Offline } from './offline.tsx'
import { usePaletteKey } from './palette-key.ts'
import { PersonMenu } from './person-menu.tsx'
import { useSessionOver } from './session-over.ts'
import { Wordmark } from './wordmark.tsx'

const SignInAgain = lazy(async () => ({ default: (await import('./sign-in-again.tsx')).SignInAgain }))
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** What is around every page of those who are signed in: a rail, and on phones a bar with a menu. */
export function Shell() {
  const t = useTexts()
  const isOver = useSessionOver()
  const [isSearching, endSearch] = usePaletteKey()
  return (
    <div className="flex min-h-dvh max-narrow:flex-col">
      <a
        href="#content"
        className="sr-only rounded-control bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:left-4 focus:top-4 focus:z-50"
      >
        {t('nav.skip')}
      </a>
      <Rail />
      <TopBar />
      <div className="flex min-w-0 flex-1 flex-col">
        <Offline />
        <Suspended />
        <Progress />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto w-full max-w-[1304px] flex-1 px-4 py-6 narrow:px-8 narrow:py-8"
        >
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {isOver && <SignInAgain />}
        {isSearching && <Palette onClose={endSearch} />}
      </Suspense>
    </div>
  )
}

/** Says that the account does not work, and whom to ask. */
function Suspended() {
  const t = useTexts()
  if (!useSuspended()) return null
  return (
    <p role="alert" className="bg-danger-soft px-4 py-2 text-center text-danger-text">
      {t('state.suspended')}
    </p>
  )
}

function Rail() {
  const t = useTexts()
  return (
    <header className="sticky top-0 flex h-dvh w-56 shrink-0 flex-col gap-6 border-r border-line bg-surface p-3 max-wide:w-[72px] max-narrow:hidden">
      <div className="px-2 pt-2 max-wide:px-4">
        <span className="max-wide:hidden">
          <Wordmark />
        </span>
        <span aria-hidden className="block size-2.5 rounded-full bg-accent wide:hidden" />
      </div>
      <nav aria-label={t('nav.main')} className="flex-1">
        <Navigation />
      </nav>
      <DocsLink />
      <PersonMenu />
    </header>
  )
}

function TopBar() {
  const t = useTexts()
  const [open, setOpen] = useState(false)
  const close = (): void => setOpen(false)
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-b border-line bg-surface px-4 narrow:hidden">
      <Wordmark />
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="grid size-11 place-items-center rounded-control hover:bg-sunken"
      >
        <Menu size={20} strokeWidth={1.75} aria-hidden />
        <span className="sr-only">{t('nav.open')}</span>
      </button>
      <Dialog open={open} onClose={close} isSheet title={<h2>{t('nav.open')}</h2>}>
        <nav aria-label={t('nav.main')}>
          <Navigation onGo={close} />
        </nav>
        <div className="mt-auto border-t border-line pt-4">
          <DocsLink />
          <PersonMenu />
        </div>
      </Dialog>
    </header>
  )
}

/** Shorter waits need no line. */
const PATIENCE_MS = 2_000

/** A thin line while something that was asked takes long. */
function Progress() {
  const isAsking = useIsFetching({ predicate: (query) => query.state.data === undefined }) > 0
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    if (!isAsking) return setLong(false)
    const timer = setTimeout(() => setLong(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [isAsking])
  return isLong ? <div aria-hidden className="h-0.5 animate-pulse bg-accent" /> : null
}
