import assert from 'node:assert/strict'
import {
  type AudioFrame,
  AudioFrame as AudioSchema,
  ChunkCompleteFrame,
  ErrorFrame,
  GenerationStartedFrame,
  InterruptedFrame,
  SessionClosedFrame,
  SettingsFrame,
  TurnFinalFrame,
  WarningFrame,
  WordsFrame,
} from '@kugelaudio/contract'
import type { WebSocket } from 'ws'
import { FrameClient, type FrameOf, openSocket, type Presented, type Target } from './frame-client.ts'

export const STREAM_KINDS = {
  started: GenerationStartedFrame,
  audio: AudioSchema,
  words: WordsFrame,
  complete: ChunkCompleteFrame,
  final: TurnFinalFrame,
  closed: SessionClosedFrame,
  interrupted: InterruptedFrame,
  warning: WarningFrame,
  settings: SettingsFrame,
  error: ErrorFrame,
}

type Frame = FrameOf<typeof STREAM_KINDS>

/** A client of `/ws/tts/stream` that takes every frame by the contract. */
export class StreamClient extends FrameClient<typeof STREAM_KINDS> {
  constructor(socket: WebSocket) {
    super(socket, STREAM_KINDS)
  }

  static async open(target: Target, key: string | Presented): Promise<StreamClient> {
    const client = new StreamClient(openSocket(target, '/ws/tts/stream', key))
    await client.opened
    return client
  }

  /** The frames of a turn, up to what ends it. */
  async turn(): Promise<StreamedAnswer> {
    return new StreamedAnswer(await this.until('closed', 'interrupted', 'error'))
  }

  /** Sends messages, and takes the turn that they make. */
  async speak(...messages: object[]): Promise<StreamedAnswer> {
    for (const message of messages) this.send(message)
    return await this.turn()
  }

  /** The kinds of all frames that come before the answer to a settings update: nothing is under way after it. */
  async quiet(): Promise<string[]> {
    this.send({ update_settings: { normalize: true } })
    return (await this.until('settings')).slice(0, -1).map(({ kind }) => kind)
  }
}

/** The frames of one turn. */
export class StreamedAnswer {
  readonly frames: Frame[]

  constructor(frames: Frame[]) {
    this.frames = frames
  }

  /** Kinds in their order, runs of audio counted as one. */
  get kinds(): string[] {
    return this.frames
      .map(({ kind }) => kind)
      .filter((kind, at, all) => kind !== 'audio' || all[at - 1] !== kind)
  }

  get audio(): AudioFrame[] {
    return this.frames.flatMap((next) => (next.kind === 'audio' ? [next.frame] : []))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.audio.map(({ audio }) => Buffer.from(audio, 'base64')))
  }

  get samples(): number {
    return this.audio.reduce((sum, { samples }) => sum + samples, 0)
  }

  /** The texts of the chunks. */
  get chunks(): string[] {
    return this.frames.flatMap((next) => (next.kind === 'started' ? [next.frame.text] : []))
  }

  get words(): WordsFrame[] {
    return this.frames.flatMap((next) => (next.kind === 'words' ? [next.frame] : []))
  }

  get completes(): ChunkCompleteFrame[] {
    return this.frames.flatMap((next) => (next.kind === 'complete' ? [next.frame] : []))
  }

  get final(): TurnFinalFrame {
    const found = this.frames.find((next) => next.kind === 'final')
    assert.ok(found?.kind === 'final', JSON.stringify(this.frames.at(-1)))
    return found.frame
  }

  get closed(): SessionClosedFrame {
    const last = this.frames.at(-1)
    assert.ok(last?.kind === 'closed', JSON.stringify(last))
    return last.frame
  }
}
