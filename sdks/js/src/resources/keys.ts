import type { CallOptions } from '../http.ts'
import type { Receipt } from '../receipt.ts'
import { Resource, segment } from './resource.ts'

/** Where a key is used. For people: it changes nothing that the key may do. */
export type KeyEnvironment = 'development' | 'staging' | 'production'
/** Whether a key works; `expiring` does, for thirty days at most. */
export type KeyState = 'active' | 'expiring' | 'expired' | 'revoked'

/** Limits of one key, on top of its account's plan. Null: none of its own. */
export type KeyLimits = {
  requestsPerMinute: number | null
  concurrentStreams: number | null
  charactersPerDay: number | null
  voices: string[] | null
  models: string[] | null
}

/** A key as it is shown, without its secret. Times are ISO 8601 in UTC. */
export type ApiKey = {
  id: string
  accountId: string
  name: string
  environment: KeyEnvironment
  /** `ka_…` and the last four characters. */
  hint: string
  state: KeyState
  scopes: string[]
  allowedIps: string[] | null
  limits: KeyLimits
  createdAt: string
  createdBy: string
  expiresAt: string | null
  revokedAt: string | null
  revokedReason: string | null
  /** At most a minute late. */
  lastUsed: { at: string; address: string | null; agent: string | null } | null
  /** While the secret before the last rotation still works. */
  rotation: {
    rotatedAt: string
    oldHint: string
    oldEndsAt: string
    oldLastUsedAt: string | null
    oldStreamsNow: number
  } | null
}

/** A key with its secret, which is answered this once. */
export type ApiKeyWithSecret = ApiKey & { key: string }

/** A key, and the proof of what was done to it. */
export type ApiKeyAndReceipt = { key: ApiKey; receipt: Receipt }

/** What of a key changes. */
export type KeyChange = {
  name?: string
  environment?: KeyEnvironment
  scopes?: string[]
  expiresAt?: string | null
  /** Addresses and CIDR ranges. */
  allowedIps?: string[] | null
  limits?: Partial<KeyLimits>
}
/** A key that is to be made. Without scopes it may do all but manage keys. */
export type NewKey = KeyChange & { name: string }
/** Which keys. */
export type KeyQuery = {
  state?: KeyState
  environment?: KeyEnvironment
  /** Part of a name or hint. */
  q?: string
  /** 1 to 500. Default 100. */
  limit?: number
  offset?: number
}
/** A page of keys; `total` counts those of all pages. */
export type KeyList = { keys: ApiKey[]; total: number; limit: number; offset: number }

/** `client.keys`. Takes a key with the scope `keys:manage`. */
export class KeysResource extends Resource {
  /** The account's keys, newest first. */
  list({ signal, ...query }: KeyQuery & CallOptions = {}): Promise<KeyList> {
    return this.request({ method: 'GET', path: PATH, query, signal })
  }

  /** One key, without its secret. Throws `NotFoundError` where there is none. */
  get(id: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.request({ method: 'GET', path: `${PATH}/${segment(id)}`, ...options })
  }

  /** Makes a key; its secret is in this one answer. */
  create(key: NewKey, options: CallOptions = {}): Promise<ApiKeyWithSecret> {
    return this.request({ method: 'POST', path: PATH, json: key, ...options })
  }

  /** Changes what a key may do, at once, in running streams too. */
  update(id: string, change: KeyChange, options: CallOptions = {}): Promise<ApiKeyAndReceipt> {
    return this.request({ method: 'PATCH', path: `${PATH}/${segment(id)}`, json: change, ...options })
  }

  /** Gives a key a new secret; the old one works on for a while (default a day). May be repeated safely. */
  rotate(
    id: string,
    {
      overlapSeconds,
      idempotencyKey,
      signal,
    }: { overlapSeconds?: number; idempotencyKey?: string } & CallOptions = {},
  ): Promise<ApiKeyWithSecret> {
    return this.request({
      method: 'POST',
      path: `${PATH}/${segment(id)}/rotate`,
      json: { overlapSeconds },
      idempotencyKey: idempotencyKey ?? crypto.randomUUID(),
      signal,
    })
  }

  /** Ends a key everywhere, running streams included. The receipt proves it. */
  revoke(id: string, { reason, signal }: { reason?: string } & CallOptions = {}): Promise<ApiKeyAndReceipt> {
    const path = `${PATH}/${segment(id)}/revoke`
    return this.request({ method: 'POST', path, json: { reason }, signal })
  }

  /** Ends several keys: all or none. */
  async revokeMany(
    ids: readonly string[],
    { reason, signal }: { reason?: string } & CallOptions = {},
  ): Promise<ApiKeyAndReceipt[]> {
    const request = { method: 'POST', path: `${PATH}/revoke`, json: { ids, reason }, signal } as const
    return (await this.request<{ revoked: ApiKeyAndReceipt[] }>(request)).revoked
  }
}

const PATH = '/v1/api-keys'
