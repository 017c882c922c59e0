import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { TONE_ENGINE } from './test-server.ts'

const KeyPrinted = z.object({ id: z.string(), key: z.string() })
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A server in a process of its own, and the command line beside it. */
export class ServerProcess {
  readonly url: string
  readonly wsUrl: string
  readonly #child: ChildProcess
  readonly #dataDir: string

  private constructor(child: ChildProcess, dataDir: string, url: string) {
    this.#child = child
    this.#dataDir = dataDir
    this.url = url
    this.wsUrl = url.replace('http', 'ws')
  }

  static async start(): Promise<ServerProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'kugelaudio-test-'))
    const child = spawn(process.execPath, [MAIN, 'serve'], {
      env: environment(dataDir),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    for await (const line of createInterface({ input: child.stdout })) {
      const { msg, url } = JSON.parse(line)
      if (msg !== 'listening') continue
      child.stdout.resume()
      return new ServerProcess(child, dataDir, url)
    }
    throw new Error('the server did not start')
  }

  /** Runs a command with `--json` and returns what it prints. */
  async command(...words: string[]): Promise<{ exitCode: number | null; printed: unknown }> {
    const child = spawn(process.execPath, [MAIN, ...words, '--json'], {
      env: environment(this.#dataDir),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
    return { exitCode: child.exitCode, printed: JSON.parse(output) }
  }

  /** A key of a new account. */
  async createKey(): Promise<{ id: string; key: string }> {
    await this.command('account', 'create', '--email', 'owner@example.com', '--name', 'Owner')
    const { printed } = await this.command(
      'key',
      'create',
      '--account',
      'owner@example.com',
      '--name',
      'test',
    )
    return KeyPrinted.parse(printed)
  }

  /** Stops the process where it is; `SIGCONT` lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void {
    this.#child.kill(signal)
  }

  /** Ends the server; commands still work. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    this.signal('SIGCONT')
    this.signal('SIGTERM')
    await exited
  }

  async stop(): Promise<void> {
    await this.end()
    await rm(this.#dataDir, { recursive: true, force: true })
  }
}

const environment = (dataDir: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: dataDir,
  KUGELAUDIO_DATA_DIR: dataDir,
  KUGELAUDIO_PORT: '0',
  KUGELAUDIO_ENGINE_HOSTS: '1',
  KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(TONE_ENGINE),
})
