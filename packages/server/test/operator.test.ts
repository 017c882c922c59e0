import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  KeyList,
  type OperatedAccount,
  OperatedAccountChanged,
  OperatedAccountList,
  OperatedPlanList,
  ServerState,
  UsageReport,
} from '@kugelaudio/contract'
import { eventsOf } from './harness/audit.ts'
import { memberOf, type Person } from './harness/person.ts'
import { startServer, type TestServer } from './harness/test-server.ts'

let server: TestServer
let operator: Person & { userId: string }
before(async () => {
  server = await startServer()
  operator = await memberOf(server, { role: 'admin' })
})
after(() => server.stop())

const accountsOf = async (query: string): Promise<OperatedAccount[]> =>
  OperatedAccountList.strict().parse(await operator.get(`/v1/operator/accounts?${query}`)).accounts

test('an owner of any other account operates nothing, and is not told that there is anything to operate', async () => {
  const accountId = await server.createAccount('elsewhere@example.com')
  const owner = await memberOf(server, { accountId, role: 'owner' })
  assert.equal((await owner.ask('GET', '/v1/operator/accounts')).status, 403)
  const view = await owner.get<{ permissions: string[] }>('/v1/session')
  assert.equal(view.permissions.includes('server:operate'), false)
  const own = await operator.get<{ permissions: string[] }>('/v1/session')
  assert.equal(own.permissions.includes('server:operate'), true)
})

test('accounts are found by parts of their name or owner, signs that mean something to a database taken as they are', async () => {
  const id = await server.createAccount('under_score@example.com')
  await server.createAccount('underxscore@example.com')
  await server.createKey({ accountId: id })
  const { id: ended } = await server.createKey({ accountId: id })
  await server.revokeKey(ended)
  const [found, ...others] = await accountsOf(`q=${encodeURIComponent('R_SC')}`)
  assert.deepEqual(others, [])
  const { created_at: _, ...shown } = found ?? assert.fail('not found')
  assert.deepEqual(shown, {
    id,
    name: 'Other',
    plan: 'free',
    operator: false,
    owner: 'under_score@example.com',
    suspended_at: null,
    members: 1,
    keys: 1,
    streams_now: 0,
    characters_this_month: 0,
  })
  const firstPage = await accountsOf('limit=1')
  const secondPage = await accountsOf('limit=1&offset=1')
  assert.equal(firstPage.length + secondPage.length, 2)
  assert.notEqual(firstPage[0]?.id, secondPage[0]?.id)
})

test('the keys of an account and what it has spoken are shown to the operator, never a secret, and to nobody else', async () => {
  const id = await server.createAccount('looked-at@example.com')
  const made = await server.createKey({ accountId: id, name: 'Kiosk' })
  const answer = await fetch(`${server.url}/v1/tts/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${made.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Good morning.', normalize: false }),
  })
  await answer.arrayBuffer()
  // A turn is counted when it has ended, a moment after its answer.
  for (;;) {
    const report = await operator.get(`/v1/operator/accounts/${id}/usage`)
    if (UsageReport.strict().parse(report).totals.characters === 13) break
  }
  const path = `/v1/operator/accounts/${id}/keys`
  const listed = await operator.ask('GET', `${path}?limit=10`)
  const text = await listed.text()
  assert.ok(!text.includes(made.key))
  const { keys, total } = KeyList.strict().parse(JSON.parse(text))
  assert.deepEqual([total, keys[0]?.name, keys[0]?.account_id], [1, 'Kiosk', id])
  const owner = await memberOf(server, { accountId: id, role: 'owner' })
  assert.equal((await owner.ask('GET', path)).status, 403)
  assert.equal((await operator.ask('GET', '/v1/operator/accounts/acc_nobody/keys')).status, 404)
  assert.equal((await operator.ask('GET', '/v1/operator/accounts/acc_nobody/usage')).status, 404)
})

test('suspending stops the keys of an account at once with a receipt, resuming lets them work, and both are in its log', async () => {
  const id = await server.createAccount('stopped@example.com')
  const { key } = await server.createKey({ accountId: id })
  const statusOf = async () =>
    (await fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status
  const act = async (verb: string, body?: object) =>
    OperatedAccountChanged.strict().parse(await operator.post(`/v1/operator/accounts/${id}/${verb}`, body))
  assert.equal(await statusOf(), 200)
  const { account, receipt } = await act('suspend', { reason: 'unpaid' })
  assert.equal(await statusOf(), 403)
  assert.notEqual(account.suspended_at, null)
  assert.deepEqual([receipt.change, receipt.account_id], ['account.suspended', id])
  await operator.post(`/v1/operator/accounts/${id}/suspend`, {}, 409)
  assert.equal((await act('resume')).account.suspended_at, null)
  assert.equal(await statusOf(), 200)
  await operator.post(`/v1/operator/accounts/${id}/resume`, undefined, 409)
  const events = await eventsOf(server, { accountId: id, actor: `member:${operator.userId}` })
  assert.deepEqual(
    events.map(({ action, details }) => [action, details['reason'] ?? null]),
    [
      ['account.suspended', 'unpaid'],
      ['account.resumed', null],
    ],
  )
})

test('the account that operates the server cannot be suspended; a plan that does not exist is refused by name', async () => {
  const own = server.account.account_id
  await operator.post(`/v1/operator/accounts/${own}/suspend`, {}, 409)
  const refused = await operator.ask('PATCH', `/v1/operator/accounts/${own}`, { body: { plan: 'gold' } })
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /plan: must be one of free, starter/)
  const id = await server.createAccount('upwards@example.com')
  const answer = await operator.ask('PATCH', `/v1/operator/accounts/${id}`, { body: { plan: 'starter' } })
  const { account, receipt } = OperatedAccountChanged.strict().parse(await answer.json())
  assert.deepEqual([account.plan, receipt.change], ['starter', 'account.plan_changed'])
})

test('plans say how many accounts they touch; the server says which nodes, engine and database it has', async () => {
  const before = await accountsOf('limit=200')
  const { plans } = OperatedPlanList.strict().parse(await operator.get('/v1/operator/plans'))
  for (const { plan, accounts } of plans)
    assert.equal(accounts, before.filter((account) => account.plan === plan.name).length, plan.name)
  await server.engine.offer()
  const state = ServerState.strict().parse(await operator.get('/v1/operator/server'))
  assert.ok(state.nodes.some(({ node, behind, lost }) => node === state.node && behind === 0 && !lost))
  for (const { applied, lease_ms } of state.nodes) {
    assert.equal(applied, state.epoch)
    assert.equal(lease_ms, null, 'a server that is alone needs no lease')
  }
  assert.equal(state.engine.hosts.length, 1)
  assert.equal(state.mail, false)
})
