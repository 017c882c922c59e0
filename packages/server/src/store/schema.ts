import type { DeliveryState, Environment, ReferenceType, Role, Voice } from '@kugelaudio/contract'
import type { Generated, Selectable } from 'kysely'

/** Times are milliseconds since 1970, UTC. */
export type Schema = {
  account: AccountTable
  user: UserTable
  user_credential: UserCredentialTable
  user_session: UserSessionTable
  user_verification: UserVerificationTable
  user_second_factor: UserSecondFactorTable
  user_passkey: UserPasskeyTable
  invitation: InvitationTable
  member: MemberTable
  api_key: ApiKeyTable
  api_key_secret: ApiKeySecretTable
  authority_log: AuthorityLogTable
  audit_event: AuditEventTable
  audit_end: AuditEndTable
  token: TokenTable
  usage_turn: UsageTurnTable
  usage_quota: UsageQuotaTable
  usage_day: UsageDayTable
  usage_hour: UsageHourTable
  foreign_prefix: ForeignPrefixTable
  webhook: WebhookTable
  webhook_delivery: WebhookDeliveryTable
  event_once: EventOnceTable
  key_notice: KeyNoticeTable
  dictionary: DictionaryTable
  dictionary_entry: DictionaryEntryTable
  dictionary_version: DictionaryVersionTable
  voice: VoiceTable
  voice_reference: VoiceReferenceTable
  node: NodeTable
  severed_streams: SeveredStreamsTable
  canary_round: CanaryRoundTable
  receipt: ReceiptTable
  old_secret_use: OldSecretUseTable
}

/** An organisation: it owns keys and has a plan. */
export type AccountTable = {
  id: string
  name: string
  plan: string
  suspended_at: number | null
  created_at: number
  /** 1: it operates this server. The first one does. */
  operator: Generated<number>
}

/** A person, by e-mail in lower case. This table and those of `user_…` below are Better Auth's records (ADR 0016). */
export type UserTable = {
  id: string
  email: string
  name: string
  created_at: number
  updated_at: number | null
  email_verified: Generated<number>
  two_factor_enabled: Generated<number>
  image: string | null
}

/** What a person signs in with: a password (`credential`), or an identity of another provider. */
export type UserCredentialTable = {
  id: string
  user_id: string
  provider_id: string
  /** The person's id at the provider; for a password our own. */
  account_id: string
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: number | null
  refresh_token_expires_at: number | null
  scope: string | null
  /** Hash. */
  password: string | null
  created_at: number
  updated_at: number
}

export type UserSessionTable = {
  id: string
  user_id: string
  /** What the signed cookie holds. */
  token: string
  expires_at: number
  ip_address: string | null
  user_agent: string | null
  created_at: number
  updated_at: number
  /** When the person last proved who they are. */
  authenticated_at: number
  /** The account that the session acts for. */
  active_account_id: string | null
}

/** What waits to be proved: resets, challenges, sign-ins that are half done. */
export type UserVerificationTable = {
  id: string
  identifier: string
  value: string
  expires_at: number
  created_at: number
  updated_at: number
}

/** A secret for one-time codes and its recovery codes, both encrypted. */
export type UserSecondFactorTable = {
  id: string
  user_id: string
  secret: string
  backup_codes: string
  verified: number
  failed_verification_count: number
  locked_until: number | null
}

export type UserPasskeyTable = {
  id: string
  user_id: string
  name: string | null
  public_key: string
  credential_id: string
  counter: number
  device_type: string
  backed_up: number
  transports: string | null
  aaguid: string | null
  created_at: number | null
}

export type MemberTable = { account_id: string; user_id: string; role: Role; created_at: number }

/** Asks somebody to become a member; only the digest of its secret is kept. */
export type InvitationTable = {
  id: string
  account_id: string
  email: string
  role: Role
  digest: string
  created_at: number
  created_by: string
  expires_at: number
  accepted_at: number | null
  withdrawn_at: number | null
}

export type ApiKeyTable = {
  id: string
  account_id: string
  name: string
  environment: Environment
  hint: string
  created_at: number
  created_by: string
  expires_at: number | null
  revoked_at: number | null
  revoked_by: string | null
  revoked_reason: string | null
  /** JSON array of scopes; null: the default ones. */
  scopes: string | null
  /** JSON array of ranges; null: from anywhere. */
  allowed_ips: string | null
  /** JSON of the key's own limits; null: none. */
  limits: string | null
  last_used_at: number | null
  last_used_address: string | null
  last_used_agent: string | null
  rotated_at: number | null
  /** When it was brought in with a text that was made elsewhere; null for our own. */
  imported_at: number | null
  /**
   * `sessions`: what people speak by their sessions counts under it. `canary …`: nodes watch each other by it. Null for
   * everybody's own.
   */
  purpose: 'sessions' | `canary ${string}` | null
}

