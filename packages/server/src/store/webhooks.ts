import type { DeliveryState, WebhookEvent } from '@kugelaudio/contract'
import type { Query } from './database.ts'
import { inParts } from './parts.ts'
import type { WebhookDeliveryRow, WebhookRow } from './schema.ts'

export async function insertWebhook(query: Query, row: WebhookRow): Promise<void> {
  await query.insertInto('webhook').values(row).execute()
}

export async function findWebhook(query: Query, webhookId: string): Promise<WebhookRow | null> {
  return (
    (await query.selectFrom('webhook').selectAll().where('id', '=', webhookId).executeTakeFirst()) ?? null
  )
}

/** Oldest first. */
export async function listWebhooks(query: Query, accountId: string): Promise<WebhookRow[]> {
  return await query
    .selectFrom('webhook')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Of all accounts, in the order of their ids. */
export async function pageOfWebhooks(query: Query, afterId: string, limit: number): Promise<WebhookRow[]> {
  return await query
    .selectFrom('webhook')
    .selectAll()
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Where secrets are kept under a secret of the server's. */
export const SEALED_COLUMNS = ['sealed_secret', 'old_sealed_secret'] as const

/** Puts the same secret, sealed anew, in the place of what it was; false when something else is there by now. */
export async function replaceSealedSecret(
  query: Query,
  secret: { webhookId: string; column: (typeof SEALED_COLUMNS)[number]; sealed: string; anew: string },
): Promise<boolean> {
  const row = await query
    .updateTable('webhook')
    .set({ [secret.column]: secret.anew })
    .where('id', '=', secret.webhookId)
    .where(secret.column, '=', secret.sealed)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Null when it does not exist. */
export async function updateWebhook(
  query: Query,
  webhookId: string,
  columns: Partial<Omit<WebhookRow, 'id' | 'account_id'>>,
): Promise<WebhookRow | null> {
  const row = await query
    .updateTable('webhook')
    .set(columns)
    .where('id', '=', webhookId)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** With all that is on its way to it. Call it inside a transaction; false when it does not exist. */
export async function deleteWebhook(query: Query, webhookId: string): Promise<boolean> {
  await query.deleteFrom('webhook_delivery').where('webhook_id', '=', webhookId).execute()
  const row = await query.deleteFrom('webhook').where('id', '=', webhookId).returning('id').executeTakeFirst()
  return row !== undefined
}

/** Ends what waits for a webhook that takes nothing any more. */
export async function giveUpDeliveries(query: Query, webhookId: string, error: string): Promise<void> {
  await query
    .updateTable('webhook_delivery')
    .set({ state: 'failed', next_at: null, last_error: error })
    .where('webhook_id', '=', webhookId)
    .where('state', '=', 'pending')
    .execute()
}

export const eventsOf = (row: WebhookRow): WebhookEvent[] => JSON.parse(row.events) as WebhookEvent[]

export type NewDelivery = Pick<
  WebhookDeliveryRow,
  'id' | 'webhook_id' | 'event_id' | 'type' | 'payload' | 'created_at' | 'next_at'
>

export async function insertDeliveries(query: Query, deliveries: readonly NewDelivery[]): Promise<void> {
  for (const part of inParts(deliveries))
    await query
      .insertInto('webhook_delivery')
      .values(part.map((delivery) => ({ ...delivery, state: 'pending' as const, attempts: 0 })))
      .execute()
}

export async function insertDelivery(query: Query, delivery: NewDelivery): Promise<WebhookDeliveryRow> {
  return await query
    .insertInto('webhook_delivery')
    .values({ ...delivery, state: 'pending', attempts: 0 })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function findDelivery(query: Query, deliveryId: string): Promise<WebhookDeliveryRow | null> {
  const row = await query
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('id', '=', deliveryId)
    .executeTakeFirst()
  return row ?? null
}

/** Newest first, with the number of all that match. */
export async function listDeliveries(
  query: Query,
  filter: { webhookId: string; state: DeliveryState | null; limit: number; offset: number },
): Promise<{ rows: WebhookDeliveryRow[]; total: number }> {
  let matching = query.selectFrom('webhook_delivery').where('webhook_id', '=', filter.webhookId)
  if (filter.state !== null) matching = matching.where('state', '=', filter.state)
  const { total } = await matching
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { rows, total: Number(total) }
}

/** What is to be sent now, the longest waiting first, but nothing for webhooks that are busy. */
export async function dueDeliveries(
  query: Query,
  { nowMs, busy, limit }: { nowMs: number; busy: readonly string[]; limit: number },
): Promise<WebhookDeliveryRow[]> {
  let due = query.selectFrom('webhook_delivery').selectAll().where('next_at', '<=', nowMs)
  if (busy.length > 0) due = due.where('webhook_id', 'not in', busy)
  return await due.orderBy('next_at').limit(limit).execute()
}

/** When the next delivery is to be sent; null when none waits. */
export async function earliestDelivery(query: Query): Promise<number | null> {
  const row = await query
    .selectFrom('webhook_delivery')
    .select((select) => select.fn.min('next_at').as('at'))
    .executeTakeFirst()
  return row?.at ?? null
}

/**
 * Takes a delivery for one attempt, for a while in which nobody else takes it. Null when somebody has taken it meanwhile.
 * Whoever is killed during the attempt leaves it to be taken again.
 */
export async function claimDelivery(
  query: Query,
  { id, next_at }: Pick<WebhookDeliveryRow, 'id' | 'next_at'>,
  untilMs: number,
): Promise<WebhookDeliveryRow | null> {
  const row = await query
    .updateTable('webhook_delivery')
    .set((column) => ({ next_at: untilMs, attempts: column('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('next_at', '=', next_at)
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Writes down how an attempt went, unless there has been a later one. */
export async function finishAttempt(
  query: Query,
  { id, attempts }: Pick<WebhookDeliveryRow, 'id' | 'attempts'>,
  outcome: Pick<
    WebhookDeliveryRow,
    'state' | 'next_at' | 'last_at' | 'last_status' | 'last_error' | 'last_response'
  >,
): Promise<void> {
  await query
    .updateTable('webhook_delivery')
    .set(outcome)
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .execute()
}

/** Sends a delivery once more, from the first attempt; null when it is still on its way, or does not exist. */
export async function restartDelivery(
  query: Query,
  deliveryId: string,
  nowMs: number,
): Promise<WebhookDeliveryRow | null> {
  const row = await query
    .updateTable('webhook_delivery')
    .set({ state: 'pending', attempts: 0, next_at: nowMs })
    .where('id', '=', deliveryId)
    .where('state', '!=', 'pending')
    .returningAll()
    .executeTakeFirst()
  return row ?? null
}

/** Deletes finished deliveries of before an instant, a number of them at most; returns how many. */
export async function deleteDeliveries(query: Query, beforeMs: number, limit: number): Promise<number> {
  const gone = await query
    .deleteFrom('webhook_delivery')
    .where('id', 'in', (old) =>
      old
        .selectFrom('webhook_delivery')
        .select('id')
        .where('next_at', 'is', null)
        .where('created_at', '<', beforeMs)
        .limit(limit),
    )
    .returning('id')
    .execute()
  return gone.length
}

/** True for the first who says it. */
export async function saidOnce(query: Query, name: string, atMs: number): Promise<boolean> {
  const row = await query
    .insertInto('event_once')
    .values({ name, at: atMs })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}

/** Forgets what was said before an instant. */
export async function forgetSaid(query: Query, beforeMs: number): Promise<void> {
  await query.deleteFrom('event_once').where('at', '<', beforeMs).execute()
}
