import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LEASE_MS } from '../src/keys/coherence/lease.ts'
import { RacingCluster, type RacingNode, tooLate } from './harness/cluster.ts'
import { Network } from './harness/network.ts'
import { PostgresServer, runSql } from './harness/postgres.ts'
import type { Raced, Revoked } from './races/cluster-node.ts'

/**
 * How many keys are raced for without faults: three nodes verify each of them until it is revoked, and after.
 * `CLUSTER_RACE_KEYS=10000` takes a minute or two.
 */
const KEYS = Number(process.env['CLUSTER_RACE_KEYS'] ?? 1_500)
/** Keys raced for at a time. */
const BATCH = 250
/** With a fault. */
const FEW = 240
/** How long a node stands still, or is cut off, and the database is gone: several leases. */
const FAULT_MS = 10_000

let server: PostgresServer
before(async () => {
  server = await PostgresServer.open()
})
after(() => server[Symbol.asyncDispose]())

const sharesOf = <Item>(items: readonly Item[], shares: number): Item[][] =>
  Array.from({ length: shares }, (_, share) => items.filter((_, index) => index % shares === share))

/** Every node verifies all keys, each revokes a part of them; what came of it, without those that failed. */
async function race(cluster: RacingCluster, count: number, revokers = cluster.nodes): Promise<Revoked[]> {
  const revoked: Revoked[] = []
  const keys = await cluster.createKeys(count)
  for (let at = 0; at < keys.length; at += BATCH) {
    const batch = keys.slice(at, at + BATCH)
    await Promise.all(cluster.nodes.map((node) => node.watch(batch)))
    const shares = sharesOf(
      batch.map(({ id }) => id),
      revokers.length,
    )
    const ended = await Promise.all(revokers.map((node, index) => node.revoke(shares[index] ?? [])))
    revoked.push(...ended.flat())
  }
  // Once around with everything that was revoked.
  await pause(200)
  return revoked
}

async function expectNoneTooLate(
  cluster: RacingCluster,
  revoked: Revoked[],
  nodes = cluster.nodes,
): Promise<void> {
  const tallies = await Promise.all(nodes.map((node) => node.tally()))
  for (const { accepted, refused } of tallies) assert.ok(accepted > 0 && refused > 0)
  assert.deepEqual(tooLate(tallies, revoked), [])
}

/** From the commit until every node has applied it, and the whole call with its waiting for its turn. */
function windowOf(revoked: Revoked[]): string {
  const window = revoked.map(({ receipt }) => Math.max(0, ...(receipt?.nodes ?? []).map(({ ms }) => ms)))
  return `${revoked.length} revocations: window ${spread(window)}; whole calls ${spread(revoked.map(({ ms }) => ms))}`
}

