import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'
import { call, callForLines } from './call.ts'
import type { AnswerOf, BodyOf, LineOf, QueryOf } from './routes.ts'

export type Key = AnswerOf<'getKey'>
export type KeyWithSecret = AnswerOf<'createKey'>
export type KeyAndReceipt = AnswerOf<'revokeKey'>
export type Receipt = KeyAndReceipt['receipt']
/** How far the revocation of one key has come. */
export type Settling = Extract<LineOf<'revokeKeys'>, { type: 'settling' }>
export type KeysQuery = NonNullable<QueryOf<'listKeys'>>

/** How often numbers that change by themselves are asked for again, while the page is in sight. */
const REFRESH_MS = 5_000

/** A page of the account's keys. */
export const keysQuery = (query: KeysQuery) =>
  queryOptions({
    queryKey: ['keys', query],
    queryFn: ({ signal }) => call('listKeys', { query, signal }),
    placeholderData: keepPreviousData,
    // Sorted by what changes by itself, rows would move under the pointer.
    refetchInterval: query.sort === 'last_used' ? false : REFRESH_MS,
  })

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id],
    queryFn: ({ signal }) => call('getKey', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** What a key has open, as it changes. */
export const streamsQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'streams'],
    queryFn: async ({ signal }) => (await call('listKeyStreams', { params: { id }, signal })).streams,
    refetchInterval: REFRESH_MS,
  })

/** Tokens of a key that can still be presented. */
export const keyTokensQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'tokens'],
    queryFn: ({ signal }) => call('listKeyTokens', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** What was proved of a key. */
export const receiptsQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'receipts'],
    queryFn: async ({ signal }) => (await call('listKeyReceipts', { params: { id }, signal })).receipts,
  })

/** Who still uses the secret before the last rotation. */
export const rotationQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'rotation'],
    queryFn: ({ signal }) => call('getRotation', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** What has happened to a key. */
export const keyAuditQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id, 'audit'],
    queryFn: async ({ signal }) =>
      (await call('listAudit', { query: { target: id, limit: 100 }, signal })).events,
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

type RevokeWish = { ids: string[]; reason: string | null; hear: (settling: Settling) => void }

/** Ends keys and hears how far it has come; returns the receipts. */
async function revokeKeys({ ids, reason, hear }: RevokeWish): Promise<Receipt[]> {
  const receipts: Receipt[] = []
  await callForLines('revokeKeys', { body: { ids, reason } }, (line) => {
    switch (line.type) {
      case 'settling':
        return hear(line)
      case 'revoked':
        receipts.push(line.receipt)
        return
      case 'failed':
        throw new ApiError({
          message: line.error,
          code: line.error_code,
          status: line.code,
          requestId: line.request_id,
          retryAfterS: line.retry_after ?? null,
        })
    }
  })
  return receipts
}

export function useRevokeKeys() {
  const stale = useStale()
  return useMutation({
    mutationFn: revokeKeys,
    onSettled: stale,
  })
}

export function useChangeKey(id: string) {
  const stale = useStale()
  return useMutation({
    mutationFn: (body: BodyOf<'changeKey'>) => call('changeKey', { params: { id }, body }),
    onSettled: stale,
  })
}

export function useChangeRotation(id: string) {
  const stale = useStale()
  return useMutation({
    mutationFn: (overlapSeconds: number) =>
      call('changeRotation', { params: { id }, body: { overlap_seconds: overlapSeconds } }),
    onSettled: stale,
  })
}

/** Ends one stream of a key, or with null all of them. */
export function useEndStreams(id: string) {
  const stale = useStale()
  return useMutation({
    mutationFn: (streamId: string | null) =>
      streamId === null
        ? call('endKeyStreams', { params: { id } })
        : call('endKeyStream', { params: { id, stream_id: streamId } }),
    onSettled: stale,
  })
}

export function useEndToken() {
  const stale = useStale()
  return useMutation({
    mutationFn: (id: string) => call('revokeToken', { params: { id } }),
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
