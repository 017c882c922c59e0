import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf } from './routes.ts'

export type Voice = AnswerOf<'listVoices'>['voices'][number]

/** Voices that a page of the list may have, at most. */
const VOICES_A_PAGE = 100

/** Every voice that the account can speak with: its own first. */
export const voicesQuery = queryOptions({
  queryKey: ['voices'],
  queryFn: async ({ signal }): Promise<Voice[]> => {
    const voices: Voice[] = []
    for (;;) {
      const query = { limit: VOICES_A_PAGE, offset: voices.length }
      const page = await call('listVoices', { query, signal })
      voices.push(...page.voices)
      if (page.voices.length === 0 || voices.length >= page.total) return voices
    }
  },
  staleTime: 30_000,
})

/** The models that can speak. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => call('listModels', { signal }),
  staleTime: 300_000,
})
