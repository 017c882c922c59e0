import type {
  AudioFrame,
  ChunkCompleteFrame,
  GenerationStartedFrame,
  StreamConfig,
  WordsFrame,
} from '@kugelaudio/contract'
import { CHUNKING_DEFAULTS } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Chunking } from '../../speech/chunk-length.ts'
import type { ChunkEvent } from '../../speech/streamed-turn.ts'
import { InputTurn, type InputTurnParts } from './input-turn.ts'
import { audioFrame, encodingOf, type FrameEncoding, rounded } from './speech-frames.ts'

/** A frame of a turn, before its socket has said whose it is. */
export type TurnFrame = GenerationStartedFrame | AudioFrame | WordsFrame | ChunkCompleteFrame

/** Numbers of the next piece of audio and the next chunk. */
export type FrameCount = { idx: number; chunk: number }

/** What has been sent of a turn so far. */
export type Spoken = { seconds: number; textChunks: number; audioChunks: number; characters: number }

/** A turn on a socket that takes text in pieces, in KugelAudio's frames. */
export class SpokenTurn extends InputTurn {
  readonly spoken: Spoken = { seconds: 0, textChunks: 0, audioChunks: 0, characters: 0 }
  /** As the caller named it, once it is decided. */
  modelId = ''

  constructor(parts: InputTurnParts, grant: Grant, config: StreamConfig) {
    const wishes = { ...config, wordTimes: config.word_timestamps ?? false }
    super(parts, grant, { wishes, chunking: chunkingOf(config) })
  }

  /** Speaks it; resolves when its last frame has been taken. Throws what ended it early. */
  async speak(send: (frame: TurnFrame) => Promise<void>, count: FrameCount): Promise<void> {
    const settings = await this.decide()
    const encoding = encodingOf(settings.format)
    this.modelId = settings.modelId
    const begun: FrameCount = { ...count }
    for await (const event of this.heard(settings)) {
      this.#note(event, encoding)
      count.idx = begun.idx + this.spoken.audioChunks
      count.chunk = begun.chunk + this.spoken.textChunks
      if (event.type !== 'done')
        await send(frameOf(event, encoding, { idx: count.idx - 1, chunk: begun.chunk }))
    }
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
