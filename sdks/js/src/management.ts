import { type KugelAudioOptions, readOptions } from './connection.ts'
import { AccountResource, AuditResource, UsageResource } from './resources/account.ts'
import { KeysResource } from './resources/keys.ts'
import { TokensResource } from './resources/tokens.ts'

export type { KugelAudioOptions } from './connection.ts'
export * from './receipt.ts'
export type * from './resources/account.ts'
export type * from './resources/keys.ts'
export type * from './resources/tokens.ts'

/**
 * Keys, tokens, usage and the audit log of an account: what only servers and people do, and no page needs to load. Takes
 * the same options as `KugelAudio`.
 */
export class Management {
  readonly keys: KeysResource
  readonly tokens: TokensResource
  readonly usage: UsageResource
  readonly account: AccountResource
  readonly audit: AuditResource

  constructor(options: KugelAudioOptions = {}) {
    const connection = readOptions(options)
    this.keys = new KeysResource(connection)
    this.tokens = new TokensResource(connection)
    this.usage = new UsageResource(connection)
    this.account = new AccountResource(connection)
    this.audit = new AuditResource(connection)
  }
}
