import { once } from 'node:events'
import { WebSocket } from 'ws'
import { expect, LimitReached, Nonconforming, NotChecked, shortened } from './check.ts'
import { type Frame, frameOf, type Kind } from './frame.ts'

/** How a socket is opened; `query` and `headers` take the place of the key in the query. */
export type Opening = { query?: string; headers?: Record<string, string> }

/** A handshake that was answered with a status instead. */
export class Refused extends Nonconforming {
  readonly status: number

  constructor(path: string, status: number) {
    super(`${path}: the handshake was answered with HTTP ${status}`)
    this.status = status
  }
}

const RETRY_AFTER_S = 5
const PING = 'conformance'

/** A socket, frame by frame: each must be one of the protocol's. */
export class FrameReader {
  readonly #socket: WebSocket
  readonly #path: string
  readonly #timeoutMs: number
  readonly #frames: (Frame | Error)[] = []
  #end: { code: number } | null = null
  #wake: () => void = () => {}

  private constructor(socket: WebSocket, path: string, timeoutMs: number) {
    this.#socket = socket
    this.#path = path
    this.#timeoutMs = timeoutMs
    socket.on('error', () => {})
    socket.on('close', (code) => {
      this.#end = { code }
      this.#wake()
    })
    socket.on('message', (data, isBinary) => {
      try {
        this.#frames.push(frameOf(path, isBinary ? null : String(data)))
      } catch (error) {
        this.#frames.push(error instanceof Error ? error : new Error(String(error)))
      }
      this.#wake()
    })
  }

  /** Throws `Refused` when the handshake is. */
  static async open(url: string, { timeoutMs, query = '', headers = {} }: Opening & { timeoutMs: number }) {
    const path = new URL(url).pathname
    const socket = new WebSocket(url + query, { headers, handshakeTimeout: timeoutMs })
    const reader = new FrameReader(socket, path, timeoutMs)
    const refused = new Promise<never>((_, reject) => {
      socket.on('unexpected-response', (request, response) => {
        request.destroy()
        const status = response.statusCode ?? 0
        reject(
          status === 429 ? new LimitReached(`${path}: HTTP 429`, RETRY_AFTER_S) : new Refused(path, status),
        )
      })
      socket.on('error', ({ message }) => reject(new Nonconforming(`${path}: cannot be opened: ${message}`)))
    })
    await Promise.race([once(socket, 'open'), refused])
    refused.catch(() => {})
    return reader
  }

  /** Sends text as it is, anything else as JSON. */
  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The next frame of these kinds, which must come before any other; an error frame that is not awaited fails. */
  async next(...kinds: Kind[]): Promise<Frame> {
    const frame = await this.#taken(kinds.join(' or ') || 'a frame')
    if (kinds.length === 0 || kinds.includes(frame.kind)) return frame
    if (frame.kind === 'error') throw errorOf(this.#path, frame)
    throw new Nonconforming(
      `${this.#path}: ${frame.kind} where ${kinds.join(' or ')} must come (${shortened(JSON.stringify(frame.body))})`,
    )
  }

  /** Every frame up to the first of these kinds, which is the last. */
  async until(...kinds: Kind[]): Promise<Frame[]> {
    const frames: Frame[] = []
    for (;;) {
      const frame = await this.#taken(kinds.join(' or '))
      if (frame.kind === 'error' && !kinds.includes('error')) throw errorOf(this.#path, frame)
      frames.push(frame)
      if (kinds.includes(frame.kind)) return frames
    }
  }

  /** The code that the server closes with; frames before it are thrown away. */
  async closeCode(): Promise<number> {
    const { code } = await this.#within('the close of the socket', () => this.#end)
    return code
  }

  /** Whether a ping is answered. */
  async ping(): Promise<void> {
    const pong = once(this.#socket, 'pong')
    this.#socket.ping(PING)
    const late = new Promise<null>((resolve) => setTimeout(resolve, this.#timeoutMs, null).unref())
    const answered = await Promise.race([pong, late])
    expect(answered !== null, `${this.#path}: a ping was not answered within ${this.#timeoutMs} ms`)
    expect(String(answered[0]) === PING, `${this.#path}: the pong does not hold what the ping held`)
  }

  async close(): Promise<void> {
    if (this.#end !== null) return
    this.#socket.close()
    const late = setTimeout(() => this.#socket.terminate(), 1_000)
    while (this.#end === null) await this.#woken()
    clearTimeout(late)
  }

  async #taken(awaited: string): Promise<Frame> {
    const frame = await this.#within(awaited, () => this.#frames.shift() ?? null)
    if (frame instanceof Error) throw frame
    return frame
  }

  async #within<Found>(awaited: string, find: () => Found | null): Promise<Found> {
    const timer = setTimeout(() => this.#wake(), this.#timeoutMs)
    const endMs = performance.now() + this.#timeoutMs
    try {
      for (;;) {
        const found = find()
        if (found !== null) return found
        if (this.#end !== null)
          throw new Nonconforming(`${this.#path}: closed with ${this.#end.code} where ${awaited} must come`)
        // Timers may be a little early.
        if (performance.now() > endMs - 5)
          throw new Nonconforming(`${this.#path}: ${awaited} did not come within ${this.#timeoutMs} ms`)
        await this.#woken()
      }
    } finally {
      clearTimeout(timer)
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}

/** An error frame that nobody has asked for. */
function errorOf(path: string, { body }: Frame): Error {
  const said = `${path}: ${shortened(JSON.stringify(body))}`
  if (body['error_code'] === 'RATE_LIMITED')
    return new LimitReached(said, Number(body['retry_after']) || RETRY_AFTER_S)
  if (body['error_code'] === 'INSUFFICIENT_CREDITS')
    return new NotChecked(`${said}: the account has no credits`)
  return new Nonconforming(`an error where none is due: ${said}`)
}
