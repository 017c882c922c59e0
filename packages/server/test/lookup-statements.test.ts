import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { createPlans } from '../src/accounts/plans.ts'
import { systemClock } from '../src/clock.ts'
import { composeCommand } from '../src/compose/command.ts'
import { type OpenedData, openData } from '../src/compose/data.ts'
import { composeKeys } from '../src/compose/keys.ts'
import { realWorld } from '../src/compose/world.ts'
import { readConfig } from '../src/config.ts'
import { OPERATOR } from '../src/store/audit-log.ts'
import { tryGrant } from './harness/key-node.ts'
import { createPostgresDatabase, PostgresServer } from './harness/postgres.ts'
import { postgresSetting } from './harness/test-server.ts'

/** Reads of keys by a digest of theirs. */
const statements: string[] = []
let server: PostgresServer
let data: OpenedData
let node: ReturnType<typeof composeKeys>
let operator: Awaited<ReturnType<typeof composeCommand>>
let accountId: string
before(async () => {
  server = await PostgresServer.open()
  const { config } = readConfig(postgresSetting(await createPostgresDatabase(server.url)))
  operator = await composeCommand(config, realWorld)
  const wanted = { email: 'a@example.com', name: 'A', plan: null, password: null }
  accountId = (await operator.accounts.create(wanted)).account_id
  const database = { sawStatement: (sql: string) => void statements.push(sql) }
  data = await openData(config, { clock: systemClock, randomBytes, database })
  const secrets = { current: config.secret ?? '', previous: [] }
  const self = () => ({ node: data.node, pid: process.pid, url: '' })
  const plans = createPlans(DEFAULT_PLANS, 'enterprise')
  node = composeKeys({ data, plans, secrets, self }, { clock: systemClock, randomBytes })
  await node.cluster.join()
})
after(async () => {
  await node.cluster.leave()
  await Promise.all([data.database.close(), operator.store.close()])
  await server[Symbol.asyncDispose]()
})

const createKey = () => operator.keys.create(accountId, { name: 'k' }, OPERATOR)

test('on PostgreSQL a key is read once, however many ask for it at a time, and then not any more', async () => {
  const { id, key } = await createKey()
  statements.length = 0
  const grants = await Promise.all(Array.from({ length: 50 }, () => tryGrant(node, key)))
  assert.ok(grants.every((grant) => grant !== null))
  assert.equal(statements.length, 1, statements.join('\n'))
  for (let again = 0; again < 200; again++) assert.ok(await tryGrant(node, key))
  assert.equal(statements.length, 1)
  await operator.keys.revoke({ accountId: null }, [id], null, OPERATOR)
  assert.equal(await tryGrant(node, key), null)
  assert.ok(grants.every((grant) => grant?.signal.aborted))
})

test('without its lease a node reads the key for every verification, each by itself', async () => {
  const { key } = await createKey()
  assert.ok(await tryGrant(node, key))
  const current = node.cluster.current
  node.cluster.current = () => false
  try {
    statements.length = 0
    const grants = await Promise.all(Array.from({ length: 5 }, () => tryGrant(node, key)))
    assert.ok(grants.every((grant) => grant !== null))
    assert.equal(statements.length, 5)
  } finally {
    node.cluster.current = current
  }
})
