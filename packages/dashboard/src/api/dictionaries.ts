import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf } from './routes.ts'

export type Dictionary = AnswerOf<'listDictionaries'>['dictionaries'][number]

/** The account's dictionaries, oldest first. */
export const dictionariesQuery = queryOptions({
  queryKey: ['dictionaries'],
  queryFn: async ({ signal }) => (await call('listDictionaries', { signal })).dictionaries,
})
