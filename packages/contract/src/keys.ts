import { z } from 'zod'
import { KEY_NAME_CHARACTERS_MAX } from './limits.ts'
import { Scope } from './scopes.ts'

/** Where a key is used. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const
export const Environment = z.enum(ENVIRONMENTS)
export type Environment = z.infer<typeof Environment>

export const KeyName = z
  .string()
  .trim()
  .min(1)
  .max(KEY_NAME_CHARACTERS_MAX)
  .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters')

/** `expiring`: it ends within thirty days. */
export const KEY_STATES = ['active', 'expiring', 'expired', 'revoked'] as const
export const KeyState = z.enum(KEY_STATES)
export type KeyState = z.infer<typeof KeyState>

/** Ranges of addresses that one key may name. */
const ALLOWED_IPS_MAX = 100
const VOICES_MAX = 100

/** A range of addresses: `203.0.113.0/24`, `2001:db8::/32`, or one address. */
export const AddressRange = z.union(
  [z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()],
  'must be an address or a CIDR range',
)

const names = (what: string) =>
  z.array(z.string().min(1).max(200)).min(1).max(VOICES_MAX).describe(what).nullable()

/** Limits of one key, on top of its account's plan. Null: no limit of its own. */
export const KeyLimits = z
  .strictObject({
    requests_per_minute: z.int().min(1).max(1_000_000).nullable(),
    concurrent_streams: z.int().min(1).max(100_000).nullable(),
    characters_per_day: z.int().min(1).max(1_000_000_000).nullable(),
    voices: names('Numbers or handles of voices'),
    models: names('Ids of models'),
  })
  .partial()
export type KeyLimits = z.infer<typeof KeyLimits>

const scopes = z.array(Scope).min(1, 'must name at least one scope')
const allowedIps = z.array(AddressRange).min(1).max(ALLOWED_IPS_MAX).nullable()
const expiresAt = z.iso.datetime({ offset: true }).nullable()

/** Body of `POST /v1/api-keys`. */
export const NewKey = z.strictObject({
  name: KeyName,
  environment: Environment.optional().describe('Default production.'),
  scopes: scopes.optional().describe('Default: all but keys:manage.'),
  expires_at: expiresAt.optional(),
  allowed_ips: allowedIps.optional(),
  limits: KeyLimits.optional(),
})
export type NewKey = z.infer<typeof NewKey>

