import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ErrorFrame, FAILURES, type FailureCode } from '@kugelaudio/contract'
import { WebSocket } from 'ws'
import type { z } from 'zod'
import type { TestServer } from './test-server.ts'

/** The kinds of frames on a path, each with its schema. */
export type FrameKinds = Record<string, z.ZodObject>

/** A frame and which kind it is. */
export type FrameOf<Kinds extends FrameKinds> = {
  [Kind in keyof Kinds & string]: { kind: Kind; frame: z.output<Kinds[Kind]> }
}[keyof Kinds & string]

export type Target = Pick<TestServer, 'wsUrl'>
/** What a client shows instead of a key in the query. */
export type Presented = { query?: string; headers?: Record<string, string> }

/** Opens a socket on a path. */
export function openSocket({ wsUrl }: Target, path: string, key: string | Presented): WebSocket {
  const { query = '', headers = {} } = typeof key === 'string' ? { query: `?api_key=${key}` } : key
  return new WebSocket(`${wsUrl}${path}${query}`, { headers })
}

/** A client that takes every frame by the contract: text, one JSON object, and exactly one of the path's kinds. */
export class FrameClient<Kinds extends FrameKinds> {
  readonly socket: WebSocket
  /** Frames received so far, and not yet taken by `next`. */
  readonly frames: FrameOf<Kinds>[] = []
  /** How the socket ended. */
  readonly closed: Promise<{ code: number; reason: string }>
  /** Bytes of the longest message so far. */
  longest = 0
  readonly #kinds: [string, z.ZodObject][]
  #problem: unknown = null
  #wake: () => void = () => {}

  constructor(socket: WebSocket, kinds: Kinds) {
    this.socket = socket
    this.#kinds = Object.entries(kinds).map(([kind, schema]) => [kind, schema.strict()])
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        resolve({ code, reason: String(reason) })
        this.#wake()
      })
    })
    // How it ended is in `closed`.
    socket.on('error', () => {})
    socket.on('message', (data, isBinary) => {
      const text = String(data)
      this.longest = Math.max(this.longest, Buffer.byteLength(text))
      try {
        assert.ok(!isBinary, 'a frame is text')
        this.frames.push(this.#parse(text))
      } catch (error) {
        this.#problem = error
      }
      this.#wake()
    })
  }

  get opened(): Promise<unknown> {
    return once(this.socket, 'open')
  }

  /** Sends text as it is, bytes as a binary message, anything else as JSON. */
  send(message: unknown): void {
    const isPlain = typeof message === 'string' || message instanceof Uint8Array
    this.socket.send(isPlain ? message : JSON.stringify(message))
  }

  /** The next frame. Fails when the socket ends before it. */
  async next(): Promise<FrameOf<Kinds>> {
    for (;;) {
      if (this.#problem !== null) throw this.#problem
      const frame = this.frames.shift()
      if (frame !== undefined) return frame
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the socket has closed')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The next frame, which must be of a kind. */
  async nextOf<Kind extends keyof Kinds & string>(kind: Kind): Promise<z.output<Kinds[Kind]>> {
    const next = await this.next()
    assert.equal(next.kind, kind, JSON.stringify(next.frame).slice(0, 300))
    return next.frame
  }

  /** Every frame up to the first of these kinds. */
  async until(...kinds: (keyof Kinds & string)[]): Promise<FrameOf<Kinds>[]> {
    const frames: FrameOf<Kinds>[] = []
    for (;;) {
      const next = await this.next()
      frames.push(next)
      if (kinds.includes(next.kind)) return frames
    }
  }

  /** The next frame, which must be this failure. Returns its message. */
  async nextFailure(code: FailureCode): Promise<string> {
    const next = await this.next()
    assert.equal(next.kind, 'error', JSON.stringify(next.frame).slice(0, 300))
    return expectError(next.frame as ErrorFrame, code)
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }

  #parse(text: string): FrameOf<Kinds> {
    const frame: unknown = JSON.parse(text)
    const kinds = this.#kinds.filter(([, schema]) => schema.safeParse(frame).success)
    assert.equal(kinds.length, 1, `not exactly one kind of frame: ${text.slice(0, 300)}`)
    return { kind: kinds[0]?.[0], frame } as FrameOf<Kinds>
  }
}

/** That an error frame is this failure. Returns its message. */
export function expectError({ error, ...rest }: ErrorFrame, code: FailureCode): string {
  assert.equal(rest.error_code, code, error)
  assert.equal(rest.code, FAILURES[code].status)
  assert.match(rest.request_id, /^req_[0-9a-f-]{36}$/)
  assert.ok(error.length > 0)
  return error
}