/** Digests of a key's text. A key that is being rotated has two; the one that goes has an end. */
export type ApiKeySecretTable = {
  digest: string
  key_id: string
  created_at: number
  hint: string | null
  retires_at: number | null
  last_used_at: number | null
  /** What the rotation that made it was asked for with; null where none did. */
  overlap_seconds: number | null
}

/** Append-only. Its sequence number is the epoch: every change of authority, in the order all nodes apply it. */
export type AuthorityLogTable = {
  epoch: Generated<number>
  change: string
  key_id: string | null
  account_id: string
  changed_at: number
  changed_by: string
  /** Where a change is about one token of the key. */
  token_id: string | null
  /** Where it is about one member of the account. */
  user_id: string | null
  /** Hash of the newest audit event when it was written. */
  audit_head: string | null
}

/** Append-only and hash-chained: `hash` covers the row, its place, and the hashes before it. */
export type AuditEventTable = {
  seq: number
  at: number
  account_id: string | null
  actor: string
  action: string
  target: string | null
  address: string | null
  agent: string | null
  request_id: string | null
  /** JSON; never a secret. */
  details: string
  previous: string
  /** The hash before it of the same account, so that an account's events can be verified by themselves. */
  account_previous: string
  hash: string
}

/** The newest event, once more: no row before the first one. */
export type AuditEndTable = { id: 1; seq: number; hash: string }

/** A short-lived token, minted from a key. It lives and dies with the key's id, whatever its secret. */
export type TokenTable = {
  id: string
  digest: string
  key_id: string
  created_at: number
  created_by: string
  /** Until when it can be presented. */
  expires_at: number
  single_use: number
  used_at: number | null
  revoked_at: number | null
  /** JSON array of scopes. */
  scopes: string
  /** JSON arrays; null: no lock. */
  voices: string | null
  models: string | null
  origins: string | null
  max_session_seconds: number
  max_characters: number | null
  characters_used: Generated<number>
  /** The session that it ends with. */
  session_id: string | null
}

/** Turns being spoken, with the text reserved for them. What a dead process leaves here was used. */
export type UsageTurnTable = {
  id: Generated<number>
  account_id: string
  key_id: string
  model: string
  voice: string
  opened_at: number
  characters: number
  /** Null where one process has the data to itself. */
  node: string | null
  /** Turns of one socket share a stream; null where one process has the data to itself. */
  stream: string | null
}

/** Characters taken of a quota: an account's in a month (`2030-01`), a key's on a day (`2030-01-31`), UTC. */
export type UsageQuotaTable = { subject: string; period: string; characters: number }

/** What turns that have ended came to, by the day (UTC) on which they were opened. */
export type UsageDayTable = {
  account_id: string
  day: string
  key_id: string
  /** As it was asked for. */
  model: string
  voice: string
  requests: number
  characters: number
  audio_ms: number
  errors: number
}

/** The same by the hour (`2030-01-31T13:00Z`), and by how soon it was heard. Kept for a while (ADR 0026). */
export type UsageHourTable = Omit<UsageDayTable, 'day'> & {
  hour: string
  /** As `firstAudioClass` tells them apart; -1: nothing was heard. */
  first_audio: number
}

export type UsageTurnRow = Selectable<UsageTurnTable>
/** Where an account wants its events. */
export type WebhookTable = {
  id: string
  account_id: string
  url: string
  description: string | null
  /** JSON array of event types. */
  events: string
  /** The secret that signs, encrypted. */
  sealed_secret: string
  /** The one before the last rotation, which signs as well until `old_ends_at`. */
  old_sealed_secret: string | null
  old_ends_at: number | null
  rotated_at: number | null
  created_at: number
  created_by: string
  disabled_at: number | null
  /** Null where a member did it. */
  disabled_reason: string | null
  failing_since: number | null
}

/** The outbox: an event on its way to a webhook, and how it went. */
export type WebhookDeliveryTable = {
  id: string
  webhook_id: string
  event_id: string
  type: string
  /** The body, as it is signed. Never a secret. */
  payload: string
  created_at: number
  state: DeliveryState
  attempts: number
  /** When it is to be sent; null when it is over. */
  next_at: number | null
  last_at: number | null
  last_status: number | null
  last_error: string | null
  last_response: string | null
}

