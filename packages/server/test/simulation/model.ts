import { DEFAULT_SCOPES, type Scope } from '@kugelaudio/contract'
import type { Demand } from '../../src/auth/permissions.ts'

/** What a verification comes to: a grant, "no valid key", or "a valid key, but not for this". */
export type Outcome = 'granted' | 'unauthorized' | 'forbidden'

export type ModelKey = {
  id: string
  accountId: string
  secrets: { text: string; retiresAtMs: number | null }[]
  scopes: readonly Scope[]
  onlyLoopback: boolean
  expiresAtMs: number | null
  revoked: boolean
}

/** What must hold, written down as plainly as possible: no table, no lease, no database. */
export class Model {
  readonly keys: ModelKey[] = []
  readonly suspended = new Set<string>()

  /** What a verification by this text must come to at this instant. */
  expect(text: string, demand: Demand, nowMs: number): Outcome {
    const key = this.keys.find(({ secrets }) => secrets.some((secret) => secret.text === text))
    const secret = key?.secrets.find((candidate) => candidate.text === text)
    if (key === undefined || secret === undefined || key.revoked) return 'unauthorized'
    if (secret.retiresAtMs !== null && nowMs >= secret.retiresAtMs) return 'unauthorized'
    if (key.expiresAtMs !== null && nowMs >= key.expiresAtMs) return 'unauthorized'
    if (this.suspended.has(key.accountId)) return 'forbidden'
    if (key.onlyLoopback && demand.address !== '127.0.0.1') return 'forbidden'
    return demand.scope === null || key.scopes.includes(demand.scope) ? 'granted' : 'forbidden'
  }

  add(key: { id: string; accountId: string; text: string; expiresAtMs: number | null }): void {
    this.keys.push({
      id: key.id,
      accountId: key.accountId,
      secrets: [{ text: key.text, retiresAtMs: null }],
      scopes: DEFAULT_SCOPES,
      onlyLoopback: false,
      expiresAtMs: key.expiresAtMs,
      revoked: false,
    })
  }

  rotate(key: ModelKey, text: string, retiresAtMs: number, nowMs: number): void {
    for (const secret of key.secrets) {
      if (secret.retiresAtMs === null) secret.retiresAtMs = retiresAtMs
      else secret.retiresAtMs = Math.min(secret.retiresAtMs, nowMs)
    }
    key.secrets.push({ text, retiresAtMs: null })
  }
}
