import { z } from 'zod'
import { Key, NewKey } from './keys.ts'

/** Keys of one call: all or none of them. */
export const KEYS_PER_IMPORT_MAX = 1_000
/** A thousand keys, each with scopes, addresses and limits. */
export const IMPORT_BYTES_MAX = 2 * 1024 * 1024

/** What fits into a header, is no list, and cannot be tried out (ADR 0010). */
export const ForeignKeyText = z
  .string()
  .regex(
    /^[\x21-\x2b\x2d-\x7e]{16,512}$/,
    'must have 16 to 512 printable ASCII characters, no spaces or commas',
  )

/** What foreign keys begin with. Empty: anything, so that every text of their shape is looked up. */
export const ForeignPrefix = z
  .string()
  .regex(/^[\x21-\x2b\x2d-\x7e]{0,32}$/, 'must have at most 32 printable ASCII characters')
  .refine(
    (prefix) => !/^(?:eu|us|global)-/.test(prefix),
    'must not begin with a region: it is taken off keys',
  )
  .refine((prefix) => !prefix.startsWith('kt_'), 'must not begin like a token of ours')

/** One key that was made elsewhere: its text, which is hashed and not kept, or only its SHA-256. */
export const ImportedKey = NewKey.extend({
  key: ForeignKeyText.optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .describe('SHA-256 of the text of the key, in hexadecimal digits.'),
}).refine(({ key, sha256 }) => (key === undefined) !== (sha256 === undefined), 'needs either key or sha256')
export type ImportedKey = z.infer<typeof ImportedKey>

/** Body of `POST /v1/api-keys/import`. */
export const KeyImport = z.strictObject({
  keys: z.array(ImportedKey).min(1).max(KEYS_PER_IMPORT_MAX),
  prefixes: z
    .array(ForeignPrefix)
    .max(20)
    .default([])
    .describe('What the texts of the keys begin with, unless they look like ours.'),
})
export type KeyImport = z.infer<typeof KeyImport>

export const KeysImported = z.object({ imported: z.int(), keys: z.array(Key) })
