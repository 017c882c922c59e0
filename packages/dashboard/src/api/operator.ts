import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { callForProof, useProved } from './proof.ts'
import type { AnswerOf, QueryOf } from './routes.ts'

export type OperatedAccount = AnswerOf<'getOperatedAccount'>
export type ServerState = AnswerOf<'getServerState'>

/** Numbers of a running server. */
const REFRESH_MS = 5_000

/** Accounts of the server. */
export const accountsQuery = (query: NonNullable<QueryOf<'listAccounts'>>) =>
  queryOptions({
    queryKey: ['operator', 'accounts', query],
    queryFn: ({ signal }) => call('listAccounts', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })

/** One account of the server. */
export const operatedAccountQuery = (id: string) =>
  queryOptions({
    queryKey: ['operator', 'account', id],
    queryFn: ({ signal }) => call('getOperatedAccount', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** Keys of an account of the server. */
export const operatedKeysQuery = (id: string, query: NonNullable<QueryOf<'listOperatedKeys'>>) =>
  queryOptions({
    queryKey: ['operator', 'account', id, 'keys', query],
    queryFn: ({ signal }) => call('listOperatedKeys', { params: { id }, query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })

/** What an account of the server has used since a day, by day. */
export const operatedUsageQuery = (id: string, from: string) =>
  queryOptions({
    queryKey: ['operator', 'account', id, 'usage', from],
    queryFn: ({ signal }) =>
      call('getOperatedUsage', { params: { id }, query: { from, group_by: 'day' }, signal }),
  })

export const operatedPlansQuery = queryOptions({
  queryKey: ['operator', 'plans'],
  queryFn: async ({ signal }) => (await call('listOperatedPlans', { signal })).plans,
  refetchInterval: REFRESH_MS,
})

export const serverStateQuery = queryOptions({
  queryKey: ['operator', 'server'],
  queryFn: ({ signal }) => call('getServerState', { signal }),
  refetchInterval: REFRESH_MS,
})

export type CanaryRound = AnswerOf<'getCanary'>['rounds'][number]

/** What the nodes have found by making, using and revoking keys of their own. */
export const canariesQuery = queryOptions({
  queryKey: ['operator', 'canaries'],
  queryFn: ({ signal }) => call('getCanary', { signal }),
  refetchInterval: REFRESH_MS,
})

const KNOWN = ['operator'] as const

export const useChangePlan = (id: string) =>
  useProved(KNOWN, (plan: string, hear) =>
    callForProof('changeOperatedAccount', { params: { id }, body: { plan } }, hear),
  )

export const useSuspendAccount = (id: string) =>
  useProved(KNOWN, (reason: string | null, hear) =>
    callForProof('suspendAccount', { params: { id }, body: { reason } }, hear),
  )

export const useResumeAccount = (id: string) =>
  useProved(KNOWN, (_: null, hear) => callForProof('resumeAccount', { params: { id } }, hear))
