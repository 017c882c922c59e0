import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf } from './routes.ts'

/** The account's plan, and how much of it is used. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call('getAccount', { signal }),
})

export type Plan = AnswerOf<'listPlans'>['plans'][number]

/** The plans that there are on this server. */
export const plansQuery = queryOptions({
  queryKey: ['plans'],
  queryFn: async ({ signal }) => (await call('listPlans', { signal })).plans,
  staleTime: 300_000,
})
