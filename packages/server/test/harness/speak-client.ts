import assert from 'node:assert/strict'
import {
  type AudioFrame,
  AudioFrame as AudioSchema,
  ErrorFrame,
  type FailureCode,
  FinalFrame,
  InterruptedFrame,
  SettingsFrame,
  WordsFrame,
} from '@kugelaudio/contract'
import type { WebSocket } from 'ws'
import {
  expectError,
  FrameClient,
  type FrameOf,
  openSocket,
  type Presented,
  type Target,
} from './frame-client.ts'
import { requestText } from './raw-http.ts'

const KINDS = {
  audio: AudioSchema,
  words: WordsFrame,
  final: FinalFrame,
  interrupted: InterruptedFrame,
  settings: SettingsFrame,
  error: ErrorFrame,
}

/** A frame and which kind it is. */
export type Frame = FrameOf<typeof KINDS>

/** A client of `/ws/tts` that takes every frame by the contract. */
export class SpeakClient extends FrameClient<typeof KINDS> {
  constructor(socket: WebSocket) {
    super(socket, KINDS)
  }

  /** Opens a socket with a key in the query, or with what is presented instead. */
  static async open(target: Target, key: string | Presented): Promise<SpeakClient> {
    const client = new SpeakClient(openSocket(target, '/ws/tts', key))
    await client.opened
    return client
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
    return expectError(this.end.frame, code)
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
