import { z } from 'zod'

/**
 * What the server sends on its sockets: one JSON object a frame, one kind a frame, always as text (wire reference,
 * section 0, rules 2 and 3).
 */
export const AudioFrame = z.object({
  audio: z.base64(),
  enc: z.enum(['pcm_s16le', 'mulaw', 'alaw']),
  idx: z.int().describe('Counts up from 0 within the request.'),
  sr: z.int().describe('Hz.'),
  samples: z.int(),
  chunk_id: z.int().optional(),
})
export type AudioFrame = z.infer<typeof AudioFrame>

export const WordTimestamp = z.object({
  word: z.string(),
  start_ms: z.int(),
  end_ms: z.int(),
  char_start: z.int().describe('Offset into the text as sent, in UTF-16 units.'),
  char_end: z.int(),
  score: z.number(),
})
export type WordTimestamp = z.infer<typeof WordTimestamp>

export const WordsFrame = z.object({ word_timestamps: z.array(WordTimestamp), chunk_id: z.int().optional() })
export type WordsFrame = z.infer<typeof WordsFrame>

/** What a request used. `cost_cents` is null, and says so, where no price is set. */
export const Usage = z.object({
  audio_seconds: z.number(),
  characters: z.int(),
  cost_cents: z.null(),
  cost_unavailable: z.literal(true),
  model_id: z.string(),
})
export type Usage = z.infer<typeof Usage>

export const FinalFrame = z.object({
  final: z.literal(true),
  chunks: z.int(),
  total_samples: z.int(),
  dur_ms: z.number(),
  gen_ms: z.number(),
  rtf: z.number(),
  debug: z.object({ ttfa_ms: z.number(), speed: z.number() }),
  usage: Usage,
})
export type FinalFrame = z.infer<typeof FinalFrame>

export const InterruptedFrame = z.object({ interrupted: z.literal(true) })
export type InterruptedFrame = z.infer<typeof InterruptedFrame>

export const SettingsFrame = z.object({
  settings_updated: z.literal(true),
  settings: z.object({
    cfg_scale: z.number().nullable(),
    temperature: z.number().nullable(),
    speed: z.number().nullable(),
    max_new_tokens: z.int().nullable(),
    language: z.string().nullable(),
    normalize: z.boolean().nullable(),
  }),
})
export type SettingsFrame = z.infer<typeof SettingsFrame>

/** Always flat: official clients read nothing else on a socket (wire reference, section 0, rule 5). */
export const ErrorFrame = z.object({
  error: z.string(),
  error_code: z.string(),
  code: z.int(),
  request_id: z.string(),
  retry_after: z.int().optional(),
})
export type ErrorFrame = z.infer<typeof ErrorFrame>

/** Every frame of `/ws/tts`. */
export const SpeakFrame = z.union([
  AudioFrame,
  WordsFrame,
  FinalFrame,
  InterruptedFrame,
  SettingsFrame,
  ErrorFrame,
])
export type SpeakFrame = z.infer<typeof SpeakFrame>
