import type { Codec } from '../protocol.ts'

/** How a job's audio is encoded. */
export type Format = {
  codec: Codec
  /** Hz. */
  sampleRate: number
  /** kbit/s; only where the codec compresses. */
  bitrateKbps?: number
}

/** Sample rates each codec comes in, in Hz. */
export const SAMPLE_RATES: Record<Codec, readonly number[]> = {
  pcm_s16le: [8000, 16000, 22050, 24000, 32000, 44100, 48000],
  wav: [8000, 16000, 22050, 24000, 32000, 44100, 48000],
  flac: [8000, 16000, 22050, 24000, 32000, 44100, 48000],
  mulaw: [8000],
  alaw: [8000],
  mp3: [22050, 24000, 44100],
  opus: [48000],
}

// ISO 11172-3 (44,100 Hz) and ISO 13818-3 (half rates), layer III, as far as the encoder knows them.
const MP3_BITRATES_KBPS = [32, 40, 48, 64, 80, 96, 112, 128, 160]
/** Bit rates in kbit/s each compressing codec comes in, by sample rate. */
const BITRATES_KBPS: Partial<Record<Codec, Record<number, readonly number[]>>> = {
  mp3: { 22050: MP3_BITRATES_KBPS, 24000: MP3_BITRATES_KBPS, 44100: [...MP3_BITRATES_KBPS, 192] },
  opus: { 48000: [32, 48, 64, 96, 128, 160, 192] },
}

/** Why a format cannot be encoded, or null if it can. A bit rate is required where the codec compresses. */
export function formatProblem(format: Format): string | null {
  const rates = SAMPLE_RATES[format.codec]
  if (!rates.includes(format.sampleRate)) return `sample_rate: ${format.codec} takes ${rates.join(', ')}`
  const bitrates = BITRATES_KBPS[format.codec]?.[format.sampleRate]
  if (bitrates === undefined) return null
  if (format.bitrateKbps !== undefined && bitrates.includes(format.bitrateKbps)) return null
  return `bitrate_kbps: ${format.codec} at ${format.sampleRate} takes ${bitrates.join(', ')}`
}
