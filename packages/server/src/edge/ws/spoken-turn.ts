import type {
  AudioFrame,
  ChunkCompleteFrame,
  GenerationStartedFrame,
  StreamConfig,
  WordsFrame,
} from '@kugelaudio/contract'
import { CHUNKING_DEFAULTS } from '@kugelaudio/contract'
import type { CountRequest } from '../../accounts/request-rate.ts'
import type { Grant } from '../../auth/grants.ts'
import type { Chunking } from '../../speech/chunk-length.ts'
import type { DecideTurn } from '../../speech/decide-turn.ts'
import type { ChunkEvent, OpenStreamedTurn, StreamedTurn } from '../../speech/streamed-turn.ts'
import { PiecewiseText } from './piecewise-text.ts'
import { audioFrame, encodingOf, type FrameEncoding, rounded } from './speech-frames.ts'

export type SpokenTurnParts = {
  countRequest: CountRequest
  decideTurn: DecideTurn
  openStreamedTurn: OpenStreamedTurn
}

/** A frame of a turn, before its socket has said whose it is. */
export type TurnFrame = GenerationStartedFrame | AudioFrame | WordsFrame | ChunkCompleteFrame

/** Numbers of the next piece of audio and the next chunk. */
export type FrameCount = { idx: number; chunk: number }

/** What has been sent of a turn so far. */
export type Spoken = { seconds: number; textChunks: number; audioChunks: number; characters: number }

/** Why a turn stopped that its caller wants no more of. */
const CANCELLED = Symbol('cancelled')

/** A turn on a socket that takes text in pieces, from its settings to its last frame. */
export class SpokenTurn {
  readonly spoken: Spoken = { seconds: 0, textChunks: 0, audioChunks: 0, characters: 0 }
  /** As the caller named it, once it is decided. */
  modelId = ''
  isCancelled = false
  readonly #parts: SpokenTurnParts
  readonly #grant: Grant
  readonly #config: StreamConfig
  readonly #text = new PiecewiseText()
  /** Null until its settings are decided; what was pushed before waits in `#early`. */
  #turn: StreamedTurn | null = null
  #early = ''
  #isEnded = false
  #stopped: { reason: unknown } | null = null

  constructor(parts: SpokenTurnParts, grant: Grant, config: StreamConfig) {
    this.#parts = parts
    this.#grant = grant
    this.#config = config
  }

  /** Whether all that was handed over has been spoken: nothing is heard before more text comes. */
  get isWaiting(): boolean {
    return this.#turn?.isWaiting ?? this.#early === ''
  }

  /** Throws `VALIDATION_ERROR`. */
  push(piece: string): void {
    const text = this.#text.add(piece)
    if (this.#turn === null) this.#early += text
    else this.#turn.push(text)
  }

  /** No more text. Throws `VALIDATION_ERROR`. */
  end(): void {
    this.#text.end()
    this.#isEnded = true
    this.#turn?.end()
  }

  /** Ends it with a failure in the place of what has not been said yet. */
  fail(reason: unknown): void {
    this.#stopped ??= { reason }
    this.#turn?.cancel(reason)
  }

  /** Ends it without a word: nothing is sent for it from now on. */
  cancel(): void {
    this.isCancelled = true
    this.fail(CANCELLED)
  }

  /** Speaks it; resolves when its last frame has been taken. Throws what ended it early. */
  async speak(send: (frame: TurnFrame) => Promise<void>, count: FrameCount): Promise<void> {
    const { refusal } = await this.#parts.countRequest(this.#grant.principal)
    if (refusal !== null) throw refusal
    const settings = await this.#parts.decideTurn(
      { ...this.#config, wordTimes: this.#config.word_timestamps ?? false },
      this.#grant.principal,
    )
    const encoding = encodingOf(settings.format)
    this.#throwIfStopped()
    this.modelId = settings.modelId
    const turn = this.#parts.openStreamedTurn(this.#grant, settings, chunkingOf(this.#config))
    this.#turn = turn
    turn.push(this.#early)
    if (this.#isEnded) turn.end()
    const begun: FrameCount = { ...count }
    for await (const event of turn.events) {
      this.#throwIfStopped()
      this.#note(event, encoding)
      count.idx = begun.idx + this.spoken.audioChunks
      count.chunk = begun.chunk + this.spoken.textChunks
      if (event.type !== 'done')
        await send(frameOf(event, encoding, { idx: count.idx - 1, chunk: begun.chunk }))
    }
    this.#throwIfStopped()
  }

  #note(event: ChunkEvent, { sr }: FrameEncoding): void {
    switch (event.type) {
      case 'chunk':
        this.spoken.textChunks += 1
        for (const _ of event.text) this.spoken.characters += 1
        break
      case 'audio':
        this.spoken.audioChunks += 1
        this.spoken.seconds += event.samples / sr
        break
      case 'done':
        this.spoken.characters = event.totals.characters
    }
  }

  #throwIfStopped(): void {
    if (this.#stopped !== null) throw this.#stopped.reason
  }
}

/** `count.idx` is of the frame itself, `count.chunk` of the turn's first chunk. */
function frameOf(
  event: Exclude<ChunkEvent, { type: 'done' }>,
  encoding: FrameEncoding,
  count: FrameCount,
): TurnFrame {
  const chunk_id = count.chunk + event.chunk
  switch (event.type) {
    case 'chunk':
      return { generation_started: true, chunk_id, text: event.text }
    case 'audio':
      return audioFrame(event, { ...encoding, idx: count.idx, chunk_id })
    case 'words':
      return { word_timestamps: event.words, chunk_id }
    case 'chunkEnd':
      return {
        chunk_complete: true,
        chunk_id,
        audio_seconds: rounded(event.samples / encoding.sr, 6),
        gen_ms: rounded(event.genMs, 3),
      }
  }
}

function chunkingOf(config: StreamConfig): Chunking {
  const schedule = config.chunk_length_schedule ?? []
  return {
    schedule: schedule.length > 0 ? schedule : CHUNKING_DEFAULTS.chunk_length_schedule,
    isBySentence: config.auto_mode ?? CHUNKING_DEFAULTS.auto_mode,
    bufferLengthMax: config.max_buffer_length ?? CHUNKING_DEFAULTS.max_buffer_length,
    flushTimeoutMs: config.flush_timeout_ms ?? CHUNKING_DEFAULTS.flush_timeout_ms,
  }
}
