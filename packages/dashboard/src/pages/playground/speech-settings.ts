import type { SpeechRequest } from '../../sound/speech-socket.ts'

/** How it is spoken, as the address says it: a link gives the same settings to somebody else, and never the text. */
export type SpeechSettings = {
  /** A key's id; without it, the session speaks. */
  as?: string | undefined
  /** Handle. */
  voice?: string | undefined
  language?: string | undefined
  speed?: number | undefined
  format?: string | undefined
  model?: string | undefined
  normalize?: boolean | undefined
  temperature?: number | undefined
  cfg?: number | undefined
  /** A dictionary's number, or none at all. */
  dictionary?: number | 'none' | undefined
}

export const SPEED = { min: 0.8, max: 1.2, step: 0.05 } as const
/** What comes over sockets; a page plays all of it. */
export const FORMATS = [
  'pcm_24000',
  'pcm_8000',
  'pcm_16000',
  'pcm_22050',
  'pcm_32000',
  'pcm_44100',
  'pcm_48000',
  'ulaw_8000',
  'alaw_8000',
] as const
export const FIRST_FORMAT = 'pcm_24000'

/** Settings out of an address that anybody may have written. */
export function settingsOf(search: Record<string, unknown>): SpeechSettings {
  const { as, voice, language, speed, format, model, normalize, temperature, cfg, dictionary } = search
  return {
    as: textOf(as),
    voice: textOf(voice),
    language: textOf(language),
    speed: between(speed, SPEED.min, SPEED.max),
    format: FORMATS.find((known) => known === format),
    model: textOf(model),
    normalize: normalize === false ? false : undefined,
    temperature: between(temperature, 0, 1),
    cfg: between(cfg, 1.2, 2.5),
    dictionary: dictionary === 'none' ? 'none' : between(dictionary, 0, Number.MAX_SAFE_INTEGER),
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 200
    ? value
    : typeof value === 'number'
      ? String(value)
      : undefined

const between = (value: unknown, min: number, max: number): number | undefined =>
  typeof value === 'number' && value >= min && value <= max ? value : undefined

/** What is asked for on the wire; what is left out is the server's to decide. */
export function requestOf(text: string, settings: SpeechSettings): SpeechRequest {
  const { voice, language, speed, format, model, normalize, temperature, cfg, dictionary } = settings
  const wish = {
    model_id: model,
    voice_id: voice,
    language,
    speed: speed === 1 ? undefined : speed,
    output_format: format === FIRST_FORMAT ? undefined : format,
    normalize,
    temperature,
    cfg_scale: cfg,
    dictionary_ids: dictionary === undefined ? undefined : dictionary === 'none' ? [] : [dictionary],
  }
  return { text, ...Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) }
}