/** Events that are told once, by names of their own. */
export type EventOnceTable = { name: string; at: number }

/** What has been said of the end of a key. A key with a new end is spoken of again. */
export type KeyNoticeTable = {
  key_id: string
  expires_at: number
  kind: string
  noticed_at: number
  mail_attempts: number
  /** When a mail is to be sent; null when there is none, or it has gone. */
  mail_next_at: number | null
}

/** A list of words of an account. */
export type DictionaryTable = {
  id: Generated<number>
  account_id: string
  name: string
  description: string | null
  /** BCP 47; null: for all languages. */
  language: string | null
  is_active: number
  created_at: number
  updated_at: number
}

/** A word and how it is said. */
export type DictionaryEntryTable = {
  id: Generated<number>
  dictionary_id: number
  /** In Unicode's composed form (NFC), without blanks around it. */
  word: string
  /** The word in lower case: searched, and sorted by. */
  folded_word: string
  replacement: string
  ipa: string | null
  case_sensitive: number
  created_at: number
  updated_at: number
}

/** Raised with every change to an account's dictionaries. */
export type DictionaryVersionTable = { account_id: string; version: number }

export type DictionaryRow = Selectable<DictionaryTable>
export type DictionaryEntryRow = Selectable<DictionaryEntryTable>
export type MemberRow = Selectable<MemberTable>
export type InvitationRow = Selectable<InvitationTable>
/** Nodes that serve these data. Only where several may. */
export type NodeTable = {
  id: string
  /** Number of its newest renewal of its lease. */
  renewal: number
  /** The newest epoch that has taken effect on it. */
  applied: number
  /** The renewal after which it was seen not to renew for longer than a lease. */
  lost_renewal: number | null
  /** Where other nodes reach it; null until it has said so. */
  address: string | null
}

/** Streams that a node has ended for a change; no row where it ended none. */
export type SeveredStreamsTable = { epoch: number; node: string; streams: number }

/** What a node's newest canary showed; JSON. */
export type CanaryRoundTable = { node: string; at: number; body: string }

/** A receipt as it was given out; JSON. */
export type ReceiptTable = { epoch: number; account_id: string; key_id: string | null; body: string }

/** Who has used the secret before a rotation since then. */
export type OldSecretUseTable = {
  digest: string
  /** Empty where it is not known. */
  address: string
  agent: string | null
  last_used_at: number
  requests: number
}

export type WebhookRow = Selectable<WebhookTable>
export type WebhookDeliveryRow = Selectable<WebhookDeliveryTable>
export type KeyNoticeRow = Selectable<KeyNoticeTable>
export type TokenRow = Selectable<TokenTable>
/** What texts of an account's imported keys begin with. */
export type ForeignPrefixTable = { account_id: string; prefix: string }

export type ApiKeyRow = Selectable<ApiKeyTable>
export type AuditEventRow = Selectable<AuditEventTable>
export type AuthorityLogRow = Selectable<AuthorityLogTable>

/** A voice of one's own. Its public id is its number, counted from where those of engines end. */
export type VoiceTable = {
  number: Generated<number>
  /** `voice_…`: no engine's handle holds an underscore. */
  handle: string
  account_id: string
  name: string
  description: string
  generative_voice_description: string
  category: Voice['category']
  sex: Voice['sex']
  age: Voice['age']
  quality: Voice['quality']
  /** JSON array of codes; never empty. */
  supported_languages: string
  sample_text: string
  /** Handle of the premade voice that was chosen; null: by the first language and the sex. */
  base_voice: string | null
  speed: number
  published_at: number | null
  /** Since when everybody may have it. */
  verified_at: number | null
  /** Name of a file in the folder of voices. */
  sample_file: string | null
  sample_bytes: number
  created_at: number
  created_by: string
}

/** A recording that belongs to a voice; the recording itself is a file. */
export type VoiceReferenceTable = {
  number: Generated<number>
  voice_number: number
  name: string
  reference_text: string
  /** Name of a file in the folder of voices. */
  file: string
  content_type: ReferenceType
  bytes: number
  duration_ms: number
  created_at: number
  created_by: string
}

export type VoiceRow = Selectable<VoiceTable>
export type VoiceReferenceRow = Selectable<VoiceReferenceTable>
