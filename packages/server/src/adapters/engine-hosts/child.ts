import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { Readable } from 'node:stream'
import type { HostCommand } from '@kugelaudio/engine-host/protocol'
import type { Cancel, Clock } from '../../clock.ts'
import { type Frame, FrameReader } from './frames.ts'
import type { Log } from './parts.ts'

/** Below the server, so that requests are answered while every core speaks. */
const HOST_PRIORITY = 10
/** After `exit`, how long the pipes may stay open: somebody else may hold the other end for ever. */
const PIPES_MS_MAX = 1_000
/** Of a line on standard error; the rest of it is dropped. */
const LINE_CHARS_MAX = 500
/** Per process: enough to understand a start that fails, too little to fill a disk. */
const LINES_LOGGED_MAX = 200

/** What a process is started with. `environment` is all it gets to see of the server's own. */
export type ChildParts = { command: string[]; environment: Record<string, string>; clock: Clock; log: Log }

/** What a process reports: frames in order, then once that it is over. */
export type ChildEvents = { frame(frame: Frame): void; over(reason: string): void }

/** One process that speaks the pipe protocol. It knows nothing of jobs. */
export class Child {
  readonly pid: number
  /** Settles when the process and its pipes are gone. */
  readonly gone: Promise<void>
  readonly #parts: ChildParts
  readonly #events: ChildEvents
  readonly #process: ChildProcess
  readonly #frames = new FrameReader()
  #isOver = false
  #lastLine = ''
  #line = ''
  #linesLogged = 0
  #cancelTimer: Cancel = () => {}

  constructor(parts: ChildParts, events: ChildEvents) {
    this.#parts = parts
    this.#events = events
    const [file = '', ...rest] = parts.command
    const child = spawn(file, rest, {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: parts.environment,
      windowsHide: true,
    })
    this.#process = child
    this.pid = child.pid ?? 0
    this.gone = new Promise((resolve) => {
      child.once('close', resolve)
      if (child.pid === undefined) child.once('error', resolve)
    }).then(() => this.#cancelTimer())
    child.once('error', (error) => this.#end(error.message))
    child.once('exit', () => {
      this.#cancelTimer()
      this.#cancelTimer = parts.clock.after(PIPES_MS_MAX, () => this.#destroyPipes())
    })
    // Not 'exit': what the process said before it ended is still in the pipe.
    child.once('close', (code, signal) => {
      const how = signal === null ? `ended with code ${code}` : `ended by ${signal}`
      this.#end(this.#lastLine === '' ? how : `${how}: ${this.#lastLine}`)
    })
    this.#listen(child)
    this.#lowerPriority()
  }

  /** Sends a command; lost without a word if the process is over, as `over` then tells. */
  send(command: HostCommand): void {
    if (this.#process.stdin?.writable) this.#process.stdin.write(`${JSON.stringify(command)}\n`)
  }

  /** Ends the process at once; `over` is called before this returns. */
  kill(reason: string): void {
    this.#process.kill('SIGKILL')
    this.#end(reason)
  }

  /** Lets the process leave by itself, then makes it. */
  leave(graceMs: number): void {
    this.#process.stdin?.end()
    if (this.#isOver || this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#cancelTimer()
    this.#cancelTimer = this.#parts.clock.after(graceMs, () => this.#process.kill('SIGKILL'))
  }

  #listen(child: ChildProcess): void {
    // A write to a process that has just died; 'close' tells the rest.
    child.stdin?.on('error', () => {})
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#readLines(text))
    // No pipes at all when this process has run out of descriptors; 'error' tells.
    const pipe = (child.stdio as ChildProcess['stdio'] | undefined)?.[3]
    if (!(pipe instanceof Readable)) return
    pipe.on('error', () => {})
    pipe.on('data', (chunk: Buffer) => this.#readFrames(chunk))
    // A host that has closed its pipe can never answer again, even if the process lives on.
    pipe.on('end', () => {
      if (!this.#isOver && this.#process.exitCode === null) this.#process.kill('SIGKILL')
    })
  }

  #readFrames(chunk: Buffer): void {
    if (this.#isOver) return
    try {
      for (const frame of this.#frames.read(chunk)) {
        this.#events.frame(frame)
        if (this.#isOver) return
      }
    } catch (error) {
      this.kill(`it broke the protocol: ${error instanceof Error ? error.message : 'unreadable frame'}`)
    }
  }

  #readLines(text: string): void {
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop()?.slice(0, LINE_CHARS_MAX) ?? ''
    for (const line of lines) {
      const said = line.trimEnd().slice(0, LINE_CHARS_MAX)
      if (said === '') continue
      if (isTelling(said)) this.#lastLine = said
      this.#linesLogged += 1
      if (this.#linesLogged <= LINES_LOGGED_MAX) this.#parts.log.warn({ pid: this.pid, said }, 'Engine host')
    }
  }

  #lowerPriority(): void {
    if (this.pid === 0) return
    try {
      setPriority(this.pid, HOST_PRIORITY)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#parts.log.info({ pid: this.pid, reason }, 'Engine host keeps its priority')
    }
  }

  #destroyPipes(): void {
    const pipes = this.#process.stdio as ChildProcess['stdio'] | undefined
    for (const pipe of pipes ?? []) pipe?.destroy()
  }

  #end(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#destroyPipes()
    this.#events.over(reason)
  }
}

/** Not a line of a stack, a bracket, or the last line of every crash of Node. */
const isTelling = (line: string): boolean => /^\S*[a-z]/i.test(line) && !line.startsWith('Node.js v')
