import { z } from 'zod'
import { AuditCheck, AuditList, AuditQuery } from './audit.ts'
import { COMPAT_ROUTES } from './compat-routes.ts'
import type { Dialect, KeyHeader } from './dialects.ts'
import { DICTIONARY_ROUTES } from './dictionary-routes.ts'
import { IMPORT_BYTES_MAX, KeyImport, KeysImported } from './imports.ts'
import { KEY_ACTIVITY_ROUTES } from './key-activity-routes.ts'
import {
  Key,
  KeyAndReceipt,
  KeyChange,
  KeyList,
  KeyQuery,
  KeyWithSecret,
  NewKey,
  RevokedMany,
  RevokeMany,
  RevokeOne,
  Rotation,
} from './keys.ts'
import { GITHUB_ALERT_BYTES_MAX, GithubAlert, GithubFeedback, LeakReceived, LeakReport } from './leaks.ts'
import { MEMBER_ROUTES } from './member-routes.ts'
import { ModelList } from './models.ts'
import { NormalizedText, NormalizeRequest } from './normalize.ts'
import { OPERATOR_ROUTES } from './operator-routes.ts'
import { PEOPLE_ROUTES } from './people-routes.ts'
import { type Feature, PlanList } from './plans.ts'
import { proved, provedLines } from './proved.ts'
import type { Permission } from './roles.ts'
import type { Scope } from './scopes.ts'
import { SIGN_IN_ROUTES } from './sign-in-routes.ts'
import { GenerateRequest } from './speech.ts'
import { NewToken, TokenRevoked, TokenWithSecret } from './tokens.ts'
import { AccountView, UsageQuery, UsageReport } from './usage.ts'
import { VOICE_ROUTES } from './voice-routes.ts'
import {
  Delivery,
  DeliveryList,
  DeliveryQuery,
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookList,
  WebhookWithSecret,
} from './webhooks.ts'

/** Who may call a route: anyone, the bearer of any key, or of a key with a scope; or only a person who is signed in. */
export type Access = 'open' | 'key' | Scope | 'session'

/** A route as data: the router, `/openapi.json` and the clients' types all come from it. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parameters in braces: `/v1/api-keys/{id}`. */
  path: `/${string}`
  access: Access
  /** Where it is not the one of KugelAudio: whose errors it answers with. */
  dialect?: Dialect
  /** A further header that may hold the key. */
  keyHeader?: KeyHeader
  /** What the role of a signed-in member must allow. Without it no session opens the route, but for 'session' itself. */
  member?: Permission
  /** A member must have signed in lately. */
  recent?: true
  /** What the account's plan must include. */
  feature?: Feature
  operationId: string
  summary: string
  tag: string
  query?: z.ZodType
  body: z.ZodType | null
  /** An empty body counts as `{}`. */
  bodyOptional?: true
  /** Where a body may be larger than `BODY_BYTES_MAX`. */
  bodyBytesMax?: number
  /** Where a body may, or must, come as `multipart/form-data` (RFC 7578). */
  form?: Form
  /** What a success holds: JSON of a schema, bytes of these types, nothing (204), or a place to go to (302). */
  answer:
    | {
        status?: 201 | 202
        json: z.ZodType
        /** What a line is where the caller would rather have JSON lines: each is sent as it happens. */
        lines?: z.ZodType
      }
    | { bytes: readonly string[] }
    | { empty: true }
    | { redirect: true }
}

/** How a body comes as a form: members, and files. */
export type Form = {
  /** The part with all members as JSON; null: each member has a part of its own. */
  json: string | null
  /** The parts that hold files. */
  file: { name: string; min: number; max: number; bytesMax: number }
  /** Whether a body of JSON alone is refused. */
  only: boolean
}

export const Health = z.object({ status: z.literal('healthy') })
export const Readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  model_path: z.string(),
  multi_model: z.boolean(),
  reason: z.string().optional(),
})

const generate = {
  access: 'speech:generate',
  summary: 'Speak a text, streamed as it is made',
  tag: 'Speech',
  body: GenerateRequest,
  answer: { bytes: ['audio/pcm', 'audio/basic', 'audio/wav', 'audio/flac', 'audio/mpeg', 'audio/ogg'] },
} as const

const keys = { access: 'keys:manage', member: 'keys:read', tag: 'API keys' } as const
const keyChanges = { ...keys, member: 'keys:write' } as const
const tokens = { access: 'tokens:create', member: 'tokens:write', feature: 'tokens', tag: 'Tokens' } as const
const webhooks = {
  access: 'keys:manage',
  member: 'webhooks:read',
  feature: 'webhooks',
  tag: 'Webhooks',
} as const
const webhookChanges = { ...webhooks, member: 'webhooks:write' } as const

