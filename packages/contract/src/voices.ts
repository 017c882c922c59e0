import { z } from 'zod'
import { LANGUAGES } from './languages.ts'

/** Engines number their own voices below this. */
export const OWN_VOICE_IDS_FROM = 1_000_000
/** Voices of one's own that an account may have. */
export const VOICES_PER_ACCOUNT_MAX = 500
/** References of one voice. */
export const REFERENCES_PER_VOICE_MAX = 10
/** One reference: a minute and more of uncompressed studio sound, many minutes compressed. */
export const REFERENCE_BYTES_MAX = 10 * 1024 * 1024
/** Length of one reference. */
export const REFERENCE_SECONDS_MAX = 600
/** Shorter than any syllable. */
export const REFERENCE_SECONDS_MIN = 0.1
/** All references and samples of an account. */
export const REFERENCE_BYTES_PER_ACCOUNT_MAX = 1024 * 1024 * 1024
/** A voice with its references, in one request. */
export const VOICE_BYTES_MAX = 32 * 1024 * 1024

/** Official clients know these and no others (wire reference, section 4.3). */
export const VOICE_SEXES = ['male', 'female', 'neutral'] as const
export const VOICE_AGES = ['young', 'middle_age', 'middle_aged', 'old'] as const
export const VOICE_QUALITIES = ['low', 'mid', 'high'] as const
/** What a voice of one's own can be for. */
export const OWN_VOICE_CATEGORIES = [
  'cloned',
  'designed',
  'conversational',
  'narrative',
  'narrative_story',
  'characters',
  'characters_animation',
  'social_media',
  'entertainment_tv',
  'advertisement',
  'informative_educational',
] as const
/** `premade`: the engine's own. */
export const VOICE_CATEGORIES = ['premade', ...OWN_VOICE_CATEGORIES] as const

/** Types of audio that references come in, by what is in the file. */
export const REFERENCE_TYPES = ['audio/wav', 'audio/mpeg', 'audio/flac', 'audio/ogg'] as const
export const ReferenceType = z.enum(REFERENCE_TYPES)
export type ReferenceType = z.infer<typeof ReferenceType>

/** The type of generated samples. */
export const SAMPLE_TYPE = 'audio/mpeg'

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), 'must be valid Unicode: it holds half of a surrogate pair')
    .refine((value) => !value.includes('\0'), 'must not hold NUL characters')

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must not hold control characters')

const sex = z.enum(VOICE_SEXES).nullable()
const age = z.enum(VOICE_AGES).nullable()
const quality = z.enum(VOICE_QUALITIES)
const category = z.enum(OWN_VOICE_CATEGORIES)
const languages = z
  .array(z.enum(LANGUAGES))
  .min(1, 'must name at least one language')
  .max(LANGUAGES.length)
  .transform((codes) => [...new Set(codes)])
  .describe('ISO 639-1. The first is spoken where a request names none.')
const baseVoice = z
  .union([z.int().nonnegative(), z.string().min(1).max(200)], 'must be a number or a handle')
  .nullable()
  .describe('Number or handle of the premade voice that speaks; null: by the first language and the sex.')
const settings = z
  .strictObject({
    speed: z.number().min(0.8).max(1.2).describe("The voice's own pace; a request's speed comes on top."),
  })
  .partial()
/** Forms hold texts. */
const consent = z
  .union(
    [z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')],
    'must be true or false',
  )
  .optional()
  .describe('Whether the speaker has agreed; `false` is refused. Kept in the audit log.')

/** Body of `POST /v1/voices`, or its part `metadata`. Unknown members are ignored: clients send more each year. */
export const NewVoice = z.object({
  name,
  description: text(2_000).default(''),
  generative_voice_description: text(2_000).default(''),
  category: category.default('conversational'),
  sex: sex.default(null),
  age: age.default('middle_age'),
  quality: quality.default('mid'),
  supported_languages: languages.default(['en']),
  sample_text: text(2_000).default('').describe('What a generated sample says.'),
  is_public: z.boolean().default(false),
  base_voice_id: baseVoice.default(null),
  settings: settings.default({}),
  speaker_consent: consent,
})
export type NewVoice = z.infer<typeof NewVoice>

/** Body of `PATCH /v1/voices/{id}`; what is left out stays. */
export const VoiceChange = z
  .object({
    name,
    description: text(2_000),
    generative_voice_description: text(2_000),
    category,
    sex,
    age,
    quality,
    supported_languages: languages,
    sample_text: text(2_000),
    is_public: z.boolean(),
    base_voice_id: baseVoice,
    settings,
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something')
export type VoiceChange = z.infer<typeof VoiceChange>

/** A voice, premade or somebody's own. */
export const Voice = z.object({
  id: z.int(),
  voice_id: z.int().describe('The same.'),
  handle: z.string(),
  public_id: z.string().describe('The same as `handle`.'),
  name: z.string(),
  description: z.string(),
  generative_voice_description: z.string(),
  category: z.enum(VOICE_CATEGORIES),
  sex: z.enum(VOICE_SEXES).nullable(),
  age: z.enum(VOICE_AGES).nullable(),
  quality: z.enum(VOICE_QUALITIES),
  supported_languages: z.array(z.string()),
  sample_text: z.string(),
  sample_url: z.string().nullable().describe('Takes a key, as everything does.'),
  avatar_url: z.null(),
  is_public: z.boolean(),
  verified: z.boolean().describe('Whether the operator has let everybody have it.'),
  pending_verification: z.boolean(),
  is_owner: z.boolean().describe('Whether it is the account’s own.'),
  speaks_with: z
    .enum(['itself', 'base_voice'])
    .describe('`base_voice`: it is heard as its base voice. References are kept, and not heard.'),
  base_voice_id: z.int().nullable(),
  base_voice: z.string().nullable().describe('Handle of the premade voice that is heard.'),
  settings: z.object({ speed: z.number() }),
  created_at: z.iso.datetime().nullable().describe('Null for premade voices.'),
})
export type Voice = z.infer<typeof Voice>

export const VoiceList = z.object({
  voices: z.array(Voice),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
})

/** Query of `GET /v1/voices`. Others are ignored. */
export const VoiceQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'must be a language code, as en or de')
    .optional()
    .describe('Only voices that speak it.'),
  include_public: z.enum(['true', 'false']).default('true').describe('`false`: only the account’s own.'),
  category: z.enum(VOICE_CATEGORIES).optional(),
})
export type VoiceQuery = z.infer<typeof VoiceQuery>

/** The members of `POST /v1/voices/{id}/references`, beside its part `file`. */
export const NewReference = z.object({ reference_text: text(10_000).default(''), speaker_consent: consent })
export type NewReference = z.infer<typeof NewReference>

/** A recording that belongs to a voice. */
export const VoiceReference = z.object({
  id: z.int(),
  voice_id: z.int(),
  name: z.string().describe('As the file was called.'),
  reference_text: z.string(),
  s3_path: z.string().describe('Where it is in the data folder.'),
  audio_url: z.string().describe('Takes a key, as everything does.'),
  is_generated: z.boolean(),
  content_type: ReferenceType.describe('By what is in it.'),
  bytes: z.int(),
  duration_ms: z.int().describe('By its frames, not by what it says of itself.'),
  created_at: z.iso.datetime(),
})
export type VoiceReference = z.infer<typeof VoiceReference>

export const VoiceReferenceList = z.array(VoiceReference)

/** What `POST /v1/voices/{id}/generate-sample` answers. */
export const VoiceWithSample = Voice.extend({ sample_s3_path: z.string(), sample_url: z.string() })
export type VoiceWithSample = z.infer<typeof VoiceWithSample>
