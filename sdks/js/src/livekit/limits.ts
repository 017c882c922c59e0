import { ValidationError } from '../errors.ts'

/** The model that speaks unless another is named. */
export const DEFAULT_MODEL = 'kugel-3'
/** Null: the default voice of the language. */
export const DEFAULT_VOICE_ID: number | null = null
/** Hz. */
export const DEFAULT_SAMPLE_RATE = 24_000
/** How closely a voice is followed. */
export const DEFAULT_CFG_SCALE = 2
/** Tokens that one text may become. */
export const DEFAULT_MAX_NEW_TOKENS = 2048
/** Hz that can be asked for. */
export const SUPPORTED_SAMPLE_RATES: readonly number[] = [8_000, 16_000, 22_050, 24_000, 44_100]
/** The slowest. */
export const MIN_SPEED = 0.8
/** The fastest. */
export const MAX_SPEED = 1.2
/** The steadiest. */
export const MIN_TEMPERATURE = 0
/** The most varied. */
export const MAX_TEMPERATURE = 1

/** ISO 639-1, and `yue` for Cantonese (wire protocol, section 6.5). Region tags as `de-DE` are not accepted. */
export const SUPPORTED_LANGUAGES: readonly string[] =
  'de en fr es it pt nl pl sv da no fi cs hu ro el uk bg tr vi ar hi zh ja ko sk sl hr sr ru he fa ur bn ta yue th id ms'.split(
    ' ',
  )

/** A speed that can be spoken in, as it came. Throws `ValidationError` for any other. */
export const validateSpeed = (speed: number | undefined): number | undefined =>
  between('speed', MIN_SPEED, MAX_SPEED, speed)

/** A temperature that there is, as it came. Throws `ValidationError` for any other. */
export const validateTemperature = (temperature: number | undefined): number | undefined =>
  between('temperature', MIN_TEMPERATURE, MAX_TEMPERATURE, temperature)

/** A language that can be spoken, as it came. Throws `ValidationError` for any other. */
export function validateLanguage(language: string | undefined): string | undefined {
  if (language !== undefined && !SUPPORTED_LANGUAGES.includes(language))
    throw new ValidationError(`language must be one of ${SUPPORTED_LANGUAGES.join(', ')}`)
  return language
}

function between(name: string, least: number, most: number, value: number | undefined): number | undefined {
  if (value !== undefined && !(value >= least && value <= most))
    throw new ValidationError(`${name} must be between ${least} and ${most}`)
  return value
}
