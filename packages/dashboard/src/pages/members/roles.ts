import type { Role } from '@kugelaudio/contract'

export type RoleName = Role

/** Every role, the most powerful first. */
export const ROLES_BY_POWER = [
  'owner',
  'admin',
  'developer',
  'viewer',
  'billing',
] as const satisfies readonly Role[]
