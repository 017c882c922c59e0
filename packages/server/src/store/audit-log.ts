import { hash } from 'node:crypto'
import type { AuditEvent } from '@kugelaudio/contract'
import { canonicalBytes } from '../canonical-json.ts'
import type { Query } from './database.ts'
import type { AuditEventRow } from './schema.ts'

/** Who does something, from where: for the audit log. */
export type Actor = {
  /** `key:key_…`, `member:usr_…`, `operator`, `server`, `anyone`. */
  name: string
  address: string | null
  agent: string | null
  requestId: string | null
}

/** The server by itself, or what follows from something else. */
export const SERVER: Actor = { name: 'server', address: null, agent: null, requestId: null }

/** The operator at the machine itself. */
export const OPERATOR: Actor = { name: 'operator', address: null, agent: null, requestId: null }

/** Something that happens. `details` never holds a secret. */
export type NewAuditEvent = {
  atMs: number
  accountId: string | null
  actor: Actor
  action: string
  target: string | null
  details: Record<string, unknown>
}

/** What the hash of the first event of a chain is built on. */
export const CHAIN_START = '0'.repeat(64)

/** Events read at a time: about a megabyte. */
const ROWS_PER_READ = 1_000

/** Adds an event to the chain; call it inside the transaction that does what it says. */
export const recordEvent = (query: Query, event: NewAuditEvent): Promise<void> => recordEvents(query, [event])

/** Adds events in this order; call it inside a transaction. */
export async function recordEvents(query: Query, events: readonly NewAuditEvent[]): Promise<void> {
  if (events.length === 0) return
  const last = await newestEvent(query)
  let seq = last?.seq ?? 0
  let previous = last?.hash ?? CHAIN_START
  const byAccount = new Map<string | null, string>()
  const rows: AuditEventRow[] = []
  for (const event of events) {
    const { accountId } = event
    const accountPrevious = byAccount.get(accountId) ?? (await newestHashOf(query, accountId))
    const linked = { seq: ++seq, previous, account_previous: accountPrevious }
    const unhashed = unhashedEvent(event, linked)
    previous = hashOf(unhashed)
    byAccount.set(accountId, previous)
    const details = JSON.stringify(unhashed.details)
    rows.push({ ...unhashed, at: event.atMs, details, hash: previous })
  }
  await query.insertInto('audit_event').values(rows).execute()
  const end = { seq, hash: previous }
  await query
    .insertInto('audit_end')
    .values({ id: 1, ...end })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(end))
    .execute()
}

/** SHA-256 of the canonical JSON of an event without its hash. */
export const hashOf = (event: Omit<AuditEvent, 'hash'>): string =>
  hash('sha256', canonicalBytes(event), 'hex')

/** What a list or an export of events holds; null: whatever it is. */
export type AuditFilter = {
  /** Null: every account's events, and those of none. */
  accountId: string | null
  action: string | null
  actor: string | null
  target: string | null
  fromMs: number | null
  toMs: number | null
}

/** Newest first. `before`: only events with a smaller number. */
export async function listEvents(
  query: Query,
  filter: AuditFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<AuditEvent[]> {
  let matching = matchingEvents(query, filter).orderBy('seq', 'desc').limit(limit)
  if (before !== null) matching = matching.where('seq', '<', before)
  return (await matching.execute()).map(eventOf)
}

/** Everything that matches, oldest first, read as it is taken; what happens meanwhile is not in it. */
export async function* streamEvents(
  query: Query,
  filter: AuditFilter,
): AsyncGenerator<AuditEvent, void, undefined> {
  const end = (await lastEvent(query))?.seq ?? 0
  // No number is too small to be looked at: somebody may have written one in front of all others.
  for (let after: number | null = null; ; ) {
    let read = matchingEvents(query, filter).where('seq', '<=', end)
    if (after !== null) read = read.where('seq', '>', after)
    const rows = await read.orderBy('seq').limit(ROWS_PER_READ).execute()
    for (const row of rows) yield eventOf(row)
    const last = rows.at(-1)
    if (last === undefined || rows.length < ROWS_PER_READ) return
    after = last.seq
  }
}

/** An event as those after it name it. */
export type EventMark = { seq: number; hash: string }

/**
 * The event that all others are fixed by; null when nothing has ever happened. It is the newest one also after somebody
 * has taken it away: what follows leaves the gap to be seen.
 */
export async function newestEvent(query: Query): Promise<EventMark | null> {
  const [last, end] = [await lastEvent(query), await loggedEnd(query)]
  return end !== null && end.seq > (last?.seq ?? 0) ? end : last
}

/** Whether the log holds an event with this hash. */
export async function hasEvent(query: Query, hash: string): Promise<boolean> {
  const row = await query.selectFrom('audit_event').select('seq').where('hash', '=', hash).executeTakeFirst()
  return row !== undefined
}

/** Where the log has to end; null when nothing has ever happened. */
export async function loggedEnd(query: Query): Promise<EventMark | null> {
  return (await query.selectFrom('audit_end').select(['seq', 'hash']).executeTakeFirst()) ?? null
}

async function lastEvent(query: Query): Promise<EventMark | null> {
  const row = await query
    .selectFrom('audit_event')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

async function newestHashOf(query: Query, accountId: string | null): Promise<string> {
  const row = await query
    .selectFrom('audit_event')
    .select('hash')
    .where('account_id', accountId === null ? 'is' : '=', accountId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.hash ?? CHAIN_START
}

function matchingEvents(query: Query, filter: AuditFilter) {
  let matching = query.selectFrom('audit_event').selectAll()
  if (filter.accountId !== null) matching = matching.where('account_id', '=', filter.accountId)
  if (filter.action !== null) matching = matching.where('action', '=', filter.action)
  if (filter.actor !== null) matching = matching.where('actor', '=', filter.actor)
  if (filter.target !== null) matching = matching.where('target', '=', filter.target)
  if (filter.fromMs !== null) matching = matching.where('at', '>=', filter.fromMs)
  if (filter.toMs !== null) matching = matching.where('at', '<', filter.toMs)
  return matching
}

function unhashedEvent(
  { atMs, accountId, actor, action, target, details }: NewAuditEvent,
  links: { seq: number; previous: string; account_previous: string },
): Omit<AuditEvent, 'hash'> {
  return {
    ...links,
    at: new Date(atMs).toISOString(),
    account_id: accountId,
    actor: actor.name,
    action,
    target,
    address: actor.address,
    agent: actor.agent,
    request_id: actor.requestId,
    details: wellFormed(details),
  }
}

/** As it will be read again: no database keeps half of a surrogate pair, and JSON knows no `undefined`. */
const wellFormed = (details: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(details), (_, value) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  )

/** A row as it is shown. One that somebody has written into by hand may hold anything; then its hash is wrong. */
const eventOf = (row: AuditEventRow): AuditEvent => ({
  ...row,
  at: isoOf(row.at),
  details: detailsOf(row.details),
})

function detailsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    // Only as it was written: the same content with other spaces has been touched too.
    if (JSON.stringify(value) === text && typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Shown as it is below.
  }
  return { unreadable: text }
}

function isoOf(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) || date.getTime() !== ms ? String(ms) : date.toISOString()
}
