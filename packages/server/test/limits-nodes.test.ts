import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { createMetering, type Metering } from '../src/accounts/meter.ts'
import { createPlans } from '../src/accounts/plans.ts'
import { RATE_WINDOW_S } from '../src/accounts/request-rate.ts'
import { sharedWindows } from '../src/accounts/shared-windows.ts'
import { OpenStreams } from '../src/accounts/streams.ts'
import { createTakeShare } from '../src/adapters/postgres/request-shares.ts'
import { openPostgres } from '../src/adapters/postgres.ts'
import { type Grant, OpenGrants } from '../src/auth/grants.ts'
import { systemClock } from '../src/clock.ts'
import { Failure } from '../src/failure.ts'
import { createLog } from '../src/log.ts'
import type { Database } from '../src/store/database.ts'
import { deleteNode, markNodeLost, renewNode } from '../src/store/nodes.ts'
import { createPostgresDatabase, PostgresServer, runSql } from './harness/postgres.ts'
import { OPENED } from './harness/socket-stage.ts'

const NODES = ['node-a', 'node-b', 'node-c']
const STREAMS_MAX = 4
const [basic] = DEFAULT_PLANS
assert.ok(basic)
const PLANS = createPlans([{ ...basic, name: 'four', concurrent_streams: STREAMS_MAX }], 'four')
const SPOKEN_WITH = { modelId: 'kugel-3', voice: { handle: 'a' } }

let server: PostgresServer
let url: string
let databases: Database[]
let statements = 0
before(async () => {
  server = await PostgresServer.open()
  url = await createPostgresDatabase(server.url)
  databases = await Promise.all(NODES.map(() => openPostgres(url, () => void statements++)))
})
after(async () => {
  await Promise.all(databases.map((database) => database.close()))
  await server[Symbol.asyncDispose]()
})

const windowsOn = (database: Database) =>
  sharedWindows({ takeShare: createTakeShare(database.query, RATE_WINDOW_S), clock: systemClock })

test('three nodes together let no more requests pass than the quota of a window, for few statements', async () => {
  const windows = databases.map(windowsOn)
  statements = 0
  const quota = 1_000
  const asked = await Promise.all(
    Array.from({ length: 3_000 }, async (_, index) => {
      const node = windows[index % windows.length] ?? assert.fail()
      const { used, resetMs } = await node.count('acc_a', quota)
      assert.ok(resetMs > 0 && resetMs <= RATE_WINDOW_S * 1_000)
      if (used <= quota) return true
      await node.giveBack('acc_a')
      return false
    }),
  )
  assert.equal(asked.filter(Boolean).length, quota)
  assert.ok(statements <= 200, `${statements} statements`)
})

test('what a node holds unused is a twentieth of what was left; a small quota is shared one by one', async () => {
  const [first, second] = databases.map(windowsOn)
  assert.ok(first && second)
  assert.equal((await first.count('acc_b', 100)).used, 1)
  let passed = 0
  while ((await second.count('acc_b', 100)).used <= 100) passed++
  assert.ok(passed >= 95, `${passed}`)
  assert.equal((await first.count('acc_c', 2)).used, 1)
  assert.equal((await second.count('acc_c', 2)).used, 2)
  assert.equal((await first.count('acc_c', 2)).used, 3)
})

test('what is given back while a node asks for more is not lost', async () => {
  const windows = windowsOn(at(databases, 0))
  const counted = async (): Promise<boolean> => {
    const { used } = await windows.count('acc_e', 5)
    // As a request that another limit refuses.
    await windows.giveBack('acc_e')
    return used <= 5
  }
  await Promise.all(Array.from({ length: 40 }, counted))
  const used = await Promise.all(Array.from({ length: 8 }, () => windows.count('acc_e', 5)))
  assert.equal(used.filter((one) => one.used <= 5).length, 5)
})

