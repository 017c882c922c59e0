import type { ImportedKey, Key, KeyImport } from '@kugelaudio/contract'
import { digestOf, parseKeyText, type RandomBytes, randomBase62 } from '@kugelaudio/keycore'
import type { Plans } from '../accounts/plans.ts'
import type { Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { findAccount } from '../store/accounts.ts'
import type { NewKeyRow } from '../store/api-keys.ts'
import { type Actor, recordEvents } from '../store/audit-log.ts'
import { appendChange } from '../store/authority-log.ts'
import type { Database } from '../store/database.ts'
import { insertForeignPrefixes, insertImportedKeys } from '../store/foreign-keys.ts'
import { findDigests } from '../store/key-digests.ts'
import { expiryOf } from './expiry.ts'
import { type KeyEvents, keyEvent } from './key-events.ts'
import { requireKeyFeatures } from './key-features.ts'
import type { Revocation } from './revocation.ts'
import { type CreationLimits, demandRoom } from './room.ts'
import { shownKey } from './shown-key.ts'

/**
 * Brings in keys that were made elsewhere: all of them, or none. Their texts are hashed at once and not kept. Throws
 * `VALIDATION_ERROR` or `CONFLICT` that names the items which cannot be.
 */
export type ImportKeys = (accountId: string, wanted: KeyImport, actor: Actor) => Promise<Key[]>

/** Items named in one refusal; whoever mends them asks again. */
const ITEMS_NAMED_MAX = 20
/** Of a foreign text after its prefix: the prefix and the last four characters are shown. */
const SECRET_CHARACTERS_MIN = 12

export const createImportKeys =
  (parts: {
    database: Database
    clock: Clock
    randomBytes: RandomBytes
    events: KeyEvents
    plans: Plans
    /** Left out where the operator acts. */
    creation?: CreationLimits
    revocation: Revocation
  }): ImportKeys =>
  async (accountId, { keys, prefixes }, actor) => {
    const nowMs = parts.clock.nowMs()
    const rows = keys.map(
      (key): NewKeyRow => ({
        id: `key_${randomBase62(20, parts.randomBytes)}`,
        accountId,
        name: key.name,
        environment: key.environment ?? 'production',
        scopes: key.scopes ?? null,
        allowedIps: key.allowed_ips ?? null,
        limits: key.limits ?? null,
        expiresAtMs: expiryOf(key.expires_at ?? null, nowMs),
        createdAtMs: nowMs,
        createdBy: actor.name,
        ...identityOf(key, prefixes),
      }),
    )
    refuseItems(
      keys.map(({ key }) => key !== undefined && !isPresentable(key, prefixes)),
      'VALIDATION_ERROR',
      `begin with none of the prefixes, or have fewer than ${SECRET_CHARACTERS_MIN} characters after it`,
    )
    const { inserted, logged } = await parts.database.transaction(async (query) => {
      const account = await findAccount(query, accountId)
      if (account === null) throw new Failure('NOT_FOUND', 'Account not found')
      for (const key of keys) requireKeyFeatures(parts.plans.of(account.plan), key)
      if (parts.creation !== undefined)
        await demandRoom(query, { accountId, adding: keys.length, nowMs }, parts.creation)
      const digests = rows.map(({ digest }) => digest)
      const taken = new Set((await findDigests(query, digests)).map(({ digest }) => digest))
      refuseItems(
        digests.map((digest) => taken.size === taken.add(digest).size),
        'CONFLICT',
        'are here already, or twice in this call',
      )
      await insertForeignPrefixes(query, accountId, prefixes)
      const inserted = await insertImportedKeys(query, rows)
      await recordEvents(
        query,
        rows.map(({ id, name }) => {
          return { atMs: nowMs, accountId, actor, action: 'key.imported', target: id, details: { name } }
        }),
      )
      await parts.events.recordAll(
        query,
        inserted.map((row) => keyEvent('key.created', row, nowMs, { imported: true })),
      )
      const change = { change: 'key.imported', keyId: null, accountId, atMs: nowMs, by: actor.name } as const
      return { inserted, logged: await appendChange(query, change) }
    })
    // What foreign keys begin with is known from memory: only then are these known everywhere.
    await parts.revocation.announce(logged)
    return inserted.map((row) => shownKey(row, nowMs, null))
  }

/** What is kept of a key's text, and what is shown of it. */
function identityOf({ key, sha256 = '' }: ImportedKey, prefixes: readonly string[]) {
  if (key !== undefined)
    return { digest: digestOf(key), hint: `${prefixOf(key, prefixes) ?? key.slice(0, 3)}…${key.slice(-4)}` }
  const hash = Buffer.from(sha256, 'hex')
  return { digest: hash.toString('base64url'), hint: `sha256 …${hash.toString('hex').slice(-4)}` }
}

/** What a text begins with, which is shown; the rest must be a secret still. */
const prefixOf = (text: string, prefixes: readonly string[]): string | undefined =>
  prefixes.find((prefix) => text.startsWith(prefix) && text.length - prefix.length >= SECRET_CHARACTERS_MIN)

/** Our own shape is always looked up; another only behind a prefix that was declared. */
const isPresentable = (text: string, prefixes: readonly string[]): boolean =>
  parseKeyText(text).ok || prefixOf(text, prefixes) !== undefined

function refuseItems(isWrong: boolean[], code: 'VALIDATION_ERROR' | 'CONFLICT', what: string): void {
  const items = isWrong.flatMap((wrong, at) => (wrong ? [`keys.${at}`] : []))
  if (items.length === 0) return
  const named = items.slice(0, ITEMS_NAMED_MAX).join(', ')
  const more = items.length > ITEMS_NAMED_MAX ? ` and ${items.length - ITEMS_NAMED_MAX} more` : ''
  throw new Failure(code, `${named}${more}: ${what}; nothing was imported`)
}
