import { DEFAULT_SCOPES, type NewKey, type Plan } from '@kugelaudio/contract'
import { requireFeature } from '../accounts/plans.ts'

/** Throws `FORBIDDEN` where what a key is to have needs a feature that its account's plan does not include. */
export function requireKeyFeatures(
  plan: Plan,
  { scopes, allowed_ips }: Pick<NewKey, 'scopes' | 'allowed_ips'>,
): void {
  if (allowed_ips !== undefined && allowed_ips !== null) requireFeature(plan, 'ip_allow_list')
  if (scopes !== undefined && !isDefault(scopes)) requireFeature(plan, 'scoped_keys')
}

const isDefault = (scopes: readonly string[]): boolean =>
  new Set(scopes).symmetricDifference(new Set(DEFAULT_SCOPES)).size === 0
