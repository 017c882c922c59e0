import { z } from 'zod'

/** What a member of an account can be. */
export const ROLES = ['owner', 'admin', 'developer', 'viewer', 'billing'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

const LOOKS: readonly Role[] = ['owner', 'admin', 'developer', 'viewer']
const BUILDS: readonly Role[] = ['owner', 'admin', 'developer']
const RULES: readonly Role[] = ['owner', 'admin']

/**
 * Which roles may do what: an owner everything, an admin everything but owners, a developer keys, voices, dictionaries and
 * the playground, a viewer only look, billing the plan and the usage.
 */
export const PERMISSIONS = {
  'account:read': ROLES,
  'usage:read': ROLES,
  'keys:read': LOOKS,
  'keys:write': BUILDS,
  'tokens:write': BUILDS,
  'voices:read': LOOKS,
  'voices:write': BUILDS,
  'dictionaries:read': LOOKS,
  'dictionaries:write': BUILDS,
  'webhooks:read': LOOKS,
  'webhooks:write': RULES,
  'members:read': LOOKS,
  'members:write': RULES,
  'audit:read': RULES,
  /** In the account that operates the server alone. */
  'server:operate': RULES,
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof PERMISSIONS

/** Whether a role may do something. */
export const roleMay = (role: Role, permission: Permission): boolean =>
  (PERMISSIONS[permission] as readonly Role[]).includes(role)
