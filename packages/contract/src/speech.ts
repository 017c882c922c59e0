import { z } from 'zod'
import { SAMPLE_RATES } from './formats.ts'
import { LANGUAGES } from './languages.ts'
import { DICTIONARIES_PER_REQUEST_MAX, TEXT_CHARACTERS_MAX } from './limits.ts'

/** Text to speak: 1 to 10,000 code points, at least one not blank, well-formed, without NUL. */
export const SpeechText = z
  .string()
  .refine((text) => text.trim() !== '', 'must hold at least one character that is not blank')
  .refine(
    (text) => withinCharacters(text, TEXT_CHARACTERS_MAX),
    `must be at most ${TEXT_CHARACTERS_MAX} characters`,
  )
  .refine((text) => text.isWellFormed(), 'must be valid Unicode: it holds half of a surrogate pair')
  .refine((text) => !text.includes('\0'), 'must not hold NUL characters')
  .meta({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX, examples: ['Hello, world!'] })

/** The range outside which the scale has no meaning; clamped, never refused. */
const CFG_SCALE_MIN = 1.2
const CFG_SCALE_MAX = 2.5

const cfgScale = z
  .number()
  .transform((scale) => Math.min(CFG_SCALE_MAX, Math.max(CFG_SCALE_MIN, scale)))
  .describe('Guidance scale, clamped to 1.2 to 2.5. Engines without guidance ignore it.')
const temperature = z.number().min(0).max(1).describe('0 to 1. Engines without sampling ignore it.')
const maxNewTokens = z.int().min(1).max(8192).describe('1 to 8192. Engines without tokens ignore it.')
const speed = z
  .number()
  .min(0.8)
  .max(1.2)
  .describe('0.8 to 1.2; 1 is the voice at its own pace. Pitch stays.')
const language = z.enum(LANGUAGES)

/** How a text is to be spoken, on every surface. */
export const speechSettings = {
  model_id: z
    .string()
    .max(100)
    .nullish()
    .describe('A model of GET /v1/models, or a legacy id. Default kugel-3.'),
  voice_id: z
    .union([z.int().nonnegative(), z.string().min(1).max(200)], 'must be a number or a handle')
    .nullish()
    .describe('Number or handle of a voice. Default: the default voice of the language.'),
  cfg_scale: cfgScale.nullish(),
  temperature: temperature.nullish(),
  max_new_tokens: maxNewTokens.nullish(),
  sample_rate: z.literal(SAMPLE_RATES).nullish().describe('Hz, of raw PCM. Default 24000.'),
  output_format: z
    .string()
    .max(40)
    .nullish()
    .describe(
      'pcm_24000, ulaw_8000, wav_24000, flac_24000, mp3_44100_128, opus_48000_64, … Decides over sample_rate.',
    ),
  normalize: z
    .boolean()
    .nullish()
    .describe('Whether numbers, dates and the like are written out. Default true.'),
  language: language.nullish().describe("ISO 639-1. Default: the voice's own, else en."),
  speed: speed.nullish(),
  project_id: z.int().nonnegative().nullish(),
  dictionary_ids: z.array(z.int().nonnegative()).max(DICTIONARIES_PER_REQUEST_MAX).nullish(),
}

/** Body of `POST /v1/tts/generate` (wire reference, section 4.1). Unknown members are refused. */
export const GenerateRequest = z.strictObject({
  text: SpeechText,
  ...speechSettings,
  model: z.string().max(100).nullish().describe('Legacy name of model_id.'),
})
export type GenerateRequest = z.infer<typeof GenerateRequest>

/** A request on `/ws/tts` (wire reference, section 5.1). Unknown members are ignored. */
export const SpeakMessage = z.object({
  text: SpeechText,
  ...speechSettings,
  word_timestamps: z.boolean().nullish().describe('Whether word times are sent. Default false.'),
  speaker_prefix: z.boolean().nullish(),
})
export type SpeakMessage = z.infer<typeof SpeakMessage>

/** The members of `update_settings`, and no others. A null takes a setting back. */
export const SettingsUpdate = z
  .strictObject({
    cfg_scale: cfgScale.nullable(),
    temperature: temperature.nullable(),
    speed: speed.nullable(),
    max_new_tokens: maxNewTokens.nullable(),
    language: language.nullable(),
    normalize: z.boolean().nullable(),
  })
  .partial()
  .refine((update) => Object.keys(update).length > 0, 'must name at least one setting')
export type SettingsUpdate = z.infer<typeof SettingsUpdate>

function withinCharacters(text: string, max: number): boolean {
  if (text.length <= max) return true
  if (text.length > 2 * max) return false
  let count = 0
  for (const _ of text) count++
  return count <= max
}
