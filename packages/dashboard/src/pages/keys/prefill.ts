import type { Environment, Scope } from '@kugelaudio/contract'
import { ENVIRONMENTS } from './environments.ts'
import { isDays } from './expiry-choice.ts'
import type { KeySearch } from './key-filters.tsx'

/** What a link can fill in beforehand: `?create&name=CI&environment=staging&scopes=speech:generate&expires=30d`. */
export type Prefill = {
  name: string
  environment: Environment | null
  scopes: Scope[] | null
  expiryDays: number | null
}

/** What the address asks to be filled in; null where it asks for nothing. */
export function prefillOf(search: KeySearch): Prefill | null {
  if (search.create === undefined) return null
  const scopes = String(search.scopes ?? '')
    .split(/[\s,]+/)
    .filter((scope) => scope !== '') as Scope[]
  const days = /^(\d{1,4})d$/.exec(String(search.expires ?? ''))?.[1]
  return {
    name: String(search.name ?? '').slice(0, 100),
    environment: ENVIRONMENTS.find((environment) => environment === search.environment) ?? null,
    scopes: scopes.length > 0 ? scopes : null,
    expiryDays: days !== undefined && isDays(Number(days)) ? Number(days) : null,
  }
}
