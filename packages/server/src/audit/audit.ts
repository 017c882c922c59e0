import type { AuditEvent } from '@kugelaudio/contract'
import { type AuditFilter, listEvents, loggedEnd, streamEvents } from '../store/audit-log.ts'
import type { Database } from '../store/database.ts'
import { type ChainVerdict, verifyChain } from './chain.ts'

export type { AuditFilter } from '../store/audit-log.ts'

/** What has happened: shown, exported, verified. */
export type Audit = {
  /** Newest first; `next` is the `before` of the next page. */
  list(
    filter: AuditFilter,
    page: { before: number | null; limit: number },
  ): Promise<{ events: AuditEvent[]; next: number | null }>
  /** Everything that matches, oldest first, as lines of JSON. An account's whole export can be verified by itself. */
  export(filter: AuditFilter): AsyncGenerator<string, void, undefined>
  /** Reads the server's whole chain. */
  verify(head: string | null): Promise<ChainVerdict>
}

/** Everything there is. */
export const ALL_EVENTS: AuditFilter = {
  accountId: null,
  action: null,
  actor: null,
  target: null,
  fromMs: null,
  toMs: null,
}

export const createAudit = ({ database }: { database: Database }): Audit => ({
  async list(filter, { before, limit }) {
    const events = await listEvents(database.query, filter, { before, limit: limit + 1 })
    const page = events.slice(0, limit)
    return { events: page, next: events.length > limit ? (page.at(-1)?.seq ?? null) : null }
  },
  async *export(filter) {
    for await (const event of streamEvents(database.query, filter)) yield `${JSON.stringify(event)}\n`
  },
  async verify(head) {
    // Before the events: what happens meanwhile comes after this end.
    const end = await loggedEnd(database.query)
    return await verifyChain(streamEvents(database.query, ALL_EVENTS), { accountId: null, head, end })
  },
})
