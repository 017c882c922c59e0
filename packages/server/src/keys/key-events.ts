import type { WebhookEvent } from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Query } from '../store/database.ts'
import type { ApiKeyRow, WebhookRow } from '../store/schema.ts'
import { eventsOf, insertDeliveries, listWebhooks, type NewDelivery, saidOnce } from '../store/webhooks.ts'
import { shownKey } from './shown-key.ts'

/** Something an account may want to be told of. `data` never holds a secret. */
export type KeyEvent = {
  type: WebhookEvent
  accountId: string
  atMs: number
  data: Record<string, unknown>
  /** An event with the same name is told once only. Names are forgotten after some weeks. */
  once?: string
}

/** Where events are handed over. */
export type KeyEvents = {
  /** Call it inside the transaction that does what the event tells: then neither is lost, and none is told of nothing. */
  record(query: Query, event: KeyEvent): Promise<void>
  /** The same for many events of one account, none of which has a name of its own. */
  recordAll(query: Query, events: readonly KeyEvent[]): Promise<void>
  /** Changes whenever this process has written something down. */
  version(): number
}

/** Writes an event down for every webhook that wants it; the server sends what is written. */
export function createKeyEvents({ randomBytes }: { randomBytes: RandomBytes }): KeyEvents {
  let version = 0
  const deliveriesOf = ({ type, atMs, data }: KeyEvent, wanting: readonly WebhookRow[]): NewDelivery[] => {
    const eventId = `evt_${randomBase62(20, randomBytes)}`
    const payload = payloadOf(type, atMs, data)
    return wanting.map((webhook) => ({
      id: `dlv_${randomBase62(20, randomBytes)}`,
      webhook_id: webhook.id,
      event_id: eventId,
      type,
      payload,
      created_at: atMs,
      next_at: atMs,
    }))
  }
  return {
    version: () => version,
    async record(query, event) {
      const wanting = wantingOf(await listWebhooks(query, event.accountId), event)
      if (wanting.length === 0) return
      if (event.once !== undefined && !(await saidOnce(query, event.once, event.atMs))) return
      await insertDeliveries(query, deliveriesOf(event, wanting))
      version++
    },
    async recordAll(query, events) {
      const [first] = events
      if (first === undefined) return
      const webhooks = await listWebhooks(query, first.accountId)
      const deliveries = events.flatMap((event) => deliveriesOf(event, wantingOf(webhooks, event)))
      if (deliveries.length === 0) return
      await insertDeliveries(query, deliveries)
      version++
    },
  }
}

const wantingOf = (webhooks: readonly WebhookRow[], { type }: KeyEvent): WebhookRow[] =>
  webhooks.filter((webhook) => webhook.disabled_at === null && eventsOf(webhook).includes(type))

/** The body of a delivery, in the form of Standard Webhooks: `type`, `timestamp`, `data`. */
export const payloadOf = (type: string, atMs: number, data: Record<string, unknown>): string =>
  JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data })

/** An event about a key: the key as it is shown, without its secret, and what else there is to say. */
export const keyEvent = (
  type: WebhookEvent,
  row: ApiKeyRow,
  atMs: number,
  more: Record<string, unknown> = {},
): KeyEvent => ({
  type,
  accountId: row.account_id,
  atMs,
  data: { key: shownKey(row, atMs, null), ...more },
})

/** An event about a limit that was reached: once a period. `keyId` is null for a limit of the account. */
export const limitEvent = (reached: {
  accountId: string
  keyId: string | null
  /** As `characters_per_month`. */
  limit: string
  max: number
  /** The span that the limit is counted in, as `2030-01` or `2030-01-31`. */
  period: string
  atMs: number
}): KeyEvent => ({
  type: 'limit.reached',
  accountId: reached.accountId,
  atMs: reached.atMs,
  data: {
    account_id: reached.accountId,
    key_id: reached.keyId,
    limit: reached.limit,
    max: reached.max,
    period: reached.period,
  },
  once: ['limit', reached.accountId, reached.keyId ?? '', reached.limit, reached.period].join(' '),
})
