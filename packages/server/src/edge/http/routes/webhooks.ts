import type { DeliveryQuery, NewWebhook, Rotation, WebhookChange } from '@kugelaudio/contract'
import type { z } from 'zod'
import type { AnyGrant } from '../../../auth/people/session-grants.ts'
import type { Webhooks } from '../../../keys/webhooks/webhooks.ts'
import type { Call } from '../call.ts'
import { jsonReply, privateReply, type Reply } from '../reply.ts'
import { rotationWish } from '../rotation-wish.ts'

/** `/v1/webhooks`: where an account's events are sent, and how that went. */
export const webhookRoutes = ({ webhooks }: { webhooks: Webhooks }) => ({
  listWebhooks: async (_: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply({ webhooks: await webhooks.list(principal.accountId) }),

  createWebhook: async ({ body, actor }: Call<NewWebhook>, { principal }: AnyGrant): Promise<Reply> =>
    privateReply(await webhooks.create(principal.accountId, body, actor), 201),

  getWebhook: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await webhooks.get(principal.accountId, idOf(params))),

  changeWebhook: async (
    { params, body, actor }: Call<WebhookChange>,
    { principal }: AnyGrant,
  ): Promise<Reply> => reply(await webhooks.change(principal.accountId, idOf(params), body, actor)),

  deleteWebhook: async ({ params, actor }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await webhooks.delete(principal.accountId, idOf(params), actor)),

  rotateWebhook: async (call: Call<z.output<typeof Rotation>>, { principal }: AnyGrant): Promise<Reply> =>
    privateReply(
      await webhooks.rotate(principal.accountId, idOf(call.params), rotationWish(call), call.actor),
    ),

  testWebhook: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await webhooks.test(principal.accountId, idOf(params))),

  listDeliveries: async (
    { params, query }: Call<null, DeliveryQuery>,
    { principal }: AnyGrant,
  ): Promise<Reply> => {
    const found = await webhooks.deliveries(principal.accountId, idOf(params), query)
    return reply({ ...found, limit: query.limit, offset: query.offset })
  },

  retryDelivery: async ({ params }: Call, { principal }: AnyGrant): Promise<Reply> =>
    reply(await webhooks.retry(principal.accountId, idOf(params), params['delivery_id'] ?? '')),
})

const reply = (value: unknown): Reply => jsonReply(JSON.stringify(value))

const idOf = (params: Record<string, string>): string => params['id'] ?? ''
