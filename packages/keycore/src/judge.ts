/** What decides over a key, whatever else a record holds. */
export type Judged = {
  revokedAtMs: number | null
  expiresAtMs: number | null
  accountSuspended: boolean
}

export type Refusal = 'unknown' | 'revoked' | 'expired' | 'suspended'
export type Verdict<Record extends Judged> =
  | { allowed: true; record: Record }
  | { allowed: false; reason: Refusal }

/** Judges a stored key at an instant. Reads nothing, changes nothing. */
export function judge<Record extends Judged>(record: Record | null, nowMs: number): Verdict<Record> {
  if (record === null) return { allowed: false, reason: 'unknown' }
  if (record.revokedAtMs !== null) return { allowed: false, reason: 'revoked' }
  if (record.expiresAtMs !== null && nowMs >= record.expiresAtMs) return { allowed: false, reason: 'expired' }
  if (record.accountSuspended) return { allowed: false, reason: 'suspended' }
  return { allowed: true, record }
}
