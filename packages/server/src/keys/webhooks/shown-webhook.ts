import type { Delivery, Webhook } from '@kugelaudio/contract'
import type { WebhookDeliveryRow, WebhookRow } from '../../store/schema.ts'
import { eventsOf } from '../../store/webhooks.ts'

/** A webhook as the outside sees it. */
export const shownWebhook = (row: WebhookRow, nowMs: number): Webhook => ({
  id: row.id,
  url: row.url,
  description: row.description,
  events: eventsOf(row),
  enabled: row.disabled_at === null,
  disabled_reason: row.disabled_reason,
  failing_since: isoOrNull(row.failing_since),
  created_at: iso(row.created_at),
  rotation: isOverlapping(row, nowMs)
    ? { rotated_at: iso(row.rotated_at), old_ends_at: iso(row.old_ends_at) }
    : null,
})

type Overlapping = WebhookRow & { rotated_at: number; old_ends_at: number }

/** Whether the secret before the last rotation signs as well. */
export const isOverlapping = (row: WebhookRow, nowMs: number): row is Overlapping =>
  row.rotated_at !== null && row.old_ends_at !== null && nowMs < row.old_ends_at

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
