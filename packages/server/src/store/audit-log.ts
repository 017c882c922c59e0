import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Query } from './database.ts'
import type { AuditEventRow } from './schema.ts'

/** Who does something, from where: for the audit log. */
export type Actor = {
  /** `key:key_…`, `member:usr_…`, `operator`, `server`. */
  name: string
  address: string | null
  agent: string | null
  requestId: string | null
}

/** The operator at the machine itself. */
export const OPERATOR: Actor = { name: 'operator', address: null, agent: null, requestId: null }

/** Something that happened. `details` never holds a secret. */
export type AuditEvent = {
  atMs: number
  accountId: string | null
  actor: Actor
  action: string
  target: string | null
  details: Record<string, unknown>
}

/** What the first event's hash is built on. */
const CHAIN_START = '0'.repeat(64)

/** Adds an event to the chain; call it inside the transaction that does what it says. */
export async function recordEvent(query: Query, event: AuditEvent): Promise<void> {
  const last = await query
    .selectFrom('audit_event')
    .select('hash')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const row = {
    at: event.atMs,
    account_id: event.accountId,
    actor: event.actor.name,
    action: event.action,
    target: event.target,
    address: event.actor.address,
    agent: event.actor.agent,
    request_id: event.actor.requestId,
    details: JSON.stringify(event.details),
    previous: last?.hash ?? CHAIN_START,
  }
  await query
    .insertInto('audit_event')
    .values({ ...row, hash: hashOf(row) })
    .execute()
}

/** SHA-256 of the canonical JSON (RFC 8785) of a row without its place and its hash. */
export function hashOf(row: Omit<AuditEventRow, 'seq' | 'hash'>): string {
  return hash('sha256', canonicalize(row) ?? '', 'hex')
}
