import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** The account's plan, and how much of it is used. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call('getAccount', { signal }),
})
