import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KeyWithSecret, NewKey, Receipt } from '@kugelaudio/contract'
import type { AbuseLimits } from '../../src/auth/abuse-limits.ts'
import { composeCommand } from '../../src/compose/command.ts'
import type { World } from '../../src/compose/world.ts'
import { composeServer } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import type { ListenerLimits } from '../../src/edge/http/listener.ts'
import { createLog } from '../../src/log.ts'
import type { Serving } from '../../src/serving.ts'
import type { Engine } from '../../src/speech/engine.ts'
import { OPERATOR } from '../../src/store/audit-log.ts'
import { MEMORY_FOLDER } from './memory-folder.ts'
import { createPostgresDatabase, SHARED_SERVER } from './postgres.ts'
import { TestClock } from './test-clock.ts'

/** The deterministic engine of the tests, as a program. */
export const TONE_ENGINE = [process.execPath, fileURLToPath(new URL('../engines/tone.ts', import.meta.url))]

/** A whole server in this process: real database, real port, real engine processes. */
export type TestServer = {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** `ws://127.0.0.1:PORT` */
  wsUrl: string
  /** What receipts call it. */
  node: string
  dataDir: string
  /** The server's own. */
  secret: string
  clock: TestClock
  /** Every line logged so far. */
  logged: string[]
  /** The server from inside: its engine, its keys, its open grants. */
  serving: Serving
  account: { account_id: string; email: string }
  engine: Engine
  /** A further account; returns its id. */
  createAccount(email: string): Promise<string>
  createKey(
    options?: {
      expiresAtMs?: number | null
      name?: string
      accountId?: string
    } & Pick<NewKey, 'scopes' | 'allowed_ips' | 'limits'>,
  ): Promise<KeyWithSecret>
  /** Revokes as the command line does: through another connection to the same data. */
  revokeKey(keyId: string): Promise<Receipt>
  suspendAccount(accountId: string): Promise<void>
  /** What the command line works with: another connection to the same data. */
  operator: Awaited<ReturnType<typeof composeCommand>>
  stop(): Promise<void>
}

type Options = {
  environment?: Record<string, string>
  /** Makes no account. */
  isEmpty?: boolean
  engine?: 'tone' | 'espeak' | 'none'
  listenerLimits?: Partial<ListenerLimits>
  abuseLimits?: Partial<AbuseLimits>
  /** Hears of every statement of the server's. */
  sawStatement?: (sql: string) => void
  /** How long the server waits for another process's lock on the database. */
  lockWaitMsMax?: number
  /** Finds the addresses of the hosts that webhooks name. */
  resolve?: World['resolve']
  /** Hears of every hash of a password that the server makes. */
  hashedPassword?: () => void
}

/** A hash of a password is work on purpose, a quarter of a second of it; no test but that of its cost is about that. */
const PASSWORD_N = 2 ** 10

export async function startServer(options: Options = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(MEMORY_FOLDER, 'kugelaudio-test-'))
  const clock = new TestClock()
  const logged: string[] = []
  const environment = {
    PATH: process.env['PATH'],
    HOME: dataDir,
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    KUGELAUDIO_DATA_DIR: dataDir,
    KUGELAUDIO_PORT: '0',
    KUGELAUDIO_ENGINE_HOSTS: '1',
    KUGELAUDIO_LOG_LEVEL: 'debug',
    ...engineSetting(options.engine ?? 'tone'),
    ...(await databaseSetting()),
    ...options.environment,
  }
  const { listenerLimits = {}, abuseLimits = {}, sawStatement, lockWaitMsMax } = options
  const database = {
    ...(sawStatement === undefined ? {} : { sawStatement }),
    ...(lockWaitMsMax === undefined ? {} : { lockWaitMsMax }),
  }
  const found = options.resolve === undefined ? {} : { resolve: options.resolve }
  const hashed = options.hashedPassword === undefined ? {} : { hashedPassword: options.hashedPassword }
  const world = {
    clock,
    randomBytes,
    environment,
    listenerLimits,
    abuseLimits,
    database,
    passwordN: PASSWORD_N,
    ...found,
    ...hashed,
  }
  const { config } = readConfig(environment)
  const log = createLog(config.logLevel, { write: (line: string) => void logged.push(line) })
  const serving = await composeServer(config, log, world)
  const { url, node } = await serving.start()
  const command = await composeCommand(config, world)
  const owner = { email: 'owner@example.com', name: 'Owner', plan: null, password: null }
  const account = options.isEmpty
    ? { account_id: 'none', email: 'none' }
    : await command.accounts.create(owner)
  return {
    url,
    node,
    wsUrl: url.replace('http', 'ws'),
    dataDir,
    secret: config.secret ?? readFileSync(join(dataDir, 'secret'), 'utf8'),
    clock,
    logged,
    serving,
    account,
    operator: command,
    engine: serving.engine,
    createAccount: async (email) =>
      (await command.accounts.create({ email, name: 'Other', plan: null, password: null })).account_id,
    createKey: ({ expiresAtMs = null, name = 'test', accountId = account.account_id, ...wanted } = {}) =>
      command.keys.create(
        accountId,
        {
          name,
          environment: 'development',
          ...wanted,
          expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
        },
        OPERATOR,
      ),
    revokeKey: async (keyId) => {
      const [revoked] = await command.keys.revoke({ accountId: null }, [keyId], null, OPERATOR)
      assert.ok(revoked)
      return revoked.receipt
    },
    suspendAccount: async (accountId) => void (await command.accounts.suspend(accountId, null, OPERATOR)),
    async stop() {
      await serving.stop()
      await command.store.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Where tests are run on PostgreSQL, every server has a database of its own there. */
const databaseSetting = async (): Promise<Record<string, string>> => {
  const shared = process.env[SHARED_SERVER]
  return shared === undefined ? {} : postgresSetting(await createPostgresDatabase(shared))
}

/** What a node needs to share a database with others. */
export const postgresSetting = (url: string): Record<string, string> => ({
  KUGELAUDIO_DATABASE_URL: url,
  KUGELAUDIO_SECRET: 'a secret of the tests, the same on every node',
  // A test that counts what nodes do must be alone with them.
  KUGELAUDIO_CANARY_SECONDS: '0',
})

function engineSetting(engine: 'tone' | 'espeak' | 'none'): Record<string, string> {
  switch (engine) {
    case 'tone':
      return { KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(TONE_ENGINE) }
    case 'espeak':
      return {}
    case 'none':
      return { KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(['/nonexistent/engine']) }
  }
}