test('a window that is over begins anew on every node, also for one that was refused', async () => {
  const [first, second] = databases.map((database) =>
    sharedWindows({ takeShare: createTakeShare(database.query, 1), clock: systemClock }),
  )
  assert.ok(first && second)
  assert.equal((await first.count('acc_d', 1)).used, 1)
  assert.equal((await second.count('acc_d', 1)).used, 2)
  await second.giveBack('acc_d')
  await runSql(url, "update request_window set ends_at = 0 where subject = 'acc_d'")
  for (;;) {
    const { used } = await second.count('acc_d', 1)
    if (used === 1) break
    await second.giveBack('acc_d')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok((await first.count('acc_d', 1)).used > 1)
})

test('streams of an account are counted on all nodes that live, the turns of one socket as one', async () => {
  const grants = new OpenGrants()
  const meterings = databases.map((database, index) => createOn(database, NODES[index] ?? ''))
  for (const node of NODES) await renewNode(at(databases, 0).query, { node, renewal: 1, applied: 0 })
  const opened = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const grant = grantOf(grants, index)
      const meter = at(meterings, index % 3).open(grant, SPOKEN_WITH, () => {})
      try {
        await meter.reserve(10)
        return { grant, meter, node: index % 3 }
      } catch (error) {
        assert.ok(error instanceof Failure && error.code === 'RATE_LIMITED')
        await meter.settle({ characters: 0, audioMs: 0, errors: 0, firstAudioMs: null })
        return null
      }
    }),
  )
  const held = opened.filter((one) => one !== null)
  assert.equal(held.length, STREAMS_MAX)
  const again = at(meterings, at(held, 0).node).open(at(held, 0).grant, SPOKEN_WITH, () => {})
  await again.reserve(10)
  const open = async (node: number): Promise<unknown> => {
    const meter = at(meterings, node).open(grantOf(grants, 99), SPOKEN_WITH, () => {})
    return await meter.reserve(10).then(
      () => meter,
      async (error) => {
        await meter.settle({ characters: 0, audioMs: 0, errors: 0, firstAudioMs: null })
        return error.code
      },
    )
  }
  assert.equal(await open(2), 'RATE_LIMITED')
  await at(held, 1).meter.settle({ characters: 10, audioMs: 0, errors: 0, firstAudioMs: null })
  assert.notEqual(await open(2), 'RATE_LIMITED')
  assert.equal(await open(0), 'RATE_LIMITED')
  await markNodeLost(at(databases, 0).query, { node: 'node-c', renewal: 1 })
  assert.notEqual(await open(0), 'RATE_LIMITED', 'the streams of a dead node take no place')
})

test('what a dead node was speaking is counted by another one, once, even when the dead one comes back', async () => {
  const [alive, dead] = [createOn(at(databases, 0), 'node-d'), createOn(at(databases, 1), 'node-e')]
  const { query } = at(databases, 0)
  for (const node of ['node-d', 'node-e']) await renewNode(query, { node, renewal: 1, applied: 0 })
  const grants = new OpenGrants()
  const [own, left] = [alive, dead].map((metering, index) =>
    metering.open(grantOf(grants, index, 'acc_dead'), SPOKEN_WITH, () => {}),
  )
  assert.ok(own && left)
  await own.reserve(70)
  await left.reserve(30)
  await alive.recover()
  const spoken = async (): Promise<number> => {
    const rows = await query
      .selectFrom('usage_day')
      .selectAll()
      .where('account_id', '=', 'acc_dead')
      .execute()
    return rows.reduce((sum, { characters }) => sum + characters, 0)
  }
  assert.equal(await spoken(), 0, 'both nodes are alive')
  await deleteNode(query, { node: 'node-e', renewal: 1 })
  await alive.recover()
  await alive.recover()
  assert.equal(await spoken(), 30)
  await left.settle({ characters: 30, audioMs: 1_000, errors: 0, firstAudioMs: null })
  await own.settle({ characters: 70, audioMs: 2_000, errors: 0, firstAudioMs: null })
  await Promise.all([alive.settled(), dead.settled()])
  assert.equal(await spoken(), 100)
})

const createOn = (database: Database, node: string): Metering =>
  createMetering({
    database,
    node,
    plans: PLANS,
    streams: new OpenStreams(PLANS),
    reached: () => {},
    clock: systemClock,
    log: createLog('silent', { write: () => {} }),
  })

function at<Item>(items: readonly Item[], index: number): Item {
  return items[index] ?? assert.fail('there is no such item')
}

const grantOf = (grants: OpenGrants, index: number, accountId = 'acc_streams'): Grant =>
  grants.open({
    principal: {
      ...OPENED.principal,
      accountId,
      keyId: `key_${index % 5}`,
      plan: 'four',
      limits: {},
    },
    digest: `digest ${index}`,
    openedAtMs: 0,
    demand: { scope: null, address: null },
  })
