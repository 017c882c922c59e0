import assert from 'node:assert/strict'
import { type AuditEvent, AuditEvent as AuditSchema } from '@kugelaudio/contract'
import { ALL_EVENTS, type AuditFilter, createAudit } from '../../src/audit/audit.ts'
import type { TestServer } from './test-server.ts'

/** Every event of a server's log that matches, oldest first; refusals that wait in memory included. */
export async function eventsOf(server: TestServer, filter: Partial<AuditFilter> = {}): Promise<AuditEvent[]> {
  await server.serving.flush()
  const events: AuditEvent[] = []
  const audit = createAudit({ database: server.operator.store })
  for await (const line of audit.export({ ...ALL_EVENTS, ...filter }))
    events.push(AuditSchema.parse(JSON.parse(line)))
  return events
}

/** The one event of an action. */
export async function eventOf(
  server: TestServer,
  action: string,
  filter: Partial<AuditFilter> = {},
): Promise<AuditEvent> {
  const [event, ...others] = await eventsOf(server, { ...filter, action })
  assert.ok(event, `no event ${action}`)
  assert.equal(others.length, 0, `more than one ${action}`)
  return event
}
