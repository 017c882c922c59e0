import {
  type CharacterAlignment,
  ELEVENLABS_SCHEDULE,
  type ElevenLabsAudioFrame,
  type ElevenLabsInput,
  type ElevenLabsInputQuery,
  type WordTimestamp,
} from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { ChunkEvent } from '../../speech/streamed-turn.ts'
import { characterTimes, type TimedCharacter } from '../character-times.ts'
import { wishesOf } from '../elevenlabs-wishes.ts'
import { type InputSettings, InputTurn, type InputTurnParts } from './input-turn.ts'

/** What a socket of this dialect says of how to speak: in its address, and in its first messages. */
export type ElevenLabsConfig = ElevenLabsInputQuery &
  Pick<ElevenLabsInput, 'voice_settings' | 'pronunciation_dictionary_locators' | 'generation_config'> & {
    voiceId: string
  }

/** A turn on a socket that takes text in pieces, in ElevenLabs' frames. */
export class ElevenLabsTurn extends InputTurn {
  constructor(parts: InputTurnParts, grant: Grant, config: ElevenLabsConfig) {
    super(parts, grant, settingsOf(config))
  }

  /** Speaks it; resolves when its last frame has been taken. Throws what ended it early. */
  async speak(send: (frame: ElevenLabsAudioFrame) => Promise<void>): Promise<void> {
    const settings = await this.decide()
    const chunk = new ChunkText(settings.format.sampleRate)
    for await (const event of this.heard(settings)) {
      const alignment = chunk.take(event)
      if (event.type === 'audio') await send(frameOf(event.bytes, null))
      else if (alignment !== null) await send(frameOf(new Uint8Array(), alignment))
    }
  }
}

/** Longer than a socket may be silent: a chunk waits for its schedule, not for a clock. */
const NEVER_MS = 600_000

function settingsOf(config: ElevenLabsConfig): InputSettings {
  const { voiceId, output_format: outputFormat, auto_mode, generation_config } = config
  return {
    wishes: wishesOf({ ...config, voiceId, outputFormat, wordTimes: true }),
    chunking: {
      schedule: generation_config?.chunk_length_schedule ?? ELEVENLABS_SCHEDULE,
      isBySentence: auto_mode === 'true',
      bufferLengthMax: 1_000,
      flushTimeoutMs: NEVER_MS,
    },
  }
}

const frameOf = (bytes: Uint8Array, alignment: CharacterAlignment | null): ElevenLabsAudioFrame => ({
  audio: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  isFinal: null,
  alignment,
  normalizedAlignment: alignment,
})

/** The text of the chunk that is being spoken, until the times of its characters are known. */
class ChunkText {
  readonly #sampleRate: number
  #text = ''
  /** UTF-16 units of the turn's text before it. */
  #start = 0
  #words: WordTimestamp[] = []

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
  }

  /** The times of a chunk's characters, when an event ends it. */
  take(event: ChunkEvent): CharacterAlignment | null {
    switch (event.type) {
      case 'chunk':
        this.#text = event.text
        this.#words = []
        return null
      case 'words':
        this.#words.push(...event.words)
        return null
      case 'chunkEnd': {
        const { length } = this.#text
        const words = this.#words.map((word) => ({
          ...word,
          char_start: word.char_start - this.#start,
          char_end: word.char_end - this.#start,
        }))
        const endMs = (event.samples * 1_000) / this.#sampleRate
        this.#start += length
        return alignmentOf(characterTimes(this.#text, words, { start: 0, end: length, startMs: 0, endMs }))
      }
      default:
        return null
    }
  }
}

const alignmentOf = (timed: readonly TimedCharacter[]): CharacterAlignment => ({
  chars: timed.map(({ character }) => character),
  charStartTimesMs: timed.map(({ startMs }) => Math.round(startMs)),
  charsDurationsMs: timed.map(({ startMs, endMs }) => Math.round(endMs) - Math.round(startMs)),
})
