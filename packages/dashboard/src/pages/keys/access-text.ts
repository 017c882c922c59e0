import type { Scope } from '@kugelaudio/contract'
import { useTexts } from '../../i18n/i18n.ts'

/** What a key gets that names no scopes: everything but managing keys. */
export const FULL_SPEECH = [
  'speech:generate',
  'speech:stream',
  'voices:read',
  'voices:write',
  'dictionaries:read',
  'dictionaries:write',
  'usage:read',
  'tokens:create',
] as const satisfies readonly Scope[]

/** Sets of scopes that have a name. */
export const ACCESS_PRESETS = {
  full: FULL_SPEECH,
  speak: ['speech:generate', 'speech:stream'],
  tokens: ['tokens:create'],
  read: ['voices:read', 'dictionaries:read', 'usage:read'],
  manage: ['keys:manage'],
} as const satisfies Record<string, readonly Scope[]>
export type AccessPreset = keyof typeof ACCESS_PRESETS
export const PRESET_NAMES = Object.keys(ACCESS_PRESETS) as AccessPreset[]

/** The preset that these scopes are, whatever their order; null when they are none. */
export const presetOf = (scopes: readonly Scope[]): AccessPreset | null =>
  PRESET_NAMES.find(
    (name) =>
      ACCESS_PRESETS[name].length === scopes.length &&
      ACCESS_PRESETS[name].every((scope) => scopes.includes(scope)),
  ) ?? null

type Limited = { scopes: readonly Scope[]; allowed_ips: readonly string[] | null }

/** What a key may do, and from where if not from anywhere, in a few words each. */
export function useAccessParts(): (key: Limited) => [what: string, where: string | null] {
  const t = useTexts()
  return ({ scopes, allowed_ips }) => {
    const preset = presetOf(scopes)
    const [first, ...more] = scopes
    const chosen =
      first === undefined ? t('access.nothing') : t('access.scopes', { first, more: more.length })
    const what = preset === null ? chosen : t(`access.short.${preset}`)
    return [what, allowed_ips === null ? null : t('access.addresses', { count: allowed_ips.length })]
  }
}

/** The same in one line. */
export function useAccessText(): (key: Limited) => string {
  const parts = useAccessParts()
  return (key) =>
    parts(key)
      .filter((part) => part !== null)
      .join(' · ')
}
