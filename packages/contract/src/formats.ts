/** How samples are coded, and in what they are wrapped. */
export type Codec = 'pcm_s16le' | 'mulaw' | 'alaw' | 'wav' | 'flac' | 'mp3' | 'opus'

/** A format that audio can be asked for in. */
export type AudioFormat = {
  codec: Codec
  /** Hz. */
  sampleRate: number
  /** kbit/s; null where the codec has a fixed rate. */
  bitrateKbps: number | null
  /** `Content-Type` of an HTTP answer. */
  contentType: string
  /** Bytes of one sample; null for compressed formats. */
  bytesPerSample: number | null
}

const CODECS: Record<Codec, { contentType: string; bytesPerSample: number | null }> = {
  pcm_s16le: { contentType: 'audio/pcm', bytesPerSample: 2 },
  mulaw: { contentType: 'audio/basic', bytesPerSample: 1 },
  alaw: { contentType: 'audio/basic', bytesPerSample: 1 },
  wav: { contentType: 'audio/wav', bytesPerSample: 2 },
  flac: { contentType: 'audio/flac', bytesPerSample: null },
  mp3: { contentType: 'audio/mpeg', bytesPerSample: null },
  opus: { contentType: 'audio/ogg', bytesPerSample: null },
}

const format = (codec: Codec, sampleRate: number, bitrateKbps: number | null = null): AudioFormat => ({
  codec,
  sampleRate,
  bitrateKbps,
  ...CODECS[codec],
})

/** Sample rates that PCM, WAV and FLAC come in, in Hz. */
export const SAMPLE_RATES = [8000, 16000, 22050, 24000, 32000, 44100, 48000] as const
export type SampleRate = (typeof SAMPLE_RATES)[number]

/** The rate of an answer whose request names none. It also counts as "not named" beside an `output_format`. */
export const DEFAULT_SAMPLE_RATE = 24000

const MP3_BITRATES: Record<number, number[]> = { 22050: [32], 24000: [48, 64], 44100: [32, 64, 96, 128, 192] }
const OPUS_BITRATES = [32, 64, 96, 128, 192]

/** Every `output_format` token. */
export const OUTPUT_FORMATS: ReadonlyMap<string, AudioFormat> = new Map<string, AudioFormat>([
  ...SAMPLE_RATES.map((rate): [string, AudioFormat] => [`pcm_${rate}`, format('pcm_s16le', rate)]),
  ['ulaw_8000', format('mulaw', 8000)],
  ['alaw_8000', format('alaw', 8000)],
  ['wav', format('wav', DEFAULT_SAMPLE_RATE)],
  ...SAMPLE_RATES.map((rate): [string, AudioFormat] => [`wav_${rate}`, format('wav', rate)]),
  ['flac', format('flac', DEFAULT_SAMPLE_RATE)],
  ...SAMPLE_RATES.map((rate): [string, AudioFormat] => [`flac_${rate}`, format('flac', rate)]),
  ['mp3', format('mp3', 44100, 128)],
  ...Object.entries(MP3_BITRATES).flatMap(([rate, bitrates]) =>
    bitrates.map((kbps): [string, AudioFormat] => [`mp3_${rate}_${kbps}`, format('mp3', Number(rate), kbps)]),
  ),
  ['opus', format('opus', 48000, 64)],
  ...OPUS_BITRATES.map((kbps): [string, AudioFormat] => [`opus_48000_${kbps}`, format('opus', 48000, kbps)]),
])

export type FormatChoice = { ok: true; format: AudioFormat } | { ok: false; message: string }

/**
 * The format a request asks for. A token decides; a `sample_rate` beside it must agree with it, except the default,
 * which official clients always send.
 */
export function chooseFormat(token: string | null, sampleRate: number | null): FormatChoice {
  if (token === null) return { ok: true, format: format('pcm_s16le', sampleRate ?? DEFAULT_SAMPLE_RATE) }
  const named = OUTPUT_FORMATS.get(token)
  if (named === undefined) {
    return {
      ok: false,
      message: `output_format: unknown format; use one of ${[...OUTPUT_FORMATS.keys()].join(', ')}`,
    }
  }
  if (sampleRate !== null && sampleRate !== DEFAULT_SAMPLE_RATE && sampleRate !== named.sampleRate) {
    return {
      ok: false,
      message: `sample_rate: ${sampleRate} contradicts output_format ${token}; leave one of them out`,
    }
  }
  return { ok: true, format: named }
}
