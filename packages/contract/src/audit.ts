import { z } from 'zod'

const hash = z.string().regex(/^[0-9a-f]{64}$/)

/**
 * One thing that happened. `hash` is SHA-256 of the canonical JSON (RFC 8785) of everything else, so that each event
 * fixes all that came before it: on the server by `previous`, in its account by `account_previous`.
 */
export const AuditEvent = z.strictObject({
  seq: z.int().min(1).describe('Its place: 1, 2, 3, … on the server, without gaps.'),
  at: z.iso.datetime(),
  account_id: z.string().nullable(),
  actor: z.string().describe('`key:key_…`, `member:usr_…`, `operator`, `server`, `anyone`.'),
  action: z.string().describe('`key.created`, `key.revoked`, `access.refused`, …'),
  target: z.string().nullable().describe('The key or account it was done to.'),
  address: z.string().nullable(),
  agent: z.string().nullable(),
  request_id: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  previous: hash.describe('Hash of the event before; zeros for the first.'),
  account_previous: hash.describe("Hash of the same account's event before; zeros for its first."),
  hash,
})
export type AuditEvent = z.infer<typeof AuditEvent>

const instant = z.iso.datetime({ offset: true })
const EVENTS_PER_PAGE_MAX = 500

/** Query of `GET /v1/audit`. `jsonl` answers all that matches, oldest first, one event a line. */
export const AuditQuery = z.strictObject({
  action: z.string().max(100).optional(),
  actor: z.string().max(200).optional(),
  target: z.string().max(200).optional(),
  from: instant.optional().describe('Not before.'),
  to: instant.optional().describe('Before.'),
  before: z.coerce.number().int().min(1).optional().describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(EVENTS_PER_PAGE_MAX).default(100),
  format: z.enum(['json', 'jsonl']).optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

/** Newest first. */
export const AuditList = z.object({
  events: z.array(AuditEvent),
  next: z.int().nullable().describe('Give it as `before` for the next page; null on the last one.'),
})

/** Whether an account's audit log is as it was written: every event's hash, and its link to the one before. */
export const AuditCheck = z.object({
  intact: z.boolean(),
  events: z.int().describe('Read, all of the account.'),
  intact_until: z
    .object({ seq: z.int(), at: z.string() })
    .nullable()
    .describe('Up to here everything is as it was written; null when nothing is.'),
  broken_at: z
    .object({ seq: z.int().nullable(), what: z.string() })
    .nullable()
    .describe('The first event that is not.'),
  head: hash.describe('Hash of the newest event.'),
  checked_at: z.iso.datetime().describe('At most a minute ago.'),
})
export type AuditCheck = z.infer<typeof AuditCheck>
