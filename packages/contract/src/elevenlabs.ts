import { z } from 'zod'
import { LANGUAGES } from './languages.ts'
import { DICTIONARIES_PER_REQUEST_MAX } from './limits.ts'
import { SpeechText } from './speech.ts'

/** What these clients send as settings of a voice. Only the speed means anything to the voices here. */
export const ElevenLabsVoiceSettings = z.object({
  speed: z.number().min(0.7).max(1.2).nullish().describe('0.7 to 1.2; 1 is the voice at its own pace.'),
  stability: z.number().nullish().describe('Ignored, as are similarity_boost, style and use_speaker_boost.'),
})

/** How a text is to be spoken, in the names of this dialect. */
export const elevenLabsSettings = {
  voice_settings: ElevenLabsVoiceSettings.nullish(),
  pronunciation_dictionary_locators: z
    .array(z.object({ pronunciation_dictionary_id: z.string().regex(/^\d{1,15}$/, 'must be a number') }))
    .max(DICTIONARIES_PER_REQUEST_MAX)
    .nullish()
    .describe('Dictionaries by their numbers.'),
}

/** What else says how to speak: in the body over HTTP, in the query of a socket. */
export const elevenLabsChoices = {
  model_id: z
    .string()
    .max(100)
    .nullish()
    .describe('A model of GET /11labs/v1/models; names that begin with eleven_ are the default model.'),
  language_code: z.enum(LANGUAGES).nullish().describe("ISO 639-1. Default: the voice's own, else en."),
  apply_text_normalization: z
    .enum(['auto', 'on', 'off'])
    .nullish()
    .describe('Whether numbers, dates and the like are written out. auto is on.'),
}

/** Body of the routes that speak (wire reference, section 4.9). Unknown members are ignored. */
export const ElevenLabsSpeech = z.object({ text: SpeechText, ...elevenLabsChoices, ...elevenLabsSettings })
export type ElevenLabsSpeech = z.infer<typeof ElevenLabsSpeech>

export const ElevenLabsSpeechQuery = z.object({
  output_format: z
    .string()
    .max(40)
    .nullish()
    .describe('mp3_44100_128, pcm_24000, ulaw_8000, opus_48000_64, wav_44100, … Default mp3_44100_128.'),
})
export type ElevenLabsSpeechQuery = z.infer<typeof ElevenLabsSpeechQuery>

/** When each character is heard, in seconds from the start of the audio. */
export const CharacterTimes = z.object({
  characters: z.array(z.string()),
  character_start_times_seconds: z.array(z.number()),
  character_end_times_seconds: z.array(z.number()),
})
export type CharacterTimes = z.infer<typeof CharacterTimes>

/** Audio and when its characters are heard. Both alignments are of the text as it was sent. */
export const ElevenLabsTimedSpeech = z.object({
  audio_base64: z.base64(),
  alignment: CharacterTimes.nullable(),
  normalized_alignment: CharacterTimes.nullable(),
})
export type ElevenLabsTimedSpeech = z.infer<typeof ElevenLabsTimedSpeech>

export const ElevenLabsVoice = z.object({
  voice_id: z.string().describe('The number of a voice, as text.'),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  labels: z.record(z.string(), z.string()),
  preview_url: z.string().nullable().describe('Takes a key, as everything does.'),
})
export type ElevenLabsVoice = z.infer<typeof ElevenLabsVoice>

export const ElevenLabsVoices = z.object({ voices: z.array(ElevenLabsVoice) })

export const ElevenLabsVoiceQuery = z.object({
  page_size: z.coerce.number().int().min(1).max(100).default(10).describe('1 to 100. Default 10.'),
  next_page_token: z.string().max(6).regex(/^\d+$/, 'must be one of an earlier answer').optional(),
  search: z.string().max(200).optional().describe('What must stand in the name or the description.'),
})
export type ElevenLabsVoiceQuery = z.infer<typeof ElevenLabsVoiceQuery>

export const ElevenLabsVoicePage = ElevenLabsVoices.extend({
  has_more: z.boolean(),
  total_count: z.int(),
  next_page_token: z.string().nullable(),
})

export const ElevenLabsModel = z.object({
  model_id: z.string(),
  name: z.string(),
  description: z.string(),
  can_be_finetuned: z.literal(false),
  can_do_text_to_speech: z.literal(true),
  can_do_voice_conversion: z.literal(false),
  token_cost_factor: z.literal(1),
  maximum_text_length_per_request: z.int(),
  languages: z.array(z.object({ language_id: z.string(), name: z.string() })),
})
export type ElevenLabsModel = z.infer<typeof ElevenLabsModel>
