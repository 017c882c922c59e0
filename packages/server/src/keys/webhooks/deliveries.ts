import type { RandomBytes } from '@kugelaudio/keycore'
import type { Chore } from '../../background.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { recordEvent, SERVER } from '../../store/audit-log.ts'
import type { Database, Query } from '../../store/database.ts'
import type { WebhookDeliveryRow, WebhookRow } from '../../store/schema.ts'
import {
  claimDelivery,
  deleteDeliveries,
  dueDeliveries,
  earliestDelivery,
  findWebhook,
  finishAttempt,
  forgetSaid,
  giveUpDeliveries,
  updateWebhook,
} from '../../store/webhooks.ts'
import type { Post, PostOutcome } from './post.ts'
import type { Sealing } from './sealing.ts'
import { isOverlapping } from './shown-webhook.ts'
import { signaturesOf } from './signing.ts'

/** The event of `POST /v1/webhooks/{id}/test`: sent once, and never again by itself. */
export const TEST_EVENT = 'webhook.test'

/** Waits after each failed attempt: a minute's outage costs a minute, a day's is survived. After the last it is given up. */
const BACK_OFF_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 86_400_000] as const
/** Up to a fifth more or less, so that what failed together does not come back together. */
const JITTER = 0.2
/** Longer than any honest receiver needs to put an event aside. */
const ATTEMPT_MS_MAX = 10_000
/** Above the one before: whoever has not written down by then how it went was killed. */
const LEASE_MS = 15_000
/** A webhook that has taken nothing for so long is not there any more. */
const FAILING_MS_MAX = 5 * 86_400_000
/** Sent at a time, and of these to one webhook: a slow one delays only itself. */
const AT_A_TIME = 16
const AT_A_TIME_TO_ONE = 4
/** How soon what a command has written is seen. */
const LOOKED_FOR_EVERY_MS = 500
const DELETED_EVERY_MS = 600_000
const DELETED_AT_A_TIME = 500
/** How long what was sent can be looked up. */
const KEPT_MS = 30 * 86_400_000
/** Longer than any period of a limit. */
const SAID_KEPT_MS = 40 * 86_400_000
/** Gone, and asks not to be called again (RFC 9110, section 15.5.11; Standard Webhooks). */
const GONE = 410

/** Sends what is written down for webhooks, at least once each. */
export type Deliveries = {
  /** Begins to send what is due. Asks the database only when something may be. */
  pump(): Promise<void>
  /** Something has been written down that `version` does not tell. */
  wake(): void
  /** One attempt, at once; resolves when it is written down how it went. */
  attemptNow(delivery: WebhookDeliveryRow): Promise<void>
  /** Until when nobody else takes what is taken now. */
  leaseEndMs(): number
  /** Breaks off what is being sent: it is sent again by whoever comes next. */
  close(): Promise<void>
}

type Parts = {
  database: Database
  clock: Clock
  log: Log
  randomBytes: RandomBytes
  sealing: Sealing
  post: Post
  /** Changes whenever somebody may have written down what is to be sent. */
  version: () => string
}

export function createDeliveries(parts: Parts): Deliveries {
  const { database, clock } = parts
  const sending = new Map<string, { webhookId: string; ended: Promise<void> }>()
  const closing = new AbortController()
  let seenVersion: string | null = null
  let nextAtMs: number | null = null

  const busyWebhooks = (): string[] => {
    const counts = new Map<string, number>()
    for (const { webhookId } of sending.values()) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= AT_A_TIME_TO_ONE).map(([id]) => id)
  }
  const leaseEndMs = (): number => clock.nowMs() + LEASE_MS

  const attemptNow = async (delivery: WebhookDeliveryRow): Promise<void> => {
    const claimed = await claimDelivery(database.query, delivery, leaseEndMs())
    if (claimed !== null) await attempt(parts, claimed, closing.signal)
  }
  const begin = (delivery: WebhookDeliveryRow): void => {
    const ended = attemptNow(delivery)
      // What was not written down is taken again when its lease is over.
      .catch((error: unknown) => parts.log.error({ err: error }, 'a delivery failed'))
      .then(() => {
        sending.delete(delivery.id)
        seenVersion = null
      })
    sending.set(delivery.id, { webhookId: delivery.webhook_id, ended })
  }

  return {
    leaseEndMs,
    attemptNow,
    wake() {
      seenVersion = null
    },
    async pump() {
      const limit = AT_A_TIME - sending.size
      if (limit <= 0 || closing.signal.aborted) return
      const version = parts.version()
      const hasNews = version !== seenVersion
      if (!hasNews && (nextAtMs === null || clock.nowMs() < nextAtMs)) return
      seenVersion = version
      const due = await dueDeliveries(database.query, { nowMs: clock.nowMs(), busy: busyWebhooks(), limit })
      for (const delivery of due) {
        const isBusy = busyWebhooks().includes(delivery.webhook_id)
        if (!sending.has(delivery.id) && !isBusy) begin(delivery)
      }
      nextAtMs = await earliestDelivery(database.query)
    },
    async close() {
      closing.abort(new Error('the server stops'))
      await Promise.all([...sending.values()].map(({ ended }) => ended))
    },
  }
}

