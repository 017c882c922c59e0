import { z } from 'zod'

/** What a key may do. Managing members and billing is never a key's business. */
export const SCOPES = [
  'speech:generate',
  'speech:stream',
  'voices:read',
  'voices:write',
  'dictionaries:read',
  'dictionaries:write',
  'usage:read',
  'tokens:create',
  'keys:manage',
] as const

export const Scope = z.enum(SCOPES)
export type Scope = z.infer<typeof Scope>

/** A key that names no scopes has all of the account's speech resources, and no hold over other keys. */
export const DEFAULT_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'keys:manage')
