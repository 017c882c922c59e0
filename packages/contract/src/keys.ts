import { z } from 'zod'
import { KEY_NAME_CHARACTERS_MAX } from './limits.ts'

/** Where a key is used. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const
export const Environment = z.enum(ENVIRONMENTS)
export type Environment = z.infer<typeof Environment>

export const KeyName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(KEY_NAME_CHARACTERS_MAX, `must be at most ${KEY_NAME_CHARACTERS_MAX} characters`)
  .refine((name) => !/\p{Cc}/u.test(name), 'must not hold control characters')

/** `expiring`: it ends within seven days. */
export const KeyState = z.enum(['active', 'expiring', 'expired', 'revoked'])
export type KeyState = z.infer<typeof KeyState>

/** A key as it is shown. It never holds the secret. Times are ISO 8601 in UTC. */
export const Key = z.object({
  id: z.string(),
  account_id: z.string(),
  name: z.string(),
  environment: Environment,
  hint: z.string().describe('`ka_…` and the last four characters.'),
  state: KeyState,
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
})
export type Key = z.infer<typeof Key>

/** A new key, with its secret: the only time it is seen. */
export type KeyWithSecret = Key & { key: string }

/** How one node came to stop serving a key. */
export const ReceiptNode = z.object({
  node: z.string(),
  settled: z.enum(['applied', 'lease expired']),
  ms: z.number(),
})
export type ReceiptNode = z.infer<typeof ReceiptNode>

/** Proof of a change of authority: what changed, who has applied it, signed (Ed25519 over its canonical JSON). */
export const Receipt = z.object({
  receipt: z.literal('kugelaudio.authority.v1'),
  change: z.string(),
  key_id: z.string().nullable(),
  account_id: z.string(),
  epoch: z.int(),
  changed_at: z.iso.datetime(),
  settled_at: z.iso.datetime(),
  nodes: z.array(ReceiptNode),
  streams_severed: z.int(),
  signed_by: z.string().describe('Ed25519 public key of the server, base64url.'),
  signature: z.string().describe('base64url.'),
})
export type Receipt = z.infer<typeof Receipt>
