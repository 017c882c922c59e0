import type { AudioFormat, AudioFrame, SettingsFrame, SettingsUpdate, Usage } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'

/** How the audio of a turn stands in its frames. */
export type FrameEncoding = Pick<AudioFrame, 'enc' | 'sr'>

/** Throws `VALIDATION_ERROR` for formats that no client reads from frames. */
export function encodingOf({ codec, sampleRate }: AudioFormat): FrameEncoding {
  if (codec === 'pcm_s16le' || codec === 'mulaw' || codec === 'alaw') return { enc: codec, sr: sampleRate }
  throw new Failure(
    'VALIDATION_ERROR',
    `output_format: ${codec} is not sent on sockets; use pcm, ulaw or alaw`,
  )
}

/** A piece of audio; all of its members are always there (wire reference, section 0, rule 10). */
export const audioFrame = (
  { bytes, samples }: { bytes: Uint8Array; samples: number },
  place: FrameEncoding & { idx: number; chunk_id: number },
): AudioFrame => ({
  audio: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  enc: place.enc,
  idx: place.idx,
  sr: place.sr,
  samples,
  chunk_id: place.chunk_id,
})

/** What was used. No price is claimed where none is set. */
export const usageOf = (used: { seconds: number; characters: number; modelId: string }): Usage => ({
  audio_seconds: rounded(used.seconds, 6),
  characters: used.characters,
  cost_cents: null,
  cost_unavailable: true,
  model_id: used.modelId,
})

/** The settings in effect; those never set are null. */
export const settingsFrame = (settings: SettingsUpdate): SettingsFrame => ({
  settings_updated: true,
  settings: {
    cfg_scale: settings.cfg_scale ?? null,
    temperature: settings.temperature ?? null,
    speed: settings.speed ?? null,
    max_new_tokens: settings.max_new_tokens ?? null,
    language: settings.language ?? null,
    normalize: settings.normalize ?? null,
  },
})

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits))
