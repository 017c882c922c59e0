import { createWavBlob, createWavFile } from './audio.ts'
import type { AudioEncoding, SessionUsage, WordTimestamp } from './frames.ts'

/** A whole text, spoken. */
export class AudioResponse {
  readonly audio: ArrayBuffer
  readonly encoding: AudioEncoding
  /** Hz. */
  readonly sampleRate: number
  readonly samples: number
  readonly durationMs: number
  /** ms that the server took. */
  readonly generationMs: number
  /** Generation time over duration. */
  readonly rtf: number
  /** Empty unless asked for. */
  readonly wordTimestamps: WordTimestamp[]
  readonly usage: SessionUsage | undefined

  constructor(parts: Omit<AudioResponse, 'toWav' | 'toBlob'>) {
    this.audio = parts.audio
    this.encoding = parts.encoding
    this.sampleRate = parts.sampleRate
    this.samples = parts.samples
    this.durationMs = parts.durationMs
    this.generationMs = parts.generationMs
    this.rtf = parts.rtf
    this.wordTimestamps = parts.wordTimestamps
    this.usage = parts.usage
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
