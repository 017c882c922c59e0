import { ValidationError } from './errors.ts'
import { defined } from './frames.ts'

/** How a text is spoken. What is left out is for the server to decide. */
export type SpeechOptions = {
  /** Default `kugel-3`. */
  modelId?: string | undefined
  /** Number or handle of a voice. Default: the default voice of the language. */
  voiceId?: number | string | undefined
  /** 1.2 to 2.5; what is outside is clamped. */
  cfgScale?: number | undefined
  /** 0 to 1. */
  temperature?: number | undefined
  maxNewTokens?: number | undefined
  /** Hz: 8000, 16000, 22050, 24000 or 44100. Default 24000. */
  sampleRate?: number | undefined
  /** `pcm_8000`, `pcm_16000`, `pcm_22050`, `pcm_24000`, `ulaw_8000`, `alaw_8000`; decides over `sampleRate`. */
  outputFormat?: string | undefined
  /** Whether numbers, dates and the like are written out. Default true. */
  normalize?: boolean | undefined
  /** ISO 639-1, as `de`. Naming it saves the server from guessing. */
  language?: string | undefined
  /** Whether the times of words are sent. Default false. */
  wordTimestamps?: boolean | undefined
  /** 0.8 to 1.2. */
  speed?: number | undefined
  projectId?: number | undefined
  /** Exactly these dictionaries; an empty list means none. */
  dictionaryIds?: readonly number[] | undefined
}

/** A text, and how it is spoken. */
export type GenerateOptions = SpeechOptions & {
  /** 1 to 10,000 characters. */
  text: string
  /** Ends the speech; its reason is thrown. */
  signal?: AbortSignal | undefined
}

const CFG_SCALE_MIN = 1.2
const CFG_SCALE_MAX = 2.5

/** The members of the wire. */
export const wireSettings = (options: SpeechOptions): Record<string, unknown> =>
  defined({
    model_id: options.modelId,
    voice_id: options.voiceId,
    cfg_scale:
      options.cfgScale === undefined
        ? undefined
        : Math.min(CFG_SCALE_MAX, Math.max(CFG_SCALE_MIN, options.cfgScale)),
    temperature: options.temperature,
    max_new_tokens: options.maxNewTokens,
    sample_rate: options.sampleRate,
    output_format: options.outputFormat,
    normalize: options.normalize,
    language: options.language,
    word_timestamps: options.wordTimestamps,
    speed: options.speed,
    project_id: options.projectId,
    dictionary_ids: options.dictionaryIds,
  })

/** The message of a one-shot turn. Throws `ValidationError` for a text that is none. */
export function speakMessage(options: GenerateOptions): Record<string, unknown> {
  if (typeof options.text !== 'string' || options.text.trim() === '')
    throw new ValidationError('text must hold at least one character that is not blank')
  return { text: options.text, model_id: 'kugel-3', ...wireSettings(options) }
}
