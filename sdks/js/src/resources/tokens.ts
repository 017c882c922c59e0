import type { CallOptions } from '../http.ts'
import type { Receipt } from '../receipt.ts'
import { Resource, segment } from './resource.ts'

/** What a token may be used for; what is left out is the server's default. */
export type NewToken = {
  /** Seconds in which it can be presented: 1 to 3600. Default 60. */
  ttlSeconds?: number
  /** Whether it opens one socket or request only. Default true. */
  singleUse?: boolean
  /** Seconds that what it opens may go on. */
  maxSessionSeconds?: number
  voices?: readonly string[] | null
  models?: readonly string[] | null
  maxCharacters?: number | null
  /** Pages it may be used from, as `https://app.example.com`. */
  origins?: readonly string[] | null
  scopes?: readonly string[]
}

/** A token with its secret, which is answered this once. */
export type Token = {
  id: string
  /** `kt_…`: give it to the page, which passes it as `apiKey`. */
  token: string
  keyId: string
  createdAt: string
  expiresAt: string
  singleUse: boolean
  maxSessionSeconds: number
  voices: string[] | null
  models: string[] | null
  maxCharacters: number | null
  origins: string[] | null
  scopes: string[]
}

/** A token that has ended, and the proof. */
export type TokenRevoked = { id: string; keyId: string; revokedAt: string; receipt: Receipt }

/** `client.tokens`: for pages and apps, which must not hold a key. */
export class TokensResource extends Resource {
  /** Makes a token; its secret is in this one answer. */
  create(token: NewToken = {}, options: CallOptions = {}): Promise<Token> {
    return this.request({ method: 'POST', path: '/v1/tokens', json: token, ...options })
  }

  /** Ends a token everywhere, running streams included. */
  revoke(id: string, options: CallOptions = {}): Promise<TokenRevoked> {
    return this.request({ method: 'DELETE', path: `/v1/tokens/${segment(id)}`, ...options })
  }
}
