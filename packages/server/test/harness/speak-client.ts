import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  AudioFrame,
  ErrorFrame,
  FAILURES,
  type FailureCode,
  FinalFrame,
  InterruptedFrame,
  SettingsFrame,
  SpeakFrame,
  WordsFrame,
} from '@kugelaudio/contract'
import { WebSocket } from 'ws'
import { requestText } from './raw-http.ts'
import type { TestServer } from './test-server.ts'

const KINDS = {
  audio: AudioFrame.strict(),
  words: WordsFrame.strict(),
  final: FinalFrame.strict(),
  interrupted: InterruptedFrame.strict(),
  settings: SettingsFrame.strict(),
  error: ErrorFrame.strict(),
}

type Frames = {
  audio: AudioFrame
  words: WordsFrame
  final: FinalFrame
  interrupted: InterruptedFrame
  settings: SettingsFrame
  error: ErrorFrame
}

/** A frame and which kind it is. */
export type Frame = { [Kind in keyof Frames]: { kind: Kind; frame: Frames[Kind] } }[keyof Frames]

type Target = Pick<TestServer, 'wsUrl'>
type Presented = { query?: string; headers?: Record<string, string> }

/** A client of `/ws/tts` that takes every frame by the contract. */
export class SpeakClient {
  readonly socket: WebSocket
  /** Frames received so far, and not yet taken by `next`. */
  readonly frames: Frame[] = []
  /** How the socket ended. */
  readonly closed: Promise<{ code: number; reason: string }>
  /** Bytes of the longest message so far. */
  longest = 0
  #problem: unknown = null
  #wake: () => void = () => {}

  constructor(socket: WebSocket) {
    this.socket = socket
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
        this.frames.push(parseFrame(text))
      } catch (error) {
        this.#problem = error
      }
      this.#wake()
    })
  }

  /** Opens a socket with a key in the query, or with what is presented instead. */
  static async open({ wsUrl }: Target, key: string | Presented): Promise<SpeakClient> {
    const { query = '', headers = {} } = typeof key === 'string' ? { query: `?api_key=${key}` } : key
    const client = new SpeakClient(new WebSocket(`${wsUrl}/ws/tts${query}`, { headers }))
    await once(client.socket, 'open')
    return client
  }

  /** Sends text as it is, bytes as a binary message, anything else as JSON. */
  send(message: unknown): void {
    const isPlain = typeof message === 'string' || message instanceof Uint8Array
    this.socket.send(isPlain ? message : JSON.stringify(message))
  }

  /** The next frame. Fails when the socket ends before it. */
  async next(): Promise<Frame> {
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
  async nextOf<Kind extends keyof Frames>(kind: Kind): Promise<Frames[Kind]> {
    const next = await this.next()
    assert.equal(next.kind, kind, JSON.stringify(next.frame).slice(0, 300))
    return next.frame as Frames[Kind]
  }

  /** The next frame, which must be this failure. Returns its message. */
  async nextFailure(code: FailureCode): Promise<string> {
    const { error, ...rest } = await this.nextOf('error')
    assert.equal(rest.error_code, code, error)
    assert.equal(rest.code, FAILURES[code].status)
    assert.match(rest.request_id, /^req_[0-9a-f-]{36}$/)
    assert.ok(error.length > 0)
    return error
  }

  /** Every frame up to the one that ends an answer: `final`, `interrupted` or an error. */
  async answer(): Promise<Answer> {
    const frames: Frame[] = []
    for (;;) {
      const next = await this.next()
      frames.push(next)
      if (next.kind === 'final' || next.kind === 'interrupted' || next.kind === 'error')
        return new Answer(frames, next)
    }
  }

  /** Sends a request, and takes its answer. */
  async speak(request: object | string): Promise<Answer> {
    this.send(typeof request === 'string' ? { text: request } : request)
    return await this.answer()
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closed
  }
}

/** The frames that answer one request. */
export class Answer {
  readonly frames: Frame[]
  readonly end: Extract<Frame, { kind: 'final' | 'interrupted' | 'error' }>

  constructor(frames: Frame[], end: Answer['end']) {
    this.frames = frames
    this.end = end
  }

  get kinds(): string[] {
    return this.frames.map(({ kind }) => kind)
  }

  get audio(): AudioFrame[] {
    return this.frames.flatMap((next) => (next.kind === 'audio' ? [next.frame] : []))
  }

  get words(): WordsFrame['word_timestamps'] {
    return this.frames.flatMap((next) => (next.kind === 'words' ? next.frame.word_timestamps : []))
  }

  /** Samples of all audio, by what the frames say of themselves. */
  get samples(): number {
    return this.audio.reduce((sum, { samples }) => sum + samples, 0)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.audio.map(({ audio }) => Buffer.from(audio, 'base64')))
  }

  /** The frame of an answer that came to its end. */
  get final(): FinalFrame {
    assert.ok(this.end.kind === 'final', JSON.stringify(this.end.frame))
    return this.end.frame
  }

  /** That it ended with this failure. Returns its message. */
  failure(code: FailureCode): string {
    assert.ok(this.end.kind === 'error', JSON.stringify(this.end.frame).slice(0, 300))
    assert.equal(this.end.frame.error_code, code, this.end.frame.error)
    assert.equal(this.end.frame.code, FAILURES[code].status)
    assert.match(this.end.frame.request_id, /^req_[0-9a-f-]{36}$/)
    return this.end.frame.error
  }
}

/** A WebSocket handshake as text, with further header lines. */
export const handshakeText = (
  path: string,
  headerLines: string[] = [],
  version: string | null = '13',
): string =>
  requestText(`GET ${path} HTTP/1.1`, [
    'Connection: Upgrade',
    'Upgrade: websocket',
    ...(version === null ? [] : [`Sec-WebSocket-Version: ${version}`]),
    ...(headerLines.some((line) => /^sec-websocket-key:/i.test(line))
      ? []
      : ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']),
    ...headerLines,
  ])

function parseFrame(text: string): Frame {
  const value: unknown = JSON.parse(text)
  SpeakFrame.parse(value)
  const kinds = Object.entries(KINDS).filter(([, schema]) => schema.safeParse(value).success)
  assert.equal(kinds.length, 1, `not exactly one kind of frame: ${text.slice(0, 300)}`)
  return { kind: kinds[0]?.[0], frame: value } as Frame
}
