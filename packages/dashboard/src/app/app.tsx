import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { activate, type Language, LanguageContext } from '../i18n/i18n.ts'
import { SpeakContext } from './language-choice.ts'
import { keepLanguage } from './preferences.ts'
import { createAppRouter } from './router.tsx'

/** A failure that may pass is tried once more by itself. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === null || error.status >= 500)

const createQueries = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, error) => count < 1 && isPassing(error) },
      // What a call answers may be a secret: it must not outlive its dialog.
      mutations: { gcTime: 0, retry: false },
    },
  })

/** Everything, in a language. */
export function App({ language: first }: { language: Language }) {
  const [language, setLanguage] = useState(first)
  const queries = useMemo(createQueries, [])
  const router = useMemo(() => createAppRouter(queries), [queries])
  const speak = async (next: Language): Promise<void> => {
    await activate(next)
    keepLanguage(next)
    setLanguage(next)
  }
  return (
    <QueryClientProvider client={queries}>
      <LanguageContext value={language}>
        <SpeakContext value={speak}>
          <RouterProvider router={router} />
        </SpeakContext>
      </LanguageContext>
    </QueryClientProvider>
  )
}
