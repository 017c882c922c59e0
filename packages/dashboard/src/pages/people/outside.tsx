import { Outlet } from '@tanstack/react-router'
import { useSpeak } from '../../app/language-choice.ts'
import { Wordmark } from '../../app/wordmark.tsx'
import { LANGUAGE_NAMES, LANGUAGES, useLanguage } from '../../i18n/i18n.ts'

/** What is around the pages of those who are not signed in. */
export function Outside() {
  const language = useLanguage()
  const speak = useSpeak()
  return (
    <div className="flex min-h-dvh flex-col items-center px-4 py-8 narrow:py-16">
      <header className="mb-8">
        <Wordmark />
      </header>
      <main id="content" className="w-full max-w-[400px] flex-1">
        <Outlet />
      </main>
      <footer className="mt-8 flex gap-4 text-small">
        {LANGUAGES.filter((other) => other !== language).map((other) => (
          <button key={other} type="button" lang={other} className="link" onClick={() => void speak(other)}>
            {LANGUAGE_NAMES[other]}
          </button>
        ))}
      </footer>
    </div>
  )
}
