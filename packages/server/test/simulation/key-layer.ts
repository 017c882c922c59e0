import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { DEFAULT_PLANS } from '@kugelaudio/contract'
import type { KyselyPlugin } from 'kysely'
import { createAccounts } from '../../src/accounts/accounts.ts'
import { createPlans } from '../../src/accounts/plans.ts'
import { visitingCluster } from '../../src/adapters/local-cluster.ts'
import { openSqlite, type SqliteStore } from '../../src/adapters/sqlite.ts'
import { type Confirm, createConfirm } from '../../src/auth/confirm.ts'
import { OpenGrants } from '../../src/auth/grants.ts'
import { createPasswords } from '../../src/auth/password.ts'
import type { Clock } from '../../src/clock.ts'
import { embeddedData } from '../../src/compose/data.ts'
import { composeKeys } from '../../src/compose/keys.ts'
import { createKeyEvents } from '../../src/keys/key-events.ts'
import { createKeys, type Keys } from '../../src/keys/keys.ts'
import { receiptSigner } from '../../src/keys/receipts.ts'
import { createRevocation } from '../../src/keys/revocation.ts'

const PLANS = createPlans(DEFAULT_PLANS, 'enterprise')
const SECRET = 'a secret of the simulation, long enough'

type World = { clock: Clock; randomBytes: (size: number) => Uint8Array }

/** The serving node and a command beside it, on one database: the real thing without HTTP. */
export class KeyLayer {
  readonly #dataDir: string
  readonly #world: World
  #stores: SqliteStore[] = []
  node!: ReturnType<typeof composeKeys>
  /** Makes sure that a grant still holds. */
  confirm!: Confirm
  /** A command that is killed after its commit, before it can tell the node. */
  silent!: Keys
  visitor!: { keys: Keys; accounts: ReturnType<typeof createAccounts> }

  private constructor(world: World, folder: string) {
    this.#world = world
    this.#dataDir = mkdtempSync(join(folder, 'kugelaudio-simulation-'))
  }

  static async open(world: World, folder: string): Promise<KeyLayer> {
    const layer = new KeyLayer(world, folder)
    await layer.#start()
    return layer
  }

  /** As after `kill -9`: everything in memory is gone, what was committed is there. */
  async crash(): Promise<void> {
    await this.node.cluster.leave()
    await this.#closeStores()
    await this.#start()
  }

  async close(): Promise<void> {
    await this.node.cluster.leave()
    await this.#closeStores()
    rmSync(this.#dataDir, { recursive: true })
  }

  async #start(): Promise<void> {
    const socketPath = join(this.#dataDir, 'server.sock')
    const path = join(this.#dataDir, 'kugelaudio.db')
    const store = await openSqlite(path)
    const self = () => ({ node: 'node', pid: 1, url: '' })
    this.node = composeKeys(
      {
        data: embeddedData(this.#slow(store), { node: 'node', socketPath, clock: this.#world.clock }),
        plans: PLANS,
        secrets: { current: SECRET, previous: [] },
        self,
      },
      this.#world,
    )
    await this.node.cluster.join()
    this.confirm = createConfirm({ cluster: this.node.cluster, clock: this.#world.clock })
    const visiting = await openSqlite(path)
    const { clock, randomBytes } = this.#world
    const cluster = visitingCluster({ clock, socketPath, node: 'node' })
    const revocation = createRevocation({ cluster, signer: receiptSigner(SECRET), clock })
    const events = createKeyEvents({ randomBytes })
    const shared = { database: visiting, clock, randomBytes, revocation, events, plans: PLANS }
    this.visitor = {
      keys: createKeys({ ...shared, grants: new OpenGrants(), secrets: { current: SECRET, previous: [] } }),
      accounts: createAccounts({
        ...shared,
        passwords: createPasswords({ randomBytes }),
        defaultPlan: 'enterprise',
      }),
    }
    const unheard = { ...cluster, settle: async () => ({ nodes: [], streamsSevered: 0 }) }
    this.silent = createKeys({
      ...shared,
      revocation: createRevocation({ cluster: unheard, signer: receiptSigner(SECRET), clock }),
      grants: new OpenGrants(),
      secrets: { current: SECRET, previous: [] },
    })
    this.#stores = [store, visiting]
  }

  /** The same database, whose reads now and then take their time to come back. */
  #slow(store: SqliteStore): SqliteStore {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        for (let ticks = (this.#world.randomBytes(1)[0] ?? 0) % 8; ticks > 4; ticks--) await setImmediate()
        return result
      },
    }
    return { ...store, query: store.query.withPlugin(plugin) }
  }

  async #closeStores(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()))
  }
}
