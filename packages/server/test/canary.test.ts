import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { CanaryReport, type CanaryRound, ServerState } from '@kugelaudio/contract'
import { until } from './engines/harness.ts'
import { eventsOf } from './harness/audit.ts'
import { memberOf, type Person } from './harness/person.ts'
import { createPostgresDatabase, PostgresServer, runSql } from './harness/postgres.ts'
import { postgresSetting, startServer, type TestServer } from './harness/test-server.ts'

/** Never by itself: tests say when. */
const EVERY_S = 80_000

let postgres: PostgresServer
let url: string
let first: TestServer
let second: TestServer
let operator: Person
/** What answers yes to whoever asks it, whatever key is shown: a node that does not hear of revocations. */
const credulous = createServer((_, answer) =>
  answer.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
)
before(async () => {
  postgres = await PostgresServer.open()
  url = await createPostgresDatabase(postgres.url)
  await new Promise<void>((resolve) => credulous.listen(0, '127.0.0.1', resolve))
  const environment = {
    ...postgresSetting(url),
    KUGELAUDIO_CANARY_SECONDS: String(EVERY_S),
    KUGELAUDIO_METRICS_PORT: '0',
  }
  first = await startServer({ environment })
  second = await startServer({ environment, isEmpty: true })
  operator = await memberOf(first, { role: 'admin' })
})
after(async () => {
  await Promise.all([first.stop(), second.stop()])
  credulous.close()
  await postgres[Symbol.asyncDispose]()
})

/** What a node says of each round, however it went. */
const toldBy = ({ logged }: TestServer): number =>
  logged.filter((line) => /"msg":"(a canary |a revoked key was )/.test(line)).length

/** Lets a node make a canary; returns what came of it. */
async function fly(server: TestServer): Promise<CanaryRound> {
  const before = toldBy(server)
  server.clock.fire(EVERY_S * 1_000)
  await until(() => toldBy(server) > before)
  const { rounds } = CanaryReport.strict().parse(await operator.get('/v1/operator/canary'))
  return rounds.find(({ node }) => node === server.node) ?? assert.fail('there is one')
}

const count = async (sql: string): Promise<number> => Number((await runSql(url, sql))[0]?.['count'])

test('a canary is accepted by every node before it is revoked and by none after, and the window is told', async () => {
  for (const server of [first, second]) {
    const { node, probes, window_ms, failure, violations, windows } = await fly(server)
    assert.equal(node, server.node)
    assert.deepEqual(
      probes.map(({ before, after }) => [before, after]),
      [
        ['accepted', 'refused'],
        ['accepted', 'refused'],
      ],
    )
    assert.deepEqual(probes.map((probe) => probe.node).sort(), [first.node, second.node].sort())
    assert.ok(window_ms !== null && window_ms > 0)
    assert.deepEqual([failure, violations, windows?.rounds], [null, 0, 1])
  }
  const state = ServerState.strict().parse(await operator.get('/v1/operator/server'))
  assert.deepEqual(Object.fromEntries(state.nodes.map(({ node, address }) => [node, address])), {
    [first.node]: first.url,
    [second.node]: second.url,
  })
})

test('canaries are nowhere to be seen: in no list of keys or accounts, in no log, and they do not pile up', async () => {
  const rows = () =>
    Promise.all([
      count('select count(*) from api_key'),
      count('select count(*) from api_key_secret'),
      count("select count(*) from authority_log where account_id = 'acc_canary'"),
      count('select count(*) from receipt'),
    ])
  const events = (await eventsOf(first, {})).length
  for (let i = 0; i < 3; i++) await fly(first)
  const before = await rows()
  for (let i = 0; i < 3; i++) await fly(second)
  await second.serving.flush()
  assert.deepEqual(await rows(), before)
  assert.ok((before[2] ?? 0) <= 1, 'but for the newest change there is, all are forgotten')
  assert.equal((await eventsOf(first, {})).length, events)
  const { accounts, total } = await operator.get<{ accounts: { id: string }[]; total: number }>(
    '/v1/operator/accounts',
  )
  assert.deepEqual([accounts.length, total], [1, 1])
  assert.equal((await operator.ask('GET', '/v1/operator/accounts/acc_canary')).status, 404)
  assert.equal(
    (await operator.get<{ plans: { accounts: number }[] }>('/v1/operator/plans')).plans.reduce(
      (sum, plan) => sum + plan.accounts,
      0,
    ),
    1,
  )
  const { keys } = await first.operator.keys.list({
    accountId: null,
    state: null,
    environment: null,
    text: null,
    limit: 100,
    offset: 0,
  })
  assert.deepEqual(keys, [])
})

test('a canary that its node could not end is ended by another one', async () => {
  const left = "select count(*) from api_key where id = 'key_left'"
  await runSql(
    url,
    `insert into api_key (id, account_id, name, environment, hint, created_at, created_by, purpose)
     values ('key_left', 'acc_canary', 'Canary', 'production', '', 0, 'server', 'canary key_left')`,
  )
  assert.equal(await count(left), 1)
  await fly(first)
  assert.equal(await count(left), 0)
})

test('a node that takes a revoked key is told of at once: in the log, in the figures, to the operator', async () => {
  const { port } = credulous.address() as AddressInfo
  await runSql(url, `update node set address = 'http://127.0.0.1:${port}' where id = '${second.node}'`)
  const { probes, violations } = await fly(first)
  const after = Object.fromEntries(probes.map((probe) => [probe.node, probe.after]))
  assert.deepEqual(after, { [first.node]: 'refused', [second.node]: 'accepted' })
  assert.equal(violations, 1)
  const line = first.logged
    .map((text) => JSON.parse(text))
    .find(({ msg }) => msg.startsWith('a revoked key was'))
  assert.deepEqual([line?.level, line?.nodes], [50, [second.node]])
  const figures = JSON.parse(first.logged.find((text) => text.includes('serving figures')) ?? '{}')
  const text = await (await fetch(`http://127.0.0.1:${figures.port}/metrics`)).text()
  assert.match(text, /^kugelaudio_canary_violations_total 1$/m)
  assert.match(text, /^kugelaudio_canary_window_seconds_count [1-9]/m)
})

test('a node that cannot be reached is told of, and is no violation', async () => {
  await runSql(url, `update node set address = 'http://127.0.0.1:1' where id = '${second.node}'`)
  const { probes, violations } = await fly(first)
  const answers = probes.find(({ node }) => node === second.node)
  assert.deepEqual([answers?.before, answers?.after, violations], ['unreachable', 'unreachable', 1])
  assert.ok(first.logged.some((text) => text.includes('a canary could not be watched on every node')))
})

test('nodes that are said to be at one address are not taken for watched, whoever answers there', async () => {
  await runSql(url, `update node set address = '${first.url}' where id = '${second.node}'`)
  const { probes } = await fly(first)
  assert.deepEqual(
    probes.map(({ before, after }) => [before, after]),
    [
      ['unreachable', 'unreachable'],
      ['unreachable', 'unreachable'],
    ],
  )
})
