import type { Key, KeyState } from '@kugelaudio/contract'
import { allowedIpsOf, limitsOf, scopesOf } from '../store/api-keys.ts'
import type { ApiKeyRow, ApiKeySecretTable } from '../store/schema.ts'

/** How long before its end a key counts as expiring: when its owner is first warned. */
export const EXPIRING_MS = 30 * 86_400_000

/** The secret before the last rotation, and who holds it now. */
export type OldSecret = { secret: ApiKeySecretTable; inUse: number }

/** A key as the outside sees it. */
export function shownKey(
  row: ApiKeyRow,
  nowMs: number,
  old: OldSecret | null,
  now: Key['now'] = { streams: 0, requests_per_minute: 0 },
): Key {
  const limits = limitsOf(row)
  return {
    id: row.id,
    account_id: row.account_id,
    name: row.name,
    environment: row.environment,
    hint: row.hint,
    state: stateOf(row, nowMs),
    scopes: [...scopesOf(row)],
    allowed_ips: allowedIpsOf(row)?.slice() ?? null,
    limits: {
      requests_per_minute: limits.requests_per_minute ?? null,
      concurrent_streams: limits.concurrent_streams ?? null,
      characters_per_day: limits.characters_per_day ?? null,
      voices: limits.voices ?? null,
      models: limits.models ?? null,
    },
    created_at: iso(row.created_at),
    created_by: row.created_by,
    expires_at: isoOrNull(row.expires_at),
    revoked_at: isoOrNull(row.revoked_at),
    revoked_reason: row.revoked_reason,
    last_used:
      row.last_used_at === null
        ? null
        : { at: iso(row.last_used_at), address: row.last_used_address, agent: row.last_used_agent },
    rotation: rotationOf(row, old),
    now,
  }
}

function rotationOf(row: ApiKeyRow, old: OldSecret | null): Key['rotation'] {
  // Neither secret of a revoked key opens anything.
  if (row.revoked_at !== null || old === null || row.rotated_at === null || old.secret.retires_at === null)
    return null
  return {
    rotated_at: iso(row.rotated_at),
    old_hint: old.secret.hint ?? 'ka_…',
    old_ends_at: iso(old.secret.retires_at),
    old_last_used_at: isoOrNull(old.secret.last_used_at),
    old_streams_now: old.inUse,
  }
}

function stateOf(row: ApiKeyRow, nowMs: number): KeyState {
  if (row.revoked_at !== null) return 'revoked'
  if (row.expires_at === null) return 'active'
  if (nowMs >= row.expires_at) return 'expired'
  return row.expires_at - nowMs <= EXPIRING_MS ? 'expiring' : 'active'
}

const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms))
