import { createWavBlob, createWavFile } from './audio.ts'
import type { AudioEncoding, SessionUsage, WordTimestamp } from './frames.ts'

/** A whole text, spoken. */
export class AudioResponse {
  declare readonly audio: ArrayBuffer
  declare readonly encoding: AudioEncoding
  /** Hz. */
  declare readonly sampleRate: number
  declare readonly samples: number
  declare readonly durationMs: number
  /** ms that the server took. */
  declare readonly generationMs: number
  /** Generation time over duration. */
  declare readonly rtf: number
  /** Empty unless asked for. */
  declare readonly wordTimestamps: WordTimestamp[]
  declare readonly usage: SessionUsage | undefined

  constructor(parts: Omit<AudioResponse, 'toWav' | 'toBlob'>) {
    Object.assign(this, parts)
  }

  /** A WAV file. */
  toWav(): ArrayBuffer {
    return createWavFile(this.audio, this.sampleRate, this.encoding)
  }

  /** A WAV file that a page can play or offer. */
  toBlob(): Blob {
    return createWavBlob(this.audio, this.sampleRate, this.encoding)
  }
}
