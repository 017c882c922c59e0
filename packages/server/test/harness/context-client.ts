import assert from 'node:assert/strict'
import {
  AudioFrame,
  ChunkCompleteFrame,
  ContextClosedFrame,
  ContextCreatedFrame,
  ContextErrorFrame,
  ContextFinalFrame,
  ContextTimeoutFrame,
  type FailureCode,
  GenerationStartedFrame,
  SessionClosedFrame,
  SettingsFrame,
  WordsFrame,
} from '@kugelaudio/contract'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import {
  expectError,
  FrameClient,
  type FrameOf,
  openSocket,
  type Presented,
  type Target,
} from './frame-client.ts'

const context = { context_id: z.string() }

export const CONTEXT_KINDS = {
  created: ContextCreatedFrame,
  started: GenerationStartedFrame.extend(context),
  audio: AudioFrame.extend(context),
  words: WordsFrame.extend(context),
  complete: ChunkCompleteFrame.extend(context),
  final: ContextFinalFrame,
  closed: ContextClosedFrame,
  timeout: ContextTimeoutFrame,
  session: SessionClosedFrame,
  settings: SettingsFrame,
  error: ContextErrorFrame,
}

export type ContextClientFrame = FrameOf<typeof CONTEXT_KINDS>

/** A client of `/ws/tts/multi` that takes every frame by the contract. */
export class ContextClient extends FrameClient<typeof CONTEXT_KINDS> {
  constructor(socket: WebSocket) {
    super(socket, CONTEXT_KINDS)
  }

  static async open(target: Target, key: string | Presented): Promise<ContextClient> {
    const client = new ContextClient(openSocket(target, '/ws/tts/multi', key))
    await client.opened
    return client
  }

  /** Creates a context, as official clients do. */
  async create(context_id: string, settings: object = {}): Promise<void> {
    this.send({ text: ' ', context_id, ...settings })
    assert.deepEqual(await this.nextOf('created'), { context_created: true, context_id })
  }

  /** The next frame, which must be this failure of this context. */
  async nextFailureOf(context_id: string, code: FailureCode): Promise<string> {
    const { context_id: of, ...frame } = await this.nextOf('error')
    assert.equal(of, context_id)
    return expectError(frame, code)
  }

  /** The kinds of all frames that come before the answer to a settings update: nothing is under way after it. */
  async quiet(): Promise<string[]> {
    this.send({ update_settings: { normalize: true } })
    return kindsOf((await this.until('settings')).slice(0, -1))
  }
}

/** Kinds in their order, runs of audio counted as one. */
export const kindsOf = (frames: readonly { kind: string }[]): string[] =>
  frames.map(({ kind }) => kind).filter((kind, at, all) => kind !== 'audio' || all[at - 1] !== kind)

/** The frames of one context. */
export const framesOf = (frames: readonly ContextClientFrame[], context_id: string): ContextClientFrame[] =>
  frames.filter(({ frame }) => 'context_id' in frame && frame.context_id === context_id)

/** All audio of frames. */
export const bytesOf = (frames: readonly ContextClientFrame[]): Buffer =>
  Buffer.concat(
    frames.flatMap((next) => (next.kind === 'audio' ? [Buffer.from(next.frame.audio, 'base64')] : [])),
  )