export const ROUTES = {
  listModels: {
    method: 'GET',
    path: '/v1/models',
    access: 'key',
    member: 'account:read',
    operationId: 'listModels',
    summary: 'The models that can speak',
    tag: 'Models',
    body: null,
    answer: { json: ModelList },
  },
  generateSpeech: { ...generate, method: 'POST', path: '/v1/tts/generate', operationId: 'generateSpeech' },
  predict: { ...generate, method: 'POST', path: '/predict', operationId: 'predict' },
  normalizeText: {
    method: 'POST',
    path: '/v1/normalize',
    access: 'key',
    member: 'account:read',
    operationId: 'normalizeText',
    summary: 'A text as it would be read: numbers, dates and the like in words',
    tag: 'Speech',
    body: NormalizeRequest,
    answer: { json: NormalizedText },
  },
  listKeys: {
    ...keys,
    method: 'GET',
    path: '/v1/api-keys',
    operationId: 'listKeys',
    summary: "The account's keys, newest first",
    query: KeyQuery,
    body: null,
    answer: { json: KeyList },
  },
  createKey: {
    ...keyChanges,
    recent: true,
    method: 'POST',
    path: '/v1/api-keys',
    operationId: 'createKey',
    summary: 'Make a key; its secret is in this one answer',
    body: NewKey,
    answer: { status: 201, json: KeyWithSecret },
  },
  revokeKeys: {
    ...keyChanges,
    method: 'POST',
    path: '/v1/api-keys/revoke',
    operationId: 'revokeKeys',
    summary: 'End several keys; all or none, and prove it',
    body: RevokeMany,
    answer: { json: RevokedMany, lines: provedLines(KeyAndReceipt) },
  },
  importKeys: {
    ...keyChanges,
    recent: true,
    method: 'POST',
    path: '/v1/api-keys/import',
    operationId: 'importKeys',
    summary: 'Bring in keys that were made elsewhere, by their texts or their SHA-256; all or none',
    body: KeyImport,
    bodyBytesMax: IMPORT_BYTES_MAX,
    answer: { status: 201, json: KeysImported },
  },
  getKey: {
    ...keys,
    method: 'GET',
    path: '/v1/api-keys/{id}',
    operationId: 'getKey',
    summary: 'One key',
    body: null,
    answer: { json: Key },
  },
  changeKey: {
    ...keyChanges,
    method: 'PATCH',
    path: '/v1/api-keys/{id}',
    operationId: 'changeKey',
    summary: 'Rename a key or change what it may do, at once, in running streams too',
    body: KeyChange,
    answer: proved(KeyAndReceipt),
  },
  rotateKey: {
    ...keyChanges,
    recent: true,
    method: 'POST',
    path: '/v1/api-keys/{id}/rotate',
    operationId: 'rotateKey',
    summary: 'Give a key a new secret; the old one works on for a while. Repeatable by Idempotency-Key',
    body: Rotation,
    bodyOptional: true,
    answer: { json: KeyWithSecret },
  },
  revokeKey: {
    ...keyChanges,
    method: 'POST',
    path: '/v1/api-keys/{id}/revoke',
    operationId: 'revokeKey',
    summary: 'End a key everywhere, running streams included, and prove it',
    body: RevokeOne,
    bodyOptional: true,
    answer: proved(KeyAndReceipt),
  },
  ...KEY_ACTIVITY_ROUTES,
  createToken: {
    ...tokens,
    method: 'POST',
    path: '/v1/tokens',
    operationId: 'createToken',
    summary: 'Make a short-lived token for a browser or an app; its secret is in this one answer',
    body: NewToken,
    bodyOptional: true,
    answer: { status: 201, json: TokenWithSecret },
  },
  revokeToken: {
    ...tokens,
    method: 'DELETE',
    path: '/v1/tokens/{id}',
    operationId: 'revokeToken',
    summary: 'End one token everywhere, running streams included, and prove it',
    body: null,
    answer: proved(TokenRevoked),
  },
  getUsage: {
    method: 'GET',
    path: '/v1/usage',
    access: 'usage:read',
    member: 'usage:read',
    operationId: 'getUsage',
    summary: 'What the account has used, by day, key, model and voice; also as CSV',
    tag: 'Account',
    query: UsageQuery,
    body: null,
    answer: { json: UsageReport },
  },
  getAccount: {
    method: 'GET',
    path: '/v1/account',
    access: 'key',
    member: 'account:read',
    operationId: 'getAccount',
    summary: 'The plan, and how much of it is used',
    tag: 'Account',
    body: null,
    answer: { json: AccountView },
  },
  listPlans: {
    method: 'GET',
    path: '/v1/plans',
    access: 'key',
    member: 'account:read',
    operationId: 'listPlans',
    summary: 'The plans that accounts of this server can have',
    tag: 'Account',
    body: null,
    answer: { json: PlanList },
  },
  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    access: 'keys:manage',
    member: 'audit:read',
    feature: 'audit',
    operationId: 'listAudit',
    summary: "The account's audit log, newest first; whole as JSON lines that can be verified by themselves",
    tag: 'Account',
    query: AuditQuery,
    body: null,
    answer: { json: AuditList },
  },
  verifyAudit: {
    method: 'GET',
    path: '/v1/audit/verify',
    access: 'keys:manage',
    member: 'audit:read',
    feature: 'audit',
    operationId: 'verifyAudit',
    summary: "Read the account's whole audit log and say whether it is as it was written",
    tag: 'Account',
    body: null,
    answer: { json: AuditCheck },
  },
  reportLeak: {
    method: 'POST',
    path: '/v1/leaks',
    access: 'open',
    operationId: 'reportLeak',
    summary: 'Report keys that have become public: those that work are revoked. The answer never says which',
    tag: 'Leaks',
    body: LeakReport,
    answer: { status: 202, json: LeakReceived },
  },
  githubLeaks: {
    method: 'POST',
    path: '/v1/leaks/github',
    access: 'open',
    operationId: 'githubLeaks',
    summary: "Alerts of GitHub's secret scanning, signed by GitHub",
    tag: 'Leaks',
    body: GithubAlert,
    bodyBytesMax: GITHUB_ALERT_BYTES_MAX,
    answer: { json: GithubFeedback },
  },
  listWebhooks: {
    ...webhooks,
    method: 'GET',
    path: '/v1/webhooks',
    operationId: 'listWebhooks',
    summary: "The account's webhooks",
    body: null,
    answer: { json: WebhookList },
  },
  createWebhook: {
    ...webhookChanges,
    recent: true,
    method: 'POST',
    path: '/v1/webhooks',
    operationId: 'createWebhook',
    summary: 'Make a webhook; its secret is in this one answer',
    body: NewWebhook,
    answer: { status: 201, json: WebhookWithSecret },
  },
  getWebhook: {
    ...webhooks,
    method: 'GET',
    path: '/v1/webhooks/{id}',
    operationId: 'getWebhook',
    summary: 'One webhook',
    body: null,
    answer: { json: Webhook },
  },
  changeWebhook: {
    ...webhookChanges,
    method: 'PATCH',
    path: '/v1/webhooks/{id}',
    operationId: 'changeWebhook',
    summary: 'Change where a webhook sends what, or switch it off and on',
    body: WebhookChange,
    answer: { json: Webhook },
  },
  deleteWebhook: {
    ...webhookChanges,
    method: 'DELETE',
    path: '/v1/webhooks/{id}',
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook, and what is on its way to it',
    body: null,
    answer: { json: Webhook },
  },
  rotateWebhook: {
    ...webhookChanges,
    recent: true,
    method: 'POST',
    path: '/v1/webhooks/{id}/rotate',
    operationId: 'rotateWebhook',
    summary:
      'A new secret, in this one answer; deliveries carry the signatures of both until the overlap ends. Repeatable ' +
      'with Idempotency-Key',
    body: Rotation,
    bodyOptional: true,
    answer: { json: WebhookWithSecret },
  },
  testWebhook: {
    ...webhookChanges,
    method: 'POST',
    path: '/v1/webhooks/{id}/test',
    operationId: 'testWebhook',
    summary: 'Send a test event now, and say how it went',
    body: null,
    answer: { json: Delivery },
  },
  listDeliveries: {
    ...webhooks,
    method: 'GET',
    path: '/v1/webhooks/{id}/deliveries',
    operationId: 'listDeliveries',
    summary: 'What was sent to a webhook, newest first, and how it went',
    query: DeliveryQuery,
    body: null,
    answer: { json: DeliveryList },
  },
  retryDelivery: {
    ...webhookChanges,
    method: 'POST',
    path: '/v1/webhooks/{id}/deliveries/{delivery_id}/retry',
    operationId: 'retryDelivery',
    summary: 'Send a delivered or given-up event once more',
    body: null,
    answer: { json: Delivery },
  },
  ...COMPAT_ROUTES,
  ...DICTIONARY_ROUTES,
  ...PEOPLE_ROUTES,
  ...MEMBER_ROUTES,
  ...OPERATOR_ROUTES,
  ...VOICE_ROUTES,
  ...SIGN_IN_ROUTES,
  health: {
    method: 'GET',
    path: '/health',
    access: 'open',
    operationId: 'health',
    summary: 'Whether the process answers',
    tag: 'Operations',
    body: null,
    answer: { json: Health },
  },
  ready: {
    method: 'GET',
    path: '/ready',
    access: 'open',
    operationId: 'ready',
    summary: 'Whether it can speak now',
    tag: 'Operations',
    body: null,
    answer: { json: Readiness },
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    access: 'open',
    operationId: 'openapi',
    summary: 'This document',
    tag: 'Operations',
    body: null,
    answer: { json: z.record(z.string(), z.unknown()) },
  },
  asyncapi: {
    method: 'GET',
    path: '/asyncapi.json',
    access: 'open',
    operationId: 'asyncapi',
    summary: 'The same for sockets: AsyncAPI 3.0',
    tag: 'Operations',
    body: null,
    answer: { json: z.record(z.string(), z.unknown()) },
  },
} as const satisfies Record<string, Route>