function spread(values: number[]): string {
  const ms = values.toSorted((a, b) => a - b)
  const at = (part: number): string =>
    (ms[Math.min(ms.length - 1, Math.floor(ms.length * part))] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, maximum ${at(1)} ms`
}

const settledBy = ({ receipt }: Revoked): Record<string, string> =>
  Object.fromEntries((receipt?.nodes ?? []).map(({ node, settled }) => [node, settled]))

const everywhere = (cluster: RacingCluster): Record<string, string> =>
  Object.fromEntries(cluster.nodes.map(({ name }) => [name, 'applied']))

/**
 * Every receipt names every node, and no revocation was outrun. A machine that is busy enough can take a node's lease
 * away, which is as good; how often it did is told.
 */
async function expectEverywhere(
  context: TestContext,
  cluster: RacingCluster,
  revoked: Revoked[],
): Promise<void> {
  const names = cluster.nodes.map(({ name }) => name).toSorted()
  for (const one of revoked)
    assert.deepEqual(Object.keys(settledBy(one)).toSorted(), names, JSON.stringify(one))
  await expectNoneTooLate(cluster, revoked)
  const expired = revoked.filter((one) => Object.values(settledBy(one)).includes('lease expired'))
  context.diagnostic(`${windowOf(revoked)}; ${expired.length} waited for a lease to expire`)
}

// What leaves three nodes behind as they were: their starts are most of what such a test costs.
suite('on one cluster', () => {
  let cluster: RacingCluster
  before(async () => {
    cluster = await RacingCluster.open(server)
  })
  after(() => cluster[Symbol.asyncDispose]())

  test(`none of ${KEYS} revocations on three nodes is outrun by a verification on any, and receipts name all three`, async (context) => {
    const revoked = await race(cluster, KEYS)
    assert.equal(revoked.length, KEYS)
    await expectEverywhere(context, cluster, revoked)
  })

  test('a key that was brought in works on every node when the import returns, also where it was refused before', async () => {
    const text = 'sk_live_0123456789abcdefghij'
    const known = await cluster.createKeys(1)
    const stranger = { id: 'stranger', key: text }
    const before = await Promise.all(cluster.nodes.map((node) => node.tally()))
    await Promise.all(cluster.nodes.map((node) => node.watch(known, [stranger])))
    await pause(100)
    for (const [index, node] of cluster.nodes.entries())
      assert.ok((await node.tally()).refused > (before[index]?.refused ?? 0))
    const foreign = await cluster.bringIn(text, 'sk_live_')
    const startNs = process.hrtime.bigint()
    await Promise.all(cluster.nodes.map((node) => node.watch([foreign])))
    for (const node of cluster.nodes) {
      const { acceptedNs } = await node.tally()
      assert.ok(BigInt(acceptedNs[foreign.id] ?? 0) > startNs)
    }
  })

  test('a command beside the nodes waits for all of them', async () => {
    const [raced] = await cluster.createKeys(1)
    assert.ok(raced)
    await Promise.all(cluster.nodes.map((node) => node.watch([raced])))
    const { keys } = cluster.operator
    const actor = { name: 'operator', address: null, agent: null, requestId: null }
    const [ended] = await keys.revoke({ accountId: null }, [raced.id], null, actor)
    const returnedNs = String(process.hrtime.bigint())
    const receipt = ended?.receipt ?? null
    const revoked = { id: raced.id, returnedNs, ms: 0, receipt, failure: null }
    assert.deepEqual(settledBy(revoked), everywhere(cluster))
    await pause(50)
    await expectNoneTooLate(cluster, [revoked])
  })

  test('a node that stands still for 10 s is not waited for, and believes nothing when it goes on', async (context) => {
    await expectOvertaken(context, cluster, {
      begin: (node) => node.child.kill('SIGSTOP'),
      end: (node) => node.child.kill('SIGCONT'),
    })
  })

  test('when PostgreSQL is restarted, what returned before and after holds, and the nodes go on by themselves', async (context) => {
    const keys = await cluster.createKeys(FEW)
    await Promise.all(cluster.nodes.map((node) => node.watch(keys)))
    const shares = sharesOf(
      keys.map(({ id }) => id),
      3,
    )
    const revoking = Promise.all(cluster.nodes.map((node, index) => node.revoke(shares[index] ?? [])))
    await server.stop()
    await server.start()
    const revoked = (await revoking).flat()
    const failed = revoked.filter(({ failure }) => failure !== null)
    for (const { failure } of failed) assert.equal(failure, 'SERVICE_UNAVAILABLE')
    const again = await cluster.at(0).revoke(failed.map(({ id }) => id))
    await recovered(cluster, keys)
    await pause(200)
    await expectNoneTooLate(cluster, [...revoked, ...again])
    context.diagnostic(`${failed.length} of ${revoked.length} were answered 503 and sent again`)
    await expectEverywhere(context, cluster, await race(cluster, 30))
  })

  test('while PostgreSQL is gone, for 10 s, nothing is accepted once the leases are over; then all goes on by itself', async (context) => {
    const keys = await cluster.createKeys(30)
    await Promise.all(cluster.nodes.map((node) => node.watch(keys)))
    await server.stop()
    const isOver = pause(FAULT_MS)
    await pause(LEASE_MS + 500)
    const before = await Promise.all(cluster.nodes.map((node) => node.tally()))
    await pause(1_000)
    const gone = await Promise.all(cluster.nodes.map((node) => node.tally()))
    for (const [index, tally] of gone.entries()) {
      assert.equal(tally.accepted, before[index]?.accepted, 'accepted without a lease and without a database')
      assert.equal(tally.last, 'SERVICE_UNAVAILABLE')
      assert.ok(tally.unavailable > 0)
    }
    await isOver
    for (const [index, node] of cluster.nodes.entries())
      assert.equal((await node.tally()).accepted, before[index]?.accepted)
    await server.start()
    await recovered(cluster, [])
    await expectEverywhere(context, cluster, await race(cluster, 30))
  })
})

test('nor is any where the clocks of the nodes are apart by minutes', async (context) => {
  await using cluster = await RacingCluster.open(server, { offsetsMs: [-600_000, 0, 420_000] })
  await expectEverywhere(context, cluster, await race(cluster, FEW))
})

test('nor is any where no node hears anything: changes are found with the next renewal', async (context) => {
  await using cluster = await RacingCluster.open(server, {
    prepare: async (url) => {
      const name = new URL(url).pathname.slice(1)
      await runSql(
        url,
        `create schema muted;
         create function muted.pg_notify(text, text) returns void language sql as 'select';
         alter database ${name} set search_path = muted, pg_catalog, public`,
      )
    },
  })
  await expectEverywhere(context, cluster, await race(cluster, FEW))
})

test('a node that is cut off from the database for 10 s is not waited for, answers 503, and comes back by itself', async (context) => {
  await using network = await Network.to(server.port)
  const way = (url: string, place: number): string =>
    place === 2 ? url.replace(`:${server.port}/`, `:${network.port}/`) : url
  await using cluster = await RacingCluster.open(server, { way })
  await expectOvertaken(context, cluster, {
    begin: () => network.cut(),
    async end(node) {
      assert.equal((await node.tally()).last, 'SERVICE_UNAVAILABLE')
      network.mend()
      await recovered(cluster, [])
    },
  })
})

/** Something happens to the third node; what the others revoke meanwhile is dead on it when it is over. */
async function expectOvertaken(
  context: TestContext,
  cluster: RacingCluster,
  fault: { begin(node: RacingNode): unknown; end(node: RacingNode): unknown },
): Promise<void> {
  const [first, second, third] = [cluster.at(0), cluster.at(1), cluster.at(2)]
  const keys = await cluster.createKeys(FEW)
  await Promise.all(cluster.nodes.map((node) => node.watch(keys)))
  const isOver = pause(FAULT_MS)
  fault.begin(third)
  const shares = sharesOf(
    keys.map(({ id }) => id),
    2,
  )
  const revoked = (await Promise.all([first.revoke(shares[0] ?? []), second.revoke(shares[1] ?? [])])).flat()
  for (const one of revoked)
    assert.deepEqual(settledBy(one), { ...everywhere(cluster), [third.name]: 'lease expired' })
  await isOver
  await fault.end(third)
  await pause(300)
  await expectNoneTooLate(cluster, revoked)
  context.diagnostic(windowOf(revoked))
  await expectEverywhere(context, cluster, await race(cluster, 30))
}

test('a node that is killed is waited for until its lease is over, and no longer afterwards', async (context) => {
  await using cluster = await RacingCluster.open(server)
  const [first, second, killed] = [cluster.at(0), cluster.at(1), cluster.at(2)]
  const [last, ...keys] = await cluster.createKeys(FEW)
  assert.ok(last)
  const watched = [last, ...keys]
  await Promise.all(cluster.nodes.map((node) => node.watch(watched)))
  await killed.kill()
  const revoked = await first.revoke(keys.map(({ id }) => id))
  const after = await second.revoke([last.id])
  for (const one of [...revoked, ...after])
    assert.deepEqual(settledBy(one), { ...everywhere(cluster), [killed.name]: 'lease expired' })
  assert.ok((after[0]?.ms ?? LEASE_MS) < LEASE_MS, 'it is known to be lost')
  await pause(200)
  await expectNoneTooLate(cluster, [...revoked, ...after], [first, second])
  context.diagnostic(windowOf(revoked))
})

/** Every node accepts a key again; they go on verifying others, which are dead by now. */
async function recovered(cluster: RacingCluster, dead: Raced[]): Promise<void> {
  const keys = await (async () => {
    for (;;) {
      try {
        return await cluster.createKeys(1)
      } catch {
        await pause(100)
      }
    }
  })()
  await Promise.all(cluster.nodes.map((node) => node.watch(keys, dead)))
}
