import { z } from 'zod'
import { Receipt } from './keys.ts'

/** Seconds that a token can be presented for, at most. */
export const TOKEN_SECONDS_MAX = 3_600
/** Seconds that what a token has opened may go on, at most; also where the token does not say. */
export const TOKEN_SESSION_SECONDS_MAX = 18_000

const TOKEN_SECONDS = 60
const NAMES_MAX = 100
const ORIGINS_MAX = 20

/** What a token can be for. It never mints tokens and never manages anything. */
export const TOKEN_SCOPES = ['speech:generate', 'speech:stream'] as const
export const TokenScope = z.enum(TOKEN_SCOPES)
export type TokenScope = z.infer<typeof TokenScope>

/** A web origin as browsers send it: scheme, host, port unless it is the usual one, and nothing else. */
export const Origin = z
  .string()
  .max(300)
  .refine(isOrigin, 'must be an origin as browsers send it, as https://app.example.com')

const names = (what: string) =>
  z.array(z.string().min(1).max(200)).min(1).max(NAMES_MAX).nullable().default(null).describe(what)

/** Body of `POST /v1/tokens`. */
export const NewToken = z.strictObject({
  key_id: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Whose token it is. For a key it is the key itself. A member who names none gets a token of the session: the ' +
        "plan's limits are its own, and it ends when the session does.",
    ),
  ttl_seconds: z
    .int()
    .min(1)
    .max(TOKEN_SECONDS_MAX)
    .default(TOKEN_SECONDS)
    .describe('How long it can be presented. Never beyond the end of its key.'),
  single_use: z.boolean().default(true).describe('Whether one socket or one request spends it.'),
  max_session_seconds: z
    .int()
    .min(1)
    .max(TOKEN_SESSION_SECONDS_MAX)
    .nullable()
    .default(null)
    .describe(`How long a socket or answer that it opened may go on; null: ${TOKEN_SESSION_SECONDS_MAX}.`),
  voices: names('Numbers or handles of voices. A request that names none gets the first.'),
  models: names('Ids of models. A request that names none gets the first.'),
  max_characters: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .default(null)
    .describe('Characters of all that is spoken with it.'),
  origins: z
    .array(Origin)
    .min(1)
    .max(ORIGINS_MAX)
    .nullable()
    .default(null)
    .describe('Web origins it may be used from; null: any.'),
  scopes: z
    .array(TokenScope)
    .min(1)
    .optional()
    .describe("Default: those of the key. Never more than the key's."),
})
export type NewToken = z.infer<typeof NewToken>

/** A token as it is answered, once. Times are ISO 8601 in UTC. */
export const TokenWithSecret = z.object({
  id: z.string(),
  token: z.string().describe('The secret, this once.'),
  key_id: z.string(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  single_use: z.boolean(),
  max_session_seconds: z.int(),
  voices: z.array(z.string()).nullable(),
  models: z.array(z.string()).nullable(),
  max_characters: z.int().nullable(),
  origins: z.array(z.string()).nullable(),
  scopes: z.array(TokenScope),
})
export type TokenWithSecret = z.infer<typeof TokenWithSecret>

/** What `DELETE /v1/tokens/{id}` answers. */
export const TokenRevoked = z.object({
  id: z.string(),
  key_id: z.string(),
  revoked_at: z.iso.datetime(),
  receipt: Receipt,
})
export type TokenRevoked = z.infer<typeof TokenRevoked>

function isOrigin(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\]+$/.test(text)) return false
  // Schemes of apps, as capacitor://localhost, have origins that no standard normalises.
  return /^https?:/.test(text) ? URL.parse(text)?.origin === text : true
}
