import {
  type Delivery,
  type DeliveryQuery,
  type NewWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookChange,
  type WebhookWithSecret,
} from '@kugelaudio/contract'
import { type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Secrets } from '../../secret.ts'
import { type Actor, recordEvent } from '../../store/audit-log.ts'
import type { Database, Query } from '../../store/database.ts'
import type { WebhookRow } from '../../store/schema.ts'
import {
  deleteWebhook,
  findDelivery,
  findWebhook,
  giveUpDeliveries,
  insertDelivery,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  restartDelivery,
  updateWebhook,
} from '../../store/webhooks.ts'
import { payloadOf } from '../key-events.ts'
import { OVERLAP_SECONDS, otherOverlap, type RotationWish, rotationSecrets } from '../rotation-secret.ts'
import { type AllowAddress, literalAddress } from './addresses.ts'
import { type Deliveries, TEST_EVENT } from './deliveries.ts'
import type { Sealing } from './sealing.ts'
import { shownDelivery, shownWebhook } from './shown-webhook.ts'
import { mintWebhookSecret } from './signing.ts'

/** Every event is written down once for each. */
const WEBHOOKS_MAX = 20

/** An account's webhooks. Each method but `list` and `create` throws `NOT_FOUND`, and `FORBIDDEN` for another account's. */
export type Webhooks = {
  list(accountId: string): Promise<Webhook[]>
  /** Throws `VALIDATION_ERROR` for an address that may not be sent to. */
  create(accountId: string, wish: NewWebhook, actor: Actor): Promise<WebhookWithSecret>
  get(accountId: string, webhookId: string): Promise<Webhook>
  change(accountId: string, webhookId: string, change: WebhookChange, actor: Actor): Promise<Webhook>
  /** Returns it as it was. */
  delete(accountId: string, webhookId: string, actor: Actor): Promise<Webhook>
  /** A new secret; the old one signs as well until the overlap ends. With an `idempotencyKey` as for keys. */
  rotate(accountId: string, webhookId: string, wish: RotationWish, actor: Actor): Promise<WebhookWithSecret>
  /** Sends an event that means nothing, once, and waits for how it went. */
  test(accountId: string, webhookId: string): Promise<Delivery>
  deliveries(
    accountId: string,
    webhookId: string,
    query: DeliveryQuery,
  ): Promise<{ deliveries: Delivery[]; total: number }>
  /** Throws `CONFLICT` while it is on its way by itself. */
  retry(accountId: string, webhookId: string, deliveryId: string): Promise<Delivery>
}

type Parts = {
  database: Database
  clock: Clock
  randomBytes: RandomBytes
  sealing: Sealing
  secrets: Secrets
  allowAddress: AllowAddress
  deliveries: Deliveries
}

