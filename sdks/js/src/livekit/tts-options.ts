import { type Connection, readOptions } from '../connection.ts'
import type { Region } from '../endpoint.ts'
import { ValidationError } from '../errors.ts'
import type { MultiContextConfig } from '../multi-context-session.ts'
import {
  DEFAULT_MODEL,
  DEFAULT_SAMPLE_RATE,
  validateLanguage,
  validateSpeed,
  validateTemperature,
} from './limits.ts'

/** Options of `new TTS(…)`. What is left out is for the server to decide. */
export type TTSOptions = {
  /** Default: the variable `KUGELAUDIO_API_KEY`. The prefix `eu-` chooses the direct EU endpoint. */
  apiKey?: string
  /** Default `kugel-3`. */
  model?: string
  /** Number or handle of a voice. Default: the default voice of the language. */
  voiceId?: number | string | null
  /** Hz: 8000, 16000, 22050, 24000 or 44100. Default 24000. */
  sampleRate?: number
  /** 1.2 to 2.5; what is outside is clamped. */
  cfgScale?: number
  /** Tokens that one text may become. */
  maxNewTokens?: number
  /** Whether numbers, dates and the like are read as words. Default true. */
  normalize?: boolean
  /** Whether words come with their times; then the framework aligns its transcript with them. Default false. */
  wordTimestamps?: boolean
  /** ISO 639-1, as `de`. Naming it saves the server from guessing. */
  language?: string
  /** 0.8 to 1.2. */
  speed?: number
  /** 0 to 1. */
  temperature?: number
  /** Exactly these dictionaries; takes `projectId`. */
  dictionaryIds?: number[]
  /** The project that the dictionaries belong to. */
  projectId?: number
  /** Default: the key's prefix. */
  region?: Region
  /** Where the server is. Default: `KUGELAUDIO_API_URL`, else the hosted endpoint. */
  baseURL?: string
  /** Accepted for compatibility: nothing is ever reported. */
  telemetry?: boolean
}

/** What can change while an agent runs. */
export type TTSChange = Partial<
  Omit<TTSOptions, 'apiKey' | 'baseURL' | 'region' | 'telemetry' | 'sampleRate'>
>

/** ms of silence while speech is expected: an agent says that it is at a loss sooner than a program. */
const TIMEOUT_MS = 10_000

/** Who is called. Throws `ValidationError` where no call could succeed. */
export const connectionOf = ({ apiKey, baseURL, region }: TTSOptions): Connection =>
  readOptions({ apiKey, apiUrl: baseURL, region, timeout: TIMEOUT_MS })

/** Options that can be spoken with. Throws `ValidationError` for those that no server takes. */
export function checked(options: TTSOptions): TTSOptions {
  validateLanguage(options.language)
  validateSpeed(options.speed)
  validateTemperature(options.temperature)
  if ((options.dictionaryIds?.length ?? 0) > 0 && options.projectId === undefined)
    throw new ValidationError('dictionaryIds takes a projectId')
  return options
}

/** How the contexts of a socket are spoken. */
export const contextsOf = (options: TTSOptions): MultiContextConfig => ({
  modelId: options.model ?? DEFAULT_MODEL,
  defaultVoiceId: options.voiceId ?? undefined,
  sampleRate: options.sampleRate ?? DEFAULT_SAMPLE_RATE,
  cfgScale: options.cfgScale,
  maxNewTokens: options.maxNewTokens,
  normalize: options.normalize,
  wordTimestamps: options.wordTimestamps,
  language: options.language,
  speed: options.speed,
  temperature: options.temperature,
  // None is not the same as an empty list, which would switch the project's own off.
  dictionaryIds: options.dictionaryIds?.length === 0 ? undefined : options.dictionaryIds,
  projectId: options.projectId,
})
