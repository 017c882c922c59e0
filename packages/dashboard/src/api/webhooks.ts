import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from './call.ts'
import type { AnswerOf, BodyOf } from './routes.ts'

export type Webhook = AnswerOf<'getWebhook'>
export type WebhookWithSecret = AnswerOf<'createWebhook'>
export type Delivery = AnswerOf<'testWebhook'>

/** Deliveries change by themselves. */
const REFRESH_MS = 5_000

/** The account's webhooks. */
export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => (await call('listWebhooks', { signal })).webhooks,
  refetchInterval: REFRESH_MS,
})

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id],
    queryFn: ({ signal }) => call('getWebhook', { params: { id }, signal }),
    refetchInterval: REFRESH_MS,
  })

/** What was sent to a webhook, newest first. */
export const deliveriesQuery = (id: string, page: { limit: number; offset: number }) =>
  queryOptions({
    queryKey: ['webhooks', id, 'deliveries', page],
    queryFn: ({ signal }) => call('listDeliveries', { params: { id }, query: page, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })

function useStale(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: webhooksQuery.queryKey })
}

export function useCreateWebhook() {
  return useMutation({
    mutationFn: (body: BodyOf<'createWebhook'>) => call('createWebhook', { body }),
    onSettled: useStale(),
  })
}

export function useChangeWebhook(id: string) {
  return useMutation({
    mutationFn: (body: BodyOf<'changeWebhook'>) => call('changeWebhook', { params: { id }, body }),
    onSettled: useStale(),
  })
}

export function useDeleteWebhook(id: string) {
  return useMutation({ mutationFn: () => call('deleteWebhook', { params: { id } }) })
}

export function useRotateWebhook(id: string) {
  return useMutation({
    mutationFn: ({ overlapSeconds, attempt }: { overlapSeconds: number; attempt: string }) =>
      call('rotateWebhook', {
        params: { id },
        body: { overlap_seconds: overlapSeconds },
        headers: { 'idempotency-key': attempt },
      }),
    onSettled: useStale(),
  })
}

export function useTestWebhook(id: string) {
  return useMutation({
    mutationFn: () => call('testWebhook', { params: { id } }),
    onSettled: useStale(),
  })
}

export function useRetryDelivery(id: string) {
  return useMutation({
    mutationFn: (delivery: string) => call('retryDelivery', { params: { id, delivery_id: delivery } }),
    onSettled: useStale(),
  })
}
