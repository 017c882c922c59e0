import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf, BodyOf, QueryOf } from './routes.ts'

export type Key = AnswerOf<'getKey'>
export type KeyWithSecret = AnswerOf<'createKey'>
export type KeyAndReceipt = AnswerOf<'revokeKey'>
export type Receipt = KeyAndReceipt['receipt']
export type KeysQuery = NonNullable<QueryOf<'listKeys'>>

/** How often numbers that change by themselves are asked for again, while the page is in sight. */
const REFRESH_MS = 5_000

/** A page of the account's keys. */
export const keysQuery = (query: KeysQuery) =>
  queryOptions({
    queryKey: ['keys', query],
    queryFn: ({ signal }) => call('listKeys', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id],
    queryFn: ({ signal }) => call('getKey', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** What changes keys makes every list of them old. */
function useStale(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['keys'] }),
      queries.invalidateQueries({ queryKey: ['key'] }),
    ])
  }
}

export function useCreateKey() {
  const stale = useStale()
  return useMutation({
    mutationFn: (body: BodyOf<'createKey'>) => call('createKey', { body }),
    onSettled: stale,
  })
}

export function useRevokeKeys() {
  const stale = useStale()
  return useMutation({
    mutationFn: ({ ids, reason }: { ids: string[]; reason: string | null }) =>
      call('revokeKeys', { body: { ids, reason } }),
    onSettled: stale,
  })
}

export function useRotateKey() {
  const stale = useStale()
  return useMutation({
    mutationFn: ({ id, overlapSeconds, attempt }: { id: string; overlapSeconds: number; attempt: string }) =>
      call('rotateKey', {
        params: { id },
        body: { overlap_seconds: overlapSeconds },
        headers: { 'idempotency-key': attempt },
      }),
    onSettled: stale,
  })
}
