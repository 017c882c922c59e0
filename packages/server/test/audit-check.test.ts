import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AuditCheck, SCOPES } from '@kugelaudio/contract'
import { manage } from './harness/manage.ts'
import { accountOn } from './harness/plans.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let key: string
let accountId: string
before(async () => {
  server = await startServer()
  accountId = await accountOn(server, 'business')
  key = (await server.createKey({ accountId, scopes: [...SCOPES] })).key
})
after(() => server.stop())

async function checkOf(): Promise<AuditCheck> {
  const answer = await manage(server, key, 'GET', '/v1/audit/verify')
  assert.equal(answer.status, 200, await answer.clone().text())
  return AuditCheck.strict().parse(await answer.json())
}

test('GET /v1/audit/verify finds a log that is whole whole, and names the first event that somebody has touched', async () => {
  // Of another account: what is between the events of this one is not missing here.
  await server.createKey()
  await server.createKey({ accountId, name: 'second' })
  const whole = await checkOf()
  assert.deepEqual(
    { intact: whole.intact, broken_at: whole.broken_at, until: whole.intact_until?.seq },
    { intact: true, broken_at: null, until: (await newest()).seq },
  )
  assert.equal(whole.head, (await newest()).hash)

  const touched = await newest()
  await server.operator.store.query
    .updateTable('audit_event')
    .set({ actor: 'nobody' })
    .where('seq', '=', touched.seq)
    .execute()
  assert.deepEqual(await checkOf(), whole, 'within a minute it is not read again')
  server.clock.advance(60_000)
  const broken = await checkOf()
  assert.equal(broken.intact, false)
  assert.deepEqual(broken.broken_at, { seq: touched.seq, what: 'changed' })
  assert.ok((broken.intact_until?.seq ?? 0) < touched.seq)
})

async function newest(): Promise<{ seq: number; hash: string }> {
  const answer = await manage(server, key, 'GET', '/v1/audit?limit=1')
  const { events } = (await answer.json()) as { events: { seq: number; hash: string }[] }
  const [event] = events
  assert.ok(event)
  return event
}
