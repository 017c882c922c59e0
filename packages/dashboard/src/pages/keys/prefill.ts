import type { Environment, Scope } from '@kugelaudio/contract'
import type { Key } from '../../api/keys.ts'
import { FULL_SPEECH } from './access-text.ts'
import { ENVIRONMENTS } from './environments.ts'
import { isDays } from './expiry-choice.ts'
import type { KeySearch } from './key-filters.tsx'
import { type LimitTexts, limitTextsOf, NO_LIMITS } from './limit-fields.tsx'

/** What is filled in beforehand. A link can: `?create&name=CI&environment=staging&scopes=speech:generate&expires=30d`. */
export type Prefill = {
  from: 'link' | 'key'
  name: string
  environment: Environment | null
  scopes: readonly Scope[] | null
  expiryDays: number | null
  addresses: readonly string[]
  limits: LimitTexts
}

/** Another key like this one. */
export const copyOf = ({ name, environment, scopes, allowed_ips, limits }: Key): Prefill => ({
  from: 'key',
  name,
  environment,
  scopes,
  expiryDays: null,
  addresses: allowed_ips ?? [],
  limits: limitTextsOf(limits),
})

const SCOPES: readonly Scope[] = [...FULL_SPEECH, 'keys:manage']

/** What the address asks to be filled in; null where it asks for nothing. */
export function prefillOf(search: KeySearch): Prefill | null {
  if (search.create === undefined) return null
  const asked = String(search.scopes ?? '')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '')
  const days = /^(\d{1,4})d$/.exec(String(search.expires ?? ''))?.[1]
  return {
    from: 'link',
    name: String(search.name ?? '').slice(0, 100),
    environment: ENVIRONMENTS.find((environment) => environment === search.environment) ?? null,
    // Names that are none are left out, if need be all of them: nobody gets more than a link asks for.
    scopes: asked.length === 0 ? null : SCOPES.filter((scope) => asked.includes(scope)),
    expiryDays: days !== undefined && isDays(Number(days)) ? Number(days) : null,
    addresses: [],
    limits: NO_LIMITS,
  }
}