/** Sends what is due, and deletes what is long over. */
export const deliveryChores = (
  deliveries: Deliveries,
  { database, clock }: { database: Database; clock: Clock },
): Chore[] => [
  {
    name: 'webhooks',
    everyMs: LOOKED_FOR_EVERY_MS,
    async round() {
      await deliveries.pump()
      return false
    },
    stop: deliveries.close,
  },
  {
    name: 'old deliveries',
    everyMs: DELETED_EVERY_MS,
    async round() {
      const nowMs = clock.nowMs()
      await forgetSaid(database.query, nowMs - SAID_KEPT_MS)
      return (
        (await deleteDeliveries(database.query, nowMs - KEPT_MS, DELETED_AT_A_TIME)) === DELETED_AT_A_TIME
      )
    },
  },
]

async function attempt(parts: Parts, delivery: WebhookDeliveryRow, stopping: AbortSignal): Promise<void> {
  const webhook = await findWebhook(parts.database.query, delivery.webhook_id)
  if (webhook === null) return
  const outcome = await send(parts, webhook, delivery, stopping)
  // A server that stops has learned nothing about the receiver.
  if (stopping.aborted && outcome.kind === 'failed') return
  await parts.database.transaction(async (query) => {
    // It may have been changed meanwhile, or deleted.
    const now = await findWebhook(query, webhook.id)
    if (now !== null) await finish(parts, query, { webhook: now, delivery, outcome })
  })
}

async function send(
  { clock, sealing, post }: Parts,
  webhook: WebhookRow,
  delivery: WebhookDeliveryRow,
  stopping: AbortSignal,
): Promise<PostOutcome> {
  const secret = sealing.open(webhook.sealed_secret, webhook.id)
  if (secret === null) return { kind: 'failed', reason: "the secret was made under another server's secret" }
  const old =
    webhook.old_sealed_secret !== null && isOverlapping(webhook, clock.nowMs())
      ? sealing.open(webhook.old_sealed_secret, webhook.id)
      : null
  const tooLong = new AbortController()
  const cancel = clock.after(ATTEMPT_MS_MAX, () => tooLong.abort())
  const timestampS = Math.floor(clock.nowMs() / 1000)
  const signed = { id: delivery.event_id, timestampS, body: delivery.payload }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'KugelAudio-Webhooks/1',
    'webhook-id': delivery.event_id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signaturesOf(signed, old === null ? [secret] : [secret, old]),
  }
  try {
    const message = { url: webhook.url, headers, body: delivery.payload }
    const outcome = await post(message, AbortSignal.any([tooLong.signal, stopping]))
    return tooLong.signal.aborted && outcome.kind === 'failed'
      ? { kind: 'failed', reason: `no answer within ${ATTEMPT_MS_MAX / 1000} s` }
      : outcome
  } finally {
    cancel()
  }
}

type Attempted = { webhook: WebhookRow; delivery: WebhookDeliveryRow; outcome: PostOutcome }

async function finish(parts: Parts, query: Query, { webhook, delivery, outcome }: Attempted): Promise<void> {
  const nowMs = parts.clock.nowMs()
  const isTaken = outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300
  const isLast = delivery.type === TEST_EVENT || webhook.disabled_at !== null
  const waitMs = isLast ? null : backOffMs(delivery.attempts, parts.randomBytes)
  await finishAttempt(query, delivery, {
    state: isTaken ? 'delivered' : waitMs === null ? 'failed' : 'pending',
    next_at: isTaken || waitMs === null ? null : nowMs + waitMs,
    last_at: nowMs,
    last_status: outcome.kind === 'answered' ? outcome.status : null,
    last_error: outcome.kind === 'failed' ? outcome.reason : null,
    last_response: outcome.kind === 'answered' ? outcome.response : null,
  })
  if (isTaken) {
    if (webhook.failing_since !== null) await updateWebhook(query, webhook.id, { failing_since: null })
    return
  }
  if (isLast) return
  const failingSince = webhook.failing_since ?? nowMs
  if (webhook.failing_since === null) await updateWebhook(query, webhook.id, { failing_since: nowMs })
  const isGone = outcome.kind === 'answered' && outcome.status === GONE
  if (!isGone && nowMs - failingSince < FAILING_MS_MAX) return
  await disable(
    query,
    webhook,
    isGone ? 'the receiver answered 410 Gone' : 'nothing was delivered for five days',
    nowMs,
  )
}

async function disable(query: Query, webhook: WebhookRow, reason: string, nowMs: number): Promise<void> {
  await updateWebhook(query, webhook.id, { disabled_at: nowMs, disabled_reason: reason })
  await giveUpDeliveries(query, webhook.id, reason)
  await recordEvent(query, {
    atMs: nowMs,
    accountId: webhook.account_id,
    actor: SERVER,
    action: 'webhook.disabled',
    target: webhook.id,
    details: { reason },
  })
}

/** How long to wait after so many attempts; null when there have been enough. */
function backOffMs(attempts: number, randomBytes: RandomBytes): number | null {
  const baseMs = BACK_OFF_MS[attempts - 1]
  if (baseMs === undefined) return null
  const chance = (randomBytes(1)[0] ?? 0) / 255
  return Math.round(baseMs * (1 - JITTER + 2 * JITTER * chance))
}
