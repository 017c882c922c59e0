import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'
import { callForProof, callForProofs, useProved } from './proof.ts'
import type { AnswerOf, BodyOf, QueryOf } from './routes.ts'
import { useChange } from './use-change.ts'
import { watchStreams } from './watched-streams.ts'

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
    queryFn: async ({ signal }) => {
      const page = await call('listKeys', { query, signal })
      for (const key of page.keys) watchStreams(key)
      return page
    },
    placeholderData: keepPreviousData,
    // Sorted by what changes by itself, rows would move under the pointer.
    refetchInterval: query.sort === 'last_used' ? false : REFRESH_MS,
  })

export const keyQuery = (id: string) =>
  queryOptions({
    queryKey: ['key', id],
    queryFn: async ({ signal }) => {
      const key = await call('getKey', { params: { id }, signal })
      watchStreams(key)
      return key
    },
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
const KNOWN = ['keys', 'key'] as const

export const useCreateKey = () => useChange(KNOWN, (body: BodyOf<'createKey'>) => call('createKey', { body }))

/** Ends keys; answers with the receipts. */
export const useRevokeKeys = () =>
  useProved(KNOWN, async ({ ids, reason }: { ids: string[]; reason: string | null }, hear) =>
    (await callForProofs('revokeKeys', { body: { ids, reason } }, hear)).map(({ receipt }) => receipt),
  )

export const useChangeKey = (id: string) =>
  useProved(KNOWN, (body: BodyOf<'changeKey'>, hear) =>
    callForProof('changeKey', { params: { id }, body }, hear),
  )

export const useChangeRotation = (id: string) =>
  useProved(KNOWN, (seconds: number, hear) =>
    callForProof('changeRotation', { params: { id }, body: { overlap_seconds: seconds } }, hear),
  )

/** Ends one stream of a key, or with null all of them. */
export const useEndStreams = (id: string) =>
  useChange(KNOWN, (streamId: string | null) =>
    streamId === null
      ? call('endKeyStreams', { params: { id } })
      : call('endKeyStream', { params: { id, stream_id: streamId } }),
  )

export const useEndToken = () =>
  useProved(KNOWN, (id: string, hear) => callForProof('revokeToken', { params: { id } }, hear))

export const useRotateKey = () =>
  useChange(
    KNOWN,
    ({ id, overlapSeconds, attempt }: { id: string; overlapSeconds: number; attempt: string }) =>
      call('rotateKey', {
        params: { id },
        body: { overlap_seconds: overlapSeconds },
        headers: { 'idempotency-key': attempt },
      }),
  )