/** Body of `PATCH /v1/api-keys/{id}`; what is left out stays. */
export const KeyChange = z
  .strictObject({
    name: KeyName,
    environment: Environment,
    scopes,
    expires_at: expiresAt,
    allowed_ips: allowedIps,
    limits: KeyLimits,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
export type KeyChange = z.infer<typeof KeyChange>

/** A key as it is shown. It never holds the secret. Times are ISO 8601 in UTC. */
export const Key = z.object({
  id: z.string(),
  account_id: z.string(),
  name: z.string(),
  environment: Environment,
  hint: z.string().describe('`ka_…` and the last four characters.'),
  state: KeyState,
  scopes: z.array(Scope),
  allowed_ips: z.array(z.string()).nullable(),
  limits: z.object({
    requests_per_minute: z.int().nullable(),
    concurrent_streams: z.int().nullable(),
    characters_per_day: z.int().nullable(),
    voices: z.array(z.string()).nullable(),
    models: z.array(z.string()).nullable(),
  }),
  created_at: z.iso.datetime(),
  created_by: z.string(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
  revoked_reason: z.string().nullable(),
  last_used: z
    .object({ at: z.iso.datetime(), address: z.string().nullable(), agent: z.string().nullable() })
    .nullable()
    .describe('At most a minute late.'),
  rotation: z
    .object({
      rotated_at: z.iso.datetime(),
      old_hint: z.string(),
      old_ends_at: z.iso.datetime(),
      old_last_used_at: z.iso.datetime().nullable(),
      old_streams_now: z.int().describe('Requests and sockets that hold the old secret at this moment.'),
    })
    .nullable()
    .describe('While the secret before the last rotation still works.'),
  now: z
    .object({ streams: z.int(), requests_per_minute: z.int().describe('In the last minute.') })
    .describe('Of the node that answers: requests and sockets that speak, and requests of every kind.'),
})
export type Key = z.infer<typeof Key>

export const KeyWithSecret = Key.extend({ key: z.string().describe('The secret, this once.') })
export type KeyWithSecret = z.infer<typeof KeyWithSecret>

export const KeyList = z.object({ keys: z.array(Key), total: z.int(), limit: z.int(), offset: z.int() })

/** What keys can be sorted by. Those without an end, or never used, come after the others. */
export const KEY_SORTS = ['name', 'created', 'last_used', 'expires'] as const
export type KeySort = (typeof KEY_SORTS)[number]

/** Query of `GET /v1/api-keys`. */
export const KeyQuery = z.strictObject({
  state: z
    .enum([...KEY_STATES, 'working'])
    .optional()
    .describe('`working`: neither expired nor revoked.'),
  environment: Environment.optional(),
  created_by: z.string().max(200).optional().describe('As `created_by` of a key.'),
  unused_days: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .describe('Neither used nor made within so many days.'),
  sort: z.enum(KEY_SORTS).default('created'),
  order: z.enum(['asc', 'desc']).default('desc'),
  q: z.string().max(200).optional().describe('Part of a name or hint, whatever its case.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type KeyQuery = z.infer<typeof KeyQuery>

/** Longest time that an old secret may go on working beside the new one. */
const OVERLAP_SECONDS_MAX = 30 * 86_400

export const Rotation = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(OVERLAP_SECONDS_MAX)
    .optional()
    .describe('How long the old secret works on. Default 86400.'),
})

/** Body of `PATCH /v1/api-keys/{id}/rotation`. */
export const RotationChange = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(OVERLAP_SECONDS_MAX)
    .describe('How long from now the old secret works on; 0: it ends now.'),
})

const reason = z.string().max(500).nullable().optional()
export const RevokeOne = z.strictObject({ reason })
export const RevokeMany = z.strictObject({ ids: z.array(z.string().max(100)).min(1).max(500), reason })

/** How one node came to stop serving what was changed. */
export const ReceiptNode = z.object({
  node: z.string(),
  settled: z.enum(['applied', 'lease expired']),
  ms: z.number(),
})
export type ReceiptNode = z.infer<typeof ReceiptNode>

/** Changes of authority that have receipts. */
export const AUTHORITY_CHANGES = [
  'key.revoked',
  'key.changed',
  'key.rotated',
  'account.plan_changed',
  'account.suspended',
  'account.resumed',
  'token.revoked',
  'member.role_changed',
  'member.removed',
  'key.imported',
] as const
export const AuthorityChangeKind = z.enum(AUTHORITY_CHANGES)
export type AuthorityChangeKind = z.infer<typeof AuthorityChangeKind>

/** Proof of a change of authority: what changed, who has applied it, signed (Ed25519 over its canonical JSON). */
export const Receipt = z.object({
  receipt: z.literal('kugelaudio.authority.v1'),
  change: AuthorityChangeKind,
  key_id: z.string().nullable(),
  token_id: z.string().optional().describe('Where one token alone was ended.'),
  user_id: z.string().optional().describe('Where one member of the account was changed.'),
  account_id: z.string(),
  epoch: z.int(),
  changed_at: z.iso.datetime(),
  settled_at: z.iso.datetime(),
  nodes: z.array(ReceiptNode),
  streams_severed: z.int(),
  audit_head: z
    .string()
    .optional()
    .describe(
      'Hash of the newest audit event at the time: `audit verify --head` finds it, or the log was cut.',
    ),
  signed_by: z.string().describe('Ed25519 public key of the server, base64url.'),
  signature: z.string().describe('base64url.'),
})
export type Receipt = z.infer<typeof Receipt>

export const KeyAndReceipt = z.object({ key: Key, receipt: Receipt })
export const RevokedMany = z.object({ revoked: z.array(KeyAndReceipt) })
