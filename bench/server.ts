import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** This checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Who owns the bench's keys. */
const EMAIL = 'bench@example.com'
/** The slowest start on a busy machine, several times over. */
const READY_MS_MAX = 15_000

/** A server in a process of its own, on a data folder of its own. */
export type Server = {
  port: number
  pid: number
  dataDir: string
  /** A key that it accepts. */
  key: string
  /** Runs a command on the same data to its end; answers what it printed. */
  command(...words: string[]): Promise<string>
  /** A new key of the bench's account, by the command line. */
  createKey(): Promise<CreatedKey>
  /** What a command on the same data needs to see. */
  environment: Record<string, string>
  stop(): Promise<void>
}

/** What `key create --json` prints. */
export type CreatedKey = { id: string; key: string }

type Options = {
  /** Another checkout, with its dependencies installed, to compare with. */
  root?: string
  /** Also `warn`; logs go to /dev/null. */
  logLevel?: string
  environment?: Record<string, string>
  /** A server whose database it shares, with the same account and key. */
  beside?: Server
  /** Writes into the data folder before anything starts; answers further variables. */
  prepare?: (dataDir: string) => Promise<Record<string, string>>
  /** Options for Node itself, as `--cpu-prof`. */
  nodeOptions?: string
}

/** Starts a server by its command, with an account and a key by the same command. Resolves when it can speak. */
export async function startServer(options: Options = {}): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kugelaudio-bench-'))
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: dataDir,
    KUGELAUDIO_DATA_DIR: dataDir,
    KUGELAUDIO_PORT: '0',
    KUGELAUDIO_LOG_LEVEL: options.logLevel ?? 'info',
    ...sharedSettings(options.beside),
    ...options.environment,
    ...(await options.prepare?.(dataDir)),
  }
  const program = join(options.root ?? ROOT, 'packages/server/bin/kugelaudio-server')
  const command = async (...words: string[]): Promise<string> =>
    (await promisify(execFile)(program, words, { env: environment })).stdout
  const keyOptions = ['--account', EMAIL, '--name', 'bench', '--json']
  const createKey = async (): Promise<CreatedKey> =>
    JSON.parse(await command('key', 'create', ...keyOptions)) as CreatedKey
  const key = options.beside?.key ?? (await createFirstKey(command, createKey))
  const nowhere = await open('/dev/null', 'w')
  const child = spawn(program, ['serve'], {
    env: {
      ...environment,
      ...(options.nodeOptions === undefined ? {} : { NODE_OPTIONS: options.nodeOptions }),
    },
    stdio: ['ignore', nowhere.fd, 'pipe'],
  })
  const stop = async (): Promise<void> => {
    const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
    child.kill('SIGTERM')
    await exit
    await nowhere.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const port = await announcedPort(child)
    await readiness(port)
    return { port, pid: child.pid ?? 0, dataDir, key, environment, command, createKey, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function createFirstKey(
  command: Server['command'],
  createKey: () => Promise<CreatedKey>,
): Promise<string> {
  await command('account', 'create', '--email', EMAIL, '--name', 'Bench')
  return (await createKey()).key
}

/** What nodes on one database have in common. */
const sharedSettings = (beside: Server | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(beside?.environment ?? {}).filter(
      ([name]) => !['HOME', 'KUGELAUDIO_DATA_DIR'].includes(name),
    ),
  )

/** Runs `work` beside a server, and stops it whatever happens. */
export async function withServer<Result>(
  options: Options,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await startServer(options)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

/** Waits until `/ready` answers 200; throws with the reason it gives instead. */
export async function readiness(port: number): Promise<void> {
  const endMs = performance.now() + READY_MS_MAX
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`)
    const told = await answer.text()
    if (answer.status === 200) return
    if (performance.now() > endMs) throw new Error(`The server does not become ready: ${told}`)
    await sleep(5)
  }
}

/** What it prints for a person once it listens. */
function announcedPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.once('exit', () => reject(new Error(`The server did not start: ${said}`)))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const port = /KugelAudio server: http:\/\/[^:]+:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
  })
}
