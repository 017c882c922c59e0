import { companding } from './companding.ts'
import type { Format } from './formats.ts'
import { wavHeader } from './wav-header.ts'

/** Turns samples of one stream into bytes, in order. */
export type Encoder = {
  /** Encodes 16-bit samples at the format's rate. May hold some back. The answer is the caller's to keep. */
  encode(samples: Int16Array): Uint8Array
  /** What was held back, and how the stream ends. Called once, last. */
  finish(): Uint8Array
  /** Gives memory back. Called once on every path, after `finish` or instead of it. */
  free(): void
}

/** Makes the encoder of a format that `formatProblem` has nothing against. Compressing ones are loaded when first used. */
export async function openEncoder(format: Format): Promise<Encoder> {
  switch (format.codec) {
    case 'pcm_s16le':
      return rawEncoder(bytesOf)
    case 'mulaw':
    case 'alaw':
      return rawEncoder(companding(format.codec))
    case 'wav':
      return withHeader(wavHeader(format.sampleRate), rawEncoder(bytesOf))
    case 'flac':
      return (await import('./flac.ts')).openFlacEncoder(format.sampleRate)
    case 'mp3':
      return (await import('./mp3.ts')).openMp3Encoder(format.sampleRate, format.bitrateKbps)
    case 'opus':
      return (await import('./opus.ts')).openOpusEncoder(format.bitrateKbps)
  }
}

function rawEncoder(encode: (samples: Int16Array) => Uint8Array): Encoder {
  return { encode, finish: () => new Uint8Array(0), free: () => {} }
}

function withHeader(header: Uint8Array, body: Encoder): Encoder {
  let pending = header
  const prefixed = (bytes: Uint8Array) => {
    const joined = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
    pending = new Uint8Array(0)
    return joined
  }
  return {
    encode: (samples) => prefixed(body.encode(samples)),
    finish: () => prefixed(body.finish()),
    free: () => body.free(),
  }
}

// Every platform that Node runs on is little-endian, as the format is.
const bytesOf = (samples: Int16Array): Uint8Array => new Uint8Array(samples.slice().buffer)
