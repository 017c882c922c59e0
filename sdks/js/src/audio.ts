import type { AudioEncoding, AudioFrame } from './frames.ts'

type Parts = Omit<AudioFrame, 'kind'> & { chunkId?: number | undefined }

/** A piece of audio, as it came. */
export class AudioChunk {
  /** Base64. */
  declare readonly audio: string
  declare readonly encoding: AudioEncoding
  /** Its place in the turn or context: 0, 1, 2, … without gaps. */
  declare readonly index: number
  /** Hz. */
  declare readonly sampleRate: number
  declare readonly samples: number
  /** Which chunk of the text it belongs to, on sockets of streamed text. */
  declare readonly chunkId: number | undefined

  constructor({ audio, encoding, index, sampleRate, samples, chunkId }: Parts) {
    Object.assign(this, { audio, encoding, index, sampleRate, samples, chunkId })
  }

  /** The audio as bytes: 16-bit little-endian samples, or one byte a sample of G.711. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return bytesOfBase64(this.audio)
  }

  /** Its length in seconds. */
  get durationSeconds(): number {
    return this.samples / this.sampleRate
  }
}

type Base64Decoder = { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }
type Buffers = { Buffer?: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> } }

/** Decodes base64 by the fastest means that the runtime has. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as Base64Decoder
  if (fromBase64 !== undefined) return fromBase64(text)
  const { Buffer } = globalThis as Buffers
  // A buffer of Node's may begin anywhere; samples need an even place.
  if (Buffer !== undefined) return new Uint8Array(Buffer.from(text, 'base64'))
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** Decodes base64 into a buffer of its own. */
export const base64ToArrayBuffer = (text: string): ArrayBuffer => bytesOfBase64(text).buffer

/** 16-bit little-endian samples as numbers from -1 to 1. */
export function decodePCM16(audio: string | ArrayBuffer | Uint8Array): Float32Array<ArrayBuffer> {
  const bytes =
    typeof audio === 'string'
      ? bytesOfBase64(audio)
      : audio instanceof Uint8Array
        ? audio
        : new Uint8Array(audio)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float32Array(bytes.byteLength >> 1)
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(2 * i, true) / 32_768
  return samples
}

/** Format tags of WAV (RFC 2361). */
const WAV_FORMAT: Readonly<Record<AudioEncoding, number>> = { pcm_s16le: 1, alaw: 6, mulaw: 7 }
const WAV_HEADER_BYTES = 44

/** The header of a WAV file with one channel. `bytes` is the length of the audio. */
export function wavHeader(
  bytes: number,
  sampleRate: number,
  encoding: AudioEncoding = 'pcm_s16le',
): Uint8Array<ArrayBuffer> {
  const sampleBytes = encoding === 'pcm_s16le' ? 2 : 1
  const view = new DataView(new ArrayBuffer(WAV_HEADER_BYTES))
  // RIFF, WAVE, fmt and data.
  const names = { 0: 0x52494646, 8: 0x57415645, 12: 0x666d7420, 36: 0x64617461 }
  const numbers = {
    4: 36 + bytes,
    16: 16,
    // One channel.
    20: WAV_FORMAT[encoding] + (1 << 16),
    24: sampleRate,
    28: sampleRate * sampleBytes,
    32: sampleBytes + ((8 * sampleBytes) << 16),
    40: bytes,
  }
  for (const [at, name] of Object.entries(names)) view.setUint32(Number(at), name)
  for (const [at, number] of Object.entries(numbers)) view.setUint32(Number(at), number, true)
  return new Uint8Array(view.buffer)
}

/** A whole WAV file. */
export function createWavFile(
  audio: ArrayBuffer,
  sampleRate: number,
  encoding: AudioEncoding = 'pcm_s16le',
): ArrayBuffer {
  const file = new Uint8Array(WAV_HEADER_BYTES + audio.byteLength)
  file.set(wavHeader(audio.byteLength, sampleRate, encoding))
  file.set(new Uint8Array(audio), WAV_HEADER_BYTES)
  return file.buffer
}

/** A whole WAV file that a page can play or offer. */
export const createWavBlob = (
  audio: ArrayBuffer,
  sampleRate: number,
  encoding: AudioEncoding = 'pcm_s16le',
): Blob => new Blob([createWavFile(audio, sampleRate, encoding)], { type: 'audio/wav' })

/** One piece of several, in their order. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
