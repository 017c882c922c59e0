import type { WebhookEvent } from '@kugelaudio/contract'
import type { Translate } from '../../i18n/i18n.ts'

/** Everything an account can be told of, by what it is about. */
export const EVENT_GROUPS = {
  keys: ['key.created', 'key.rotated', 'key.expiring', 'key.expired', 'key.revoked', 'key.leaked'],
  limits: ['limit.reached'],
} as const satisfies Record<string, readonly WebhookEvent[]>

export const ALL_EVENTS: readonly WebhookEvent[] = Object.values(EVENT_GROUPS).flat()

/** Events in few words. */
export const eventNames = (events: readonly WebhookEvent[], t: Translate): string =>
  ALL_EVENTS.every((event) => events.includes(event)) ? t('webhooks.events.all') : events.join(', ')
