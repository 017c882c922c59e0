import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import {
  AUDIO_HEAD_BYTES,
  type DonePayload,
  type ErrorPayload,
  FRAME,
  FRAME_HEAD_BYTES,
  type HelloPayload,
  type HostCommand,
  type PassagePayload,
  type WordsPayload,
} from '../src/protocol.ts'

/** How to start a host. */
export type HostProgram = { command: string; args: string[]; env?: Record<string, string> }

/** A frame as it was received. */
export type ReceivedFrame =
  | { type: 'hello'; job: number; hello: HelloPayload }
  | { type: 'ready'; job: number }
  | { type: 'audio'; job: number; passage: number; samples: number; bytes: Buffer }
  | { type: 'words'; job: number; words: WordsPayload }
  | { type: 'passage'; job: number; passage: PassagePayload }
  | { type: 'done'; job: number; done: DonePayload }
  | { type: 'error'; job: number; error: ErrorPayload }

/** A host run as a server runs it, and everything it has said. */
export class HostProcess {
  readonly frames: ReceivedFrame[] = []
  readonly exit: Promise<number | null>
  #child: ChildProcess
  #stdin: Writable
  #output: Readable
  #buffer: Buffer = Buffer.alloc(0)
  #waiters = new Set<() => void>()
  #exited = false
  #stderr = ''
  #jobs = 0

  constructor({ command, args, env }: HostProgram) {
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    const [stdin, , stderr, output] = this.#child.stdio
    if (!(stdin instanceof Writable && stderr instanceof Readable && output instanceof Readable)) {
      throw new TypeError('the pipes of the host are missing')
    }
    this.#stdin = stdin
    this.#output = output
    // A host that ended does not read; what it said is what counts.
    stdin.on('error', () => {})
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    output.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.exit = once(this.#child, 'close').then(([code]) => {
      this.#exited = true
      this.#wake()
      return code
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** A job number that was not used yet. */
  newJob(): number {
    this.#jobs++
    return this.#jobs
  }

  send(command: HostCommand): void {
    this.sendLine(JSON.stringify(command))
  }

  sendLine(line: string): void {
    this.#stdin.write(`${line}\n`)
  }

  /** The server is gone. */
  endInput(): void {
    this.#stdin.end()
  }

  stopReading(): void {
    this.#output.pause()
  }

  goOnReading(): void {
    this.#output.resume()
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#stdin.end()
    this.#output.resume()
    await this.exit
  }

  /** Resolves to what `find` finds in the frames as soon as it does; rejects if the process ends before. */
  async until<Found>(find: (frames: readonly ReceivedFrame[]) => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find(this.frames)
      if (found !== undefined) return found
      if (this.#exited) throw new Error(`the host ended: ${this.#stderr}`)
      await new Promise<void>((resolve) => this.#waiters.add(resolve))
    }
  }

  #receive(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    while (this.#buffer.length >= FRAME_HEAD_BYTES) {
      const end = FRAME_HEAD_BYTES + this.#buffer.readUInt32LE(5)
      if (this.#buffer.length < end) break
      this.frames.push(decodeFrame(this.#buffer.subarray(0, end)))
      this.#buffer = this.#buffer.subarray(end)
    }
    this.#wake()
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter()
    this.#waiters.clear()
  }
}

function decodeFrame(frame: Buffer): ReceivedFrame {
  const job = frame.readUInt32LE(0)
  const type = frame.readUInt8(4)
  const payload = frame.subarray(FRAME_HEAD_BYTES)
  if (type === FRAME.audio) {
    const bytes = Buffer.from(payload.subarray(AUDIO_HEAD_BYTES))
    return { type: 'audio', job, passage: payload.readUInt32LE(0), samples: payload.readUInt32LE(4), bytes }
  }
  const json = type === FRAME.ready ? null : JSON.parse(payload.toString('utf8'))
  switch (type) {
    case FRAME.hello:
      return { type: 'hello', job, hello: json }
    case FRAME.ready:
      return { type: 'ready', job }
    case FRAME.words:
      return { type: 'words', job, words: json }
    case FRAME.passage:
      return { type: 'passage', job, passage: json }
    case FRAME.done:
      return { type: 'done', job, done: json }
    case FRAME.error:
      return { type: 'error', job, error: json }
    default:
      throw new RangeError(`frame of unknown type ${type}`)
  }
}
