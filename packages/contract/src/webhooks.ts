import { z } from 'zod'

/** What an account can be told of. */
export const WEBHOOK_EVENTS = [
  'key.created',
  'key.rotated',
  'key.expiring',
  'key.expired',
  'key.revoked',
  'key.leaked',
  'limit.reached',
] as const
export const WebhookEvent = z.enum(WEBHOOK_EVENTS)
export type WebhookEvent = z.infer<typeof WebhookEvent>

/** Where events are sent. Which addresses are allowed is the server's to say. */
export const WebhookUrl = z
  .string()
  .max(2_048)
  .refine(isWebhookUrl, 'must be an https URL without a user, a password or a fragment')

const events = z.array(WebhookEvent).min(1)
const description = z.string().max(200).nullable()

/** Body of `POST /v1/webhooks`. */
export const NewWebhook = z.strictObject({
  url: WebhookUrl,
  events: events.optional().describe('Default: all.'),
  description: description.optional(),
})
export type NewWebhook = z.infer<typeof NewWebhook>

/** Body of `PATCH /v1/webhooks/{id}`; what is left out stays. */
export const WebhookChange = z
  .strictObject({ url: WebhookUrl, events, description, enabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
export type WebhookChange = z.infer<typeof WebhookChange>

/** A webhook as it is shown, without its secret. Times are ISO 8601 in UTC. */
export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(WebhookEvent),
  enabled: z.boolean(),
  disabled_reason: z.string().nullable().describe('Why it was disabled, where the server did it.'),
  failing_since: z.iso.datetime().nullable().describe('Since when nothing has been delivered.'),
  created_at: z.iso.datetime(),
  rotation: z
    .object({ rotated_at: z.iso.datetime(), old_ends_at: z.iso.datetime() })
    .nullable()
    .describe('While the secret before the last rotation signs as well.'),
})
export type Webhook = z.infer<typeof Webhook>

export const WebhookWithSecret = Webhook.extend({
  secret: z.string().describe('`whsec_…`, this once. It verifies signatures (Standard Webhooks).'),
})
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

export const WebhookList = z.object({ webhooks: z.array(Webhook) })

/** `failed`: given up. */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const
export const DeliveryState = z.enum(DELIVERY_STATES)
export type DeliveryState = z.infer<typeof DeliveryState>

/** One event on its way to one webhook. */
export const Delivery = z.object({
  id: z.string(),
  event_id: z.string().describe('The `webhook-id` header: the same for every attempt.'),
  type: z.string(),
  state: DeliveryState,
  attempts: z.int(),
  created_at: z.iso.datetime(),
  next_attempt_at: z.iso.datetime().nullable(),
  last_attempt: z
    .object({
      at: z.iso.datetime(),
      status: z.int().nullable(),
      error: z.string().nullable(),
      response: z.string().nullable().describe('The first 1024 bytes of the answer.'),
    })
    .nullable(),
  payload: z.unknown(),
})
export type Delivery = z.infer<typeof Delivery>

export const DeliveryList = z.object({
  deliveries: z.array(Delivery),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
})

/** Query of `GET /v1/webhooks/{id}/deliveries`. */
export const DeliveryQuery = z.strictObject({
  state: DeliveryState.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type DeliveryQuery = z.infer<typeof DeliveryQuery>

function isWebhookUrl(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.username === '' &&
    url.password === '' &&
    url.hash === ''
  )
}
