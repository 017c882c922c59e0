import { z } from 'zod'
import { CONTEXT_ID_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './limits.ts'
import { SettingsUpdate, speechSettings } from './speech.ts'

/** What a chunk of streamed text is measured by, unless the caller says otherwise (wire reference, section 5.2). */
export const CHUNKING_DEFAULTS = {
  chunk_length_schedule: [5, 80, 150, 250],
  auto_mode: false,
  max_buffer_length: 1_000,
  flush_timeout_ms: 500,
} as const

const chunking = {
  chunk_length_schedule: z
    .array(z.int().min(1).max(TEXT_CHARACTERS_MAX))
    .max(100)
    .nullish()
    .describe('Characters after which a chunk ends at the next sentence; the last entry repeats.'),
  auto_mode: z.boolean().nullish().describe('Whether every sentence is a chunk. Default false.'),
  max_buffer_length: z
    .int()
    .min(1)
    .max(TEXT_CHARACTERS_MAX)
    .nullish()
    .describe('Characters that are spoken at the latest, whether a sentence ends or not. Default 1000.'),
  flush_timeout_ms: z
    .int()
    .min(0)
    .max(60_000)
    .nullish()
    .describe('ms without new text after which what there is is spoken. Default 500.'),
}

const wordTimestamps = z.boolean().nullish().describe('Whether word times are sent. Default false.')

/** Settings of `/ws/tts/stream`: they hold from the next turn on, until they are sent again. A null takes one back. */
export const StreamConfig = z.object({ ...speechSettings, ...chunking, word_timestamps: wordTimestamps })
export type StreamConfig = z.infer<typeof StreamConfig>

/** A piece of a text. Its length and what is in it count where the pieces come together. */
const text = z.string().nullish()
const asked = z.boolean().nullish()

/** A message on `/ws/tts/stream`, beside `cancel` and `update_settings`. Unknown members are ignored. */
export const StreamMessage = StreamConfig.extend({
  text,
  flush: asked,
  close: asked,
  end_session: asked,
  close_socket: asked,
})
export type StreamMessage = z.infer<typeof StreamMessage>

/** Settings of a single context. What others than KugelAudio's own clients put here is ignored. */
export const VoiceSettings = z.object({
  voice_id: speechSettings.voice_id,
  cfg_scale: speechSettings.cfg_scale,
  max_new_tokens: speechSettings.max_new_tokens,
})
export type VoiceSettings = z.infer<typeof VoiceSettings>

/** Settings of `/ws/tts/multi`: they hold for every context created from then on. */
export const ContextConfig = StreamConfig.extend({
  inactivity_timeout: z
    .number()
    .positive()
    .max(3_600)
    .nullish()
    .describe('Seconds after which a context that nothing is sent for is gone. Default 20.'),
})
export type ContextConfig = z.infer<typeof ContextConfig>

/** A message on `/ws/tts/multi`, beside `update_settings`. Unknown members are ignored. */
export const ContextMessage = ContextConfig.extend({
  context_id: z.string().min(1).max(CONTEXT_ID_CHARACTERS_MAX).nullish(),
  voice_settings: VoiceSettings.nullish(),
  text,
  flush: asked,
  close_context: asked,
  immediate: asked,
  close_socket: asked,
})
export type ContextMessage = z.infer<typeof ContextMessage>

/** Stops what is being spoken on a socket of one voice at a time. */
export const CancelMessage = z.object({ cancel: z.literal(true) })

/** Changes settings of a socket, from the next text on. */
export const SettingsMessage = z.object({ update_settings: SettingsUpdate })
