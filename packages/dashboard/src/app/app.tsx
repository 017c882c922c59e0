import {
  MutationCache,
  onlineManager,
  QueryCache,
  QueryClient,
  QueryClientProvider,
} from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ApiError } from '../api/api-error.ts'
import { hearNetwork, isOffline } from '../api/network.ts'
import { sessionQuery, wasSignedIn } from '../api/session.ts'
import { activate, type Language, LanguageContext } from '../i18n/i18n.ts'
import { SpeakContext } from './language-choice.ts'
import { keepLanguage } from './preferences.ts'
import { createAppRouter } from './router.tsx'
import { tellSessionOver } from './session-over.ts'

/** A failure that may pass is tried once more by itself. */
const isPassing = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === null || error.status >= 500)

/** Whoever was signed in and is refused as nobody has to sign in again. */
const hearRefusal = (error: unknown, queries: QueryClient): void => {
  if (!(error instanceof ApiError)) return
  if (error.code === 'UNAUTHORIZED' && wasSignedIn()) tellSessionOver()
  // Another role, or an account that is suspended: the page asks what is allowed now.
  if (error.code === 'FORBIDDEN') void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
}

/** The session itself is asked for too: that there is none is an answer. */
const hearSession = (data: unknown, { queryKey }: { queryKey: readonly unknown[] }): void => {
  if (data === null && queryKey[0] === sessionQuery.queryKey[0] && wasSignedIn()) tellSessionOver()
}

// Without a network nothing is asked for again, so that pages stay as they are.
onlineManager.setEventListener((setOnline) => hearNetwork(() => setOnline(!isOffline())))

const createQueries = (): QueryClient => {
  const onError = (error: unknown): void => hearRefusal(error, queries)
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: hearSession }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (count, error) => count < 1 && isPassing(error) },
      // What a call answers may be a secret: it must not outlive its dialog.
      // Offline they fail at once; by themselves they would wait and be sent later.
      mutations: { gcTime: 0, retry: false, networkMode: 'always' },
    },
  })
  return queries
}

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
