import { z } from 'zod'
import { Receipt } from './keys.ts'
import { Scope } from './scopes.ts'
import { TokenWithSecret } from './tokens.ts'

/** A request or socket that a key has open. Times are ISO 8601 in UTC. */
export const KeyStream = z.object({
  id: z.string(),
  started_at: z.iso.datetime(),
  scope: Scope.describe('`speech:stream`: a socket.'),
  by: z.enum(['current', 'old', 'token']).describe('`old`: the secret before the last rotation.'),
  token_id: z.string().nullable(),
  address: z.string().nullable(),
  agent: z.string().nullable(),
  spoken: z
    .object({ model: z.string(), voice: z.string(), characters: z.int() })
    .nullable()
    .describe('With what it spoke last, and how much in all; null: it has not spoken yet.'),
})
export type KeyStream = z.infer<typeof KeyStream>

/** What `GET /v1/api-keys/{id}/streams` answers: oldest first. */
export const KeyStreamList = z.object({
  streams: z.array(KeyStream).describe('Those of the node that answers.'),
})

/** What ending streams answers. */
export const StreamsEnded = z.object({ ended: z.int() })

/** Receipts of a key, newest first. */
export const ReceiptList = z.object({ receipts: z.array(Receipt) })

/** A token that still opens something. It never holds the secret. */
export const KeyToken = TokenWithSecret.omit({ token: true }).extend({
  created_by: z.string(),
  characters_used: z.int(),
})
export type KeyToken = z.infer<typeof KeyToken>

/** What `GET /v1/api-keys/{id}/tokens` answers: the newest of the living ones, and how many there are. */
export const KeyTokenList = z.object({ tokens: z.array(KeyToken), total: z.int() })

/** Who still uses the secret before the last rotation. */
export const OldSecretClient = z.object({
  address: z.string().nullable(),
  agent: z.string().nullable().describe('The last one.'),
  last_used_at: z.iso.datetime().describe('At most a minute late.'),
  requests: z.int().describe('Since the rotation.'),
  streams_now: z.int(),
})
export type OldSecretClient = z.infer<typeof OldSecretClient>

/** What `GET /v1/api-keys/{id}/rotation` answers. */
export const RotationView = z.object({
  old_hint: z.string(),
  old_ends_at: z.iso.datetime(),
  clients: z.array(OldSecretClient).describe('By address, the latest first.'),
})
export type RotationView = z.infer<typeof RotationView>
