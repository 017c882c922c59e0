import type { Delivery, Webhook } from '@kugelaudio/contract'
import type { WebhookDeliveryRow, WebhookRow } from '../../store/schema.ts'
import { eventsOf } from '../../store/webhooks.ts'

/** A webhook as the outside sees it. */
export const shownWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  description: row.description,
  events: eventsOf(row),
  enabled: row.disabled_at === null,
  disabled_reason: row.disabled_reason,
  failing_since: isoOrNull(row.failing_since),
  created_at: iso(row.created_at),
})

/** A delivery as the outside sees it. */
export const shownDelivery = (row: WebhookDeliveryRow): Delivery => ({
  id: row.id,
  event_id: row.event_id,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  created_at: iso(row.created_at),
  next_attempt_at: isoOrNull(row.next_at),
  last_attempt:
    row.last_at === null
      ? null
      : { at: iso(row.last_at), status: row.last_status, error: row.last_error, response: row.last_response },
  payload: JSON.parse(row.payload),
})

const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))
