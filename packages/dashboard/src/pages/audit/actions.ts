import type { MessageId } from '../../i18n/i18n.ts'

/** Everything that is written down, as the server names it. */
export const ACTIONS = [
  'access.refused',
  'key.created',
  'key.changed',
  'key.rotated',
  'key.revoked',
  'key.imported',
  'key.leaked',
  'token.created',
  'token.revoked',
  'token.leaked',
  'member.invited',
  'member.invitation_withdrawn',
  'member.joined',
  'member.role_changed',
  'member.removed',
  'session.opened',
  'session.ended',
  'password.changed',
  'password.reset',
  'password.reset_asked',
  'second_factor.added',
  'second_factor.removed',
  'passkey.added',
  'passkey.removed',
  'webhook.created',
  'webhook.changed',
  'webhook.rotated',
  'webhook.disabled',
  'webhook.deleted',
  'voice.created',
  'voice.changed',
  'voice.published',
  'voice.verified',
  'voice.refused',
  'voice.reference_added',
  'voice.reference_deleted',
  'voice.sample_generated',
  'voice.deleted',
  'account.created',
  'account.plan_changed',
  'account.suspended',
  'account.resumed',
] as const

type Action = (typeof ACTIONS)[number]

const isKnown = (action: string): action is Action => (ACTIONS as readonly string[]).includes(action)

/** The words for an action; null for one that is newer than this page. */
export const actionText = (action: string): MessageId | null =>
  isKnown(action) ? `audit.action.${action}` : null
