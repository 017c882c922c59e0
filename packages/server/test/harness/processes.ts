import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KeyWithSecret } from '@kugelaudio/contract'
import { CommandLine, type Ran } from './command-line.ts'
import { MEMORY_FOLDER } from './memory-folder.ts'
import { TONE_ENGINE } from './test-server.ts'

/** The program as users call it. */
const PROGRAM = fileURLToPath(new URL('../../bin/kugelaudio-server', import.meta.url))

/** Halves the start of a process. `npm test` names one for all. */
const COMPILE_CACHE = process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'kugelaudio-test-compile-cache')

/** What the commands of this file's tests are run by. */
const COMMAND_LINE = new CommandLine()

type DoctorsWord = { name: string; ok: boolean; found: string }
type RunOptions = { input?: string; environment?: Record<string, string> }

/** A data folder, and commands that work on it as an operator's do: each a process of its own. */
export class Machine implements AsyncDisposable {
  readonly dataDir: string
  readonly #environment: Record<string, string>
  readonly #running = new Set<ChildProcess>()
  /** Everything that the processes on this folder have printed. */
  readonly printed: string[] = []

  private constructor(dataDir: string, environment: Record<string, string>) {
    this.dataDir = dataDir
    this.#environment = environment
  }

  static async open(environment: Record<string, string> = {}): Promise<Machine> {
    return new Machine(await mkdtemp(join(MEMORY_FOLDER, 'kugelaudio-machine-')), environment)
  }

  /** Ends all it has started and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((child) => ended(child, 'SIGKILL')))
    await rm(this.dataDir, { recursive: true, force: true })
  }

  /** Runs a command to its end, in a process that has run others before, and with no other beside it. */
  async run(words: string[], { input = '', environment = {} }: RunOptions = {}): Promise<Ran> {
    if (COMMAND_LINE.isBusy || words[0] === 'serve') return await this.runAlone(words, { input, environment })
    const ran = await COMMAND_LINE.run({ words, input, environment: this.#environmentWith(environment) })
    this.printed.push(ran.stdout, ran.stderr)
    return ran
  }

  /** Runs a command to its end as a user does: as a process of its own. */
  async runAlone(words: string[], { input = '', environment = {} }: RunOptions = {}): Promise<Ran> {
    const child = this.start(PROGRAM, words, environment)
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    return { code, signal, stdout, stderr }
  }

  /** Runs a command with `--json`; its one value. Throws when it fails. */
  async json<Value>(words: string[], options: RunOptions = {}): Promise<Value> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], options)
    if (code !== 0) throw new Error(`${words.slice(0, 2).join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }

  /** What `doctor` says of one of the things that must work. */
  async doctorsWord(name: string, environment: Record<string, string>): Promise<DoctorsWord> {
    const { stdout } = await this.run(['doctor', '--json'], { environment })
    const { checks } = JSON.parse(stdout) as { checks: DoctorsWord[] }
    const check = checks.find((candidate) => candidate.name === name)
    if (check === undefined) throw new Error(`doctor has no word on ${name}`)
    return check
  }

  /** Makes an account, unless it is there, and a key of it. */
  async createKey(name: string, more: string[] = []): Promise<KeyWithSecret> {
    const email = 'ada@example.com'
    await this.run(['account', 'create', '--email', email, '--name', 'Ada'])
    return await this.json<KeyWithSecret>(['key', 'create', '--account', email, '--name', name, ...more])
  }

  /** Starts the server; resolves once it listens. */
  async serve(environment: Record<string, string> = {}): Promise<Served> {
    return await this.#listening(['serve'], environment)
  }

  /** Starts the endpoint in front of regions; resolves once it listens. */
  async route(words: string[], environment: Record<string, string> = {}): Promise<Served> {
    return await this.#listening(['route', ...words], environment)
  }

  async #listening(words: string[], environment: Record<string, string>): Promise<Served> {
    const served = new Served(this.start(PROGRAM, words, environment))
    await served.listening()
    return served
  }

  /** Starts a program on this folder. */
  start(program: string, words: string[], environment: Record<string, string> = {}): ChildProcess {
    const child = spawn(program, words, { env: this.#environmentWith(environment) })
    this.#running.add(child)
    child.on('close', () => this.#running.delete(child))
    child.stdout?.on('data', (chunk) => this.printed.push(String(chunk)))
    child.stderr?.on('data', (chunk) => this.printed.push(String(chunk)))
    return child
  }

  #environmentWith(more: Record<string, string>): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.dataDir,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      KUGELAUDIO_DATA_DIR: this.dataDir,
      KUGELAUDIO_PORT: '0',
      KUGELAUDIO_ENGINE_HOSTS: '1',
      KUGELAUDIO_ENGINE_COMMAND: JSON.stringify(TONE_ENGINE),
      ...this.#environment,
      ...more,
    }
  }
}

/** A server that runs as a process of its own. */
export class Served {
  readonly child: ChildProcess
  url = ''
  /** What it has written to standard error. */
  complaints = ''
  #log = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', (text) => (this.#log += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (this.complaints += text))
  }

  /** What it has logged: one value a line. */
  get lines(): Record<string, unknown>[] {
    return this.#log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  }

  async listening(): Promise<void> {
    const urlIn = (): string | undefined => /"url":"([^"]+)"/.exec(this.#log)?.[1]
    for (let isOver = false; urlIn() === undefined; ) {
      if (isOver) throw new Error(`The server has ended: ${this.#log}`)
      isOver = await Promise.race([
        once(this.child.stdout ?? this.child, 'data').then(() => false),
        once(this.child, 'close').then(() => true),
      ])
    }
    this.url = urlIn() ?? ''
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; signal: string | null }> {
    return ended(this.child, signal)
  }
}

async function ended(child: ChildProcess, by: NodeJS.Signals) {
  const closed = once(child, 'close')
  child.kill(by)
  const [code, signal] = (await closed) as [number | null, string | null]
  return { code, signal }
}
