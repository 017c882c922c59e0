import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import { createAccounts } from '../../src/accounts/accounts.ts'
import { createPlans } from '../../src/accounts/plans.ts'
import { visitingCluster } from '../../src/adapters/local-cluster.ts'
import { openSqlite, type SqliteStore } from '../../src/adapters/sqlite.ts'
import { type Grant, OpenGrants } from '../../src/auth/grants.ts'
import { createPasswords } from '../../src/auth/password.ts'
import { embeddedData } from '../../src/compose/data.ts'
import { composeKeys } from '../../src/compose/keys.ts'
import { Failure } from '../../src/failure.ts'
import { createKeyEvents } from '../../src/keys/key-events.ts'
import { createKeys } from '../../src/keys/keys.ts'
import { receiptSigner } from '../../src/keys/receipts.ts'
import { createRevocation } from '../../src/keys/revocation.ts'
import type { Query } from '../../src/store/database.ts'
import { MEMORY_FOLDER } from './memory-folder.ts'
import { TestClock } from './test-clock.ts'

const SECRET = 'a secret of the tests, which is long enough'
const PLANS = createPlans(DEFAULT_PLANS, 'enterprise')
/**
 * The key layer of a serving node, and of a command beside it, without HTTP. What the node reads of a key comes back as
 * late as `late` says.
 */
export async function openKeyNode(late: () => Promise<void>) {
  const dataDir = await mkdtemp(join(MEMORY_FOLDER, 'kugelaudio-test-'))
  const path = join(dataDir, 'kugelaudio.db')
  const socketPath = join(dataDir, 'server.sock')
  const clock = new TestClock()
  const store = await openSqlite(path)
  const node = composeKeys(
    {
      data: embeddedData(withLateReads(store, late), { node: 'node', socketPath, clock }),
      secrets: { current: SECRET, previous: [] },
      plans: PLANS,
      self: () => ({ node: 'node', pid: 1, url: '' }),
    },
    { clock, randomBytes },
  )
  await node.cluster.join()
  const visiting = await openSqlite(path)
  const cluster = visitingCluster({ clock, socketPath, node: 'node' })
  const revocation = createRevocation({ cluster, signer: receiptSigner(SECRET), clock })
  const events = createKeyEvents({ randomBytes })
  const shared = { database: visiting, clock, randomBytes, revocation, events, plans: PLANS }
  const accounts = createAccounts({
    ...shared,
    passwords: createPasswords({ randomBytes }),
    defaultPlan: 'enterprise',
  })
  const { account_id } = await accounts.create({
    email: 'a@example.com',
    name: 'A',
    plan: null,
    password: null,
  })
  return {
    node,
    accountId: account_id,
    /** Another connection to the same data, as the command line has it. */
    command: createKeys({ ...shared, grants: new OpenGrants(), secrets: { current: SECRET, previous: [] } }),
    async close() {
      await node.cluster.leave()
      await Promise.all([store.close(), visiting.close()])
      await rm(dataDir, { recursive: true })
    },
  }
}

/** The grant that a key or token gets of a node, and uses; null when it is refused as no valid key. */
export async function tryGrant(
  { authenticate }: Pick<ReturnType<typeof composeKeys>, 'authenticate'>,
  text: string,
): Promise<Grant | null> {
  let grant: Grant | null = null
  try {
    grant = await authenticate({ kind: 'key', text }, { scope: null, address: null })
    await grant.use()
    return grant
  } catch (thrown) {
    grant?.release()
    assert.ok(thrown instanceof Failure && thrown.code === 'UNAUTHORIZED', String(thrown))
    return null
  }
}

/** The same database; a key that has been read is handed over later. Everything else goes on meanwhile. */
function withLateReads(store: SqliteStore, late: () => Promise<void>): SqliteStore {
  const delayed = <Builder extends object>(builder: Builder): Builder =>
    new Proxy(builder, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target)
        if (typeof member !== 'function') return member
        return (...args: unknown[]) => {
          const result: unknown = member.apply(target, args)
          if (name === 'executeTakeFirst')
            return Promise.resolve(result).then((row) => late().then(() => row))
          return typeof result === 'object' && result !== null ? delayed(result) : result
        }
      },
    })
  const query = new Proxy(store.query, {
    get(target, name) {
      if (name === 'selectFrom') {
        return (table: never) => {
          const builder = target.selectFrom(table)
          return String(table).startsWith('api_key_secret') ? delayed(builder) : builder
        }
      }
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { ...store, query: query as Query }
}