export function createWebhooks(parts: Parts): Webhooks {
  const { database, clock, randomBytes, sealing, deliveries } = parts
  return {
    async list(accountId) {
      const nowMs = clock.nowMs()
      return (await listWebhooks(database.query, accountId)).map((row) => shownWebhook(row, nowMs))
    },

    async create(accountId, wish, actor) {
      requireReachable(parts, wish.url)
      const atMs = clock.nowMs()
      const secret = mintWebhookSecret(randomBytes)
      const id = `whk_${randomBase62(20, randomBytes)}`
      const row: WebhookRow = {
        id,
        account_id: accountId,
        url: wish.url,
        description: wish.description ?? null,
        events: JSON.stringify([...new Set(wish.events ?? WEBHOOK_EVENTS)]),
        sealed_secret: sealing.seal(secret, id),
        old_sealed_secret: null,
        old_ends_at: null,
        rotated_at: null,
        created_at: atMs,
        created_by: actor.name,
        disabled_at: null,
        disabled_reason: null,
        failing_since: null,
      }
      await database.transaction(async (query) => {
        if ((await listWebhooks(query, accountId)).length >= WEBHOOKS_MAX)
          throw new Failure('CONFLICT', `An account has at most ${WEBHOOKS_MAX} webhooks`)
        await insertWebhook(query, row)
        await record(query, row, {
          action: 'webhook.created',
          actor,
          atMs,
          details: { host: hostOf(row.url) },
        })
      })
      return { ...shownWebhook(row, atMs), secret }
    },

    get: async (accountId, webhookId) =>
      shownWebhook(await getWebhook(database.query, accountId, webhookId), clock.nowMs()),

    async change(accountId, webhookId, { url, events, description, enabled }, actor) {
      if (url !== undefined) requireReachable(parts, url)
      const atMs = clock.nowMs()
      await getWebhook(database.query, accountId, webhookId)
      const row = await database.transaction(async (query) => {
        const row = await updateWebhook(query, webhookId, {
          ...(url === undefined ? {} : { url }),
          ...(description === undefined ? {} : { description }),
          ...(events === undefined ? {} : { events: JSON.stringify([...new Set(events)]) }),
          ...(enabled === undefined
            ? {}
            : { disabled_at: enabled ? null : atMs, disabled_reason: null, failing_since: null }),
        })
        if (row === null) throw new Failure('NOT_FOUND', 'Webhook not found')
        if (enabled === false) await giveUpDeliveries(query, webhookId, 'the webhook was disabled')
        const details = { host: hostOf(row.url), events, enabled }
        await record(query, row, { action: 'webhook.changed', actor, atMs, details })
        return row
      })
      return shownWebhook(row, atMs)
    },

    async delete(accountId, webhookId, actor) {
      const row = await getWebhook(database.query, accountId, webhookId)
      const atMs = clock.nowMs()
      await database.transaction(async (query) => {
        if (!(await deleteWebhook(query, webhookId))) throw new Failure('NOT_FOUND', 'Webhook not found')
        await record(query, row, {
          action: 'webhook.deleted',
          actor,
          atMs,
          details: { host: hostOf(row.url) },
        })
      })
      return shownWebhook(row, atMs)
    },

    async rotate(accountId, webhookId, { overlapSeconds, idempotencyKey }, actor) {
      const atMs = clock.nowMs()
      const overlapMs = (overlapSeconds ?? OVERLAP_SECONDS) * 1000
      await getWebhook(database.query, accountId, webhookId)
      const wanted =
        idempotencyKey === null
          ? [mintWebhookSecret(randomBytes)]
          : rotationSecrets(parts.secrets, { id: webhookId, idempotencyKey }, mintWebhookSecret)
      const [secret = ''] = wanted
      return await database.transaction(async (query) => {
        const row = await getWebhook(query, accountId, webhookId)
        const made = sealing.open(row.sealed_secret, webhookId)
        if (made !== null && wanted.includes(made)) {
          if ((row.old_ends_at ?? 0) - (row.rotated_at ?? 0) !== overlapMs) throw otherOverlap()
          return { ...shownWebhook(row, atMs), secret: made }
        }
        const replaced =
          row.old_sealed_secret === null ? null : sealing.open(row.old_sealed_secret, webhookId)
        if (replaced !== null && wanted.includes(replaced))
          throw new Failure('CONFLICT', 'Idempotency-Key: a later rotation has replaced this one')
        const oldEndsAtMs = atMs + overlapMs
        const rotated = await updateWebhook(query, webhookId, {
          sealed_secret: sealing.seal(secret, webhookId),
          // What cannot be read any more signs nothing.
          old_sealed_secret: made === null ? null : row.sealed_secret,
          old_ends_at: oldEndsAtMs,
          rotated_at: atMs,
        })
        if (rotated === null) throw new Failure('NOT_FOUND', 'Webhook not found')
        const details = { host: hostOf(row.url), old_ends_at: new Date(oldEndsAtMs).toISOString() }
        await record(query, rotated, { action: 'webhook.rotated', actor, atMs, details })
        return { ...shownWebhook(rotated, atMs), secret }
      })
    },

    async test(accountId, webhookId) {
      await getWebhook(database.query, accountId, webhookId)
      const atMs = clock.nowMs()
      const delivery = await insertDelivery(database.query, {
        id: `dlv_${randomBase62(20, randomBytes)}`,
        webhook_id: webhookId,
        event_id: `evt_${randomBase62(20, randomBytes)}`,
        type: TEST_EVENT,
        payload: payloadOf(TEST_EVENT, atMs, { webhook_id: webhookId }),
        created_at: atMs,
        next_at: deliveries.leaseEndMs(),
      })
      await deliveries.attemptNow(delivery)
      return shownDelivery((await findDelivery(database.query, delivery.id)) ?? delivery)
    },

    async deliveries(accountId, webhookId, { state, limit, offset }) {
      await getWebhook(database.query, accountId, webhookId)
      const filter = { webhookId, state: state ?? null, limit, offset }
      const { rows, total } = await listDeliveries(database.query, filter)
      return { deliveries: rows.map(shownDelivery), total }
    },

    async retry(accountId, webhookId, deliveryId) {
      const webhook = await getWebhook(database.query, accountId, webhookId)
      const delivery = await findDelivery(database.query, deliveryId)
      if (delivery?.webhook_id !== webhookId) throw new Failure('NOT_FOUND', 'Delivery not found')
      if (webhook.disabled_at !== null) throw new Failure('CONFLICT', 'The webhook is disabled')
      const row = await restartDelivery(database.query, deliveryId, clock.nowMs())
      if (row === null) throw new Failure('CONFLICT', 'The delivery is still on its way')
      deliveries.wake()
      return shownDelivery(row)
    },
  }
}

async function getWebhook(query: Query, accountId: string, webhookId: string): Promise<WebhookRow> {
  const row = await findWebhook(query, webhookId)
  if (row === null) throw new Failure('NOT_FOUND', 'Webhook not found')
  if (row.account_id !== accountId) throw new Failure('FORBIDDEN', undefined, { cause: 'another account' })
  return row
}

/** What a URL says of itself is checked at once; where a name leads is checked each time something is sent. */
function requireReachable({ allowAddress }: Parts, text: string): void {
  const url = new URL(text)
  const isLocalName = /^(.+\.)?localhost\.?$/.test(url.hostname)
  const address = isLocalName ? '127.0.0.1' : literalAddress(url.hostname)
  if (address === null) {
    if (url.protocol === 'https:') return
    throw new Failure('VALIDATION_ERROR', 'url: must begin with https://')
  }
  if (!allowAddress(address, url.protocol))
    throw new Failure('VALIDATION_ERROR', 'url: this address is not one that webhooks may be sent to')
}

/** Paths and queries of webhooks are often secrets themselves. */
const hostOf = (url: string): string => new URL(url).host

const record = (
  query: Query,
  row: WebhookRow,
  done: { action: string; actor: Actor; atMs: number; details: Record<string, unknown> },
): Promise<void> => recordEvent(query, { ...done, accountId: row.account_id, target: row.id })
