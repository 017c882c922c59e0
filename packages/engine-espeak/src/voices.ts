import { OTHER_VOICES } from './other-voices.ts'

/** A voice of espeak-ng. */
export type Voice = {
  /** Public, fixed for ever. */
  id: number
  handle: string
  /** What espeak-ng calls it. */
  espeakName: string
  name: string
  /** ISO 639-1 where there is one, else 639-3. */
  language: string
  sex: 'male' | 'female'
}

/** One row of the tables below: id, handle, espeak-ng's name, name for people, language. */
export type VoiceRow = readonly [number, string, string, string, string]

/**
 * The default voice of each language that text may be sent in. Ids are public: rows are only ever added, at the end of
 * a table, and a voice that is gone leaves its number behind. 51 to 89 belong to the female voices of 1 to 39.
 */
export const DEFAULT_VOICES: readonly VoiceRow[] = [
  [1, 'en-us', 'gmw/en-US', 'English (America)', 'en'],
  [2, 'de', 'gmw/de', 'German', 'de'],
  [3, 'fr', 'roa/fr', 'French (France)', 'fr'],
  [4, 'es', 'roa/es', 'Spanish (Spain)', 'es'],
  [5, 'it', 'roa/it', 'Italian', 'it'],
  [6, 'pt', 'roa/pt', 'Portuguese (Portugal)', 'pt'],
  [7, 'nl', 'gmw/nl', 'Dutch', 'nl'],
  [8, 'pl', 'zlw/pl', 'Polish', 'pl'],
  [9, 'sv', 'gmq/sv', 'Swedish', 'sv'],
  [10, 'da', 'gmq/da', 'Danish', 'da'],
  [11, 'nb', 'gmq/nb', 'Norwegian Bokmål', 'no'],
  [12, 'fi', 'urj/fi', 'Finnish', 'fi'],
  [13, 'cs', 'zlw/cs', 'Czech', 'cs'],
  [14, 'hu', 'urj/hu', 'Hungarian', 'hu'],
  [15, 'ro', 'roa/ro', 'Romanian', 'ro'],
  [16, 'el', 'grk/el', 'Greek', 'el'],
  [17, 'uk', 'zle/uk', 'Ukrainian', 'uk'],
  [18, 'bg', 'zls/bg', 'Bulgarian', 'bg'],
  [19, 'tr', 'trk/tr', 'Turkish', 'tr'],
  [20, 'vi', 'aav/vi', 'Vietnamese (Northern)', 'vi'],
  [21, 'ar', 'sem/ar', 'Arabic', 'ar'],
  [22, 'hi', 'inc/hi', 'Hindi', 'hi'],
  [23, 'cmn', 'sit/cmn', 'Chinese (Mandarin)', 'zh'],
  [24, 'ja', 'jpx/ja', 'Japanese', 'ja'],
  [25, 'ko', 'ko', 'Korean', 'ko'],
  [26, 'sk', 'zlw/sk', 'Slovak', 'sk'],
  [27, 'sl', 'zls/sl', 'Slovenian', 'sl'],
  [28, 'hr', 'zls/hr', 'Croatian', 'hr'],
  [29, 'sr', 'zls/sr', 'Serbian', 'sr'],
  [30, 'ru', 'zle/ru', 'Russian', 'ru'],
  [31, 'he', 'sem/he', 'Hebrew', 'he'],
  [32, 'fa', 'ira/fa', 'Persian', 'fa'],
  [33, 'ur', 'inc/ur', 'Urdu', 'ur'],
  [34, 'bn', 'inc/bn', 'Bengali', 'bn'],
  [35, 'ta', 'dra/ta', 'Tamil', 'ta'],
  [36, 'yue', 'sit/yue', 'Chinese (Cantonese)', 'yue'],
  [37, 'th', 'tai/th', 'Thai', 'th'],
  [38, 'id', 'poz/id', 'Indonesian', 'id'],
  [39, 'ms', 'poz/ms', 'Malay', 'ms'],
]

const FEMALE_ID_OFFSET = 50
/** espeak-ng's own variant of a voice's timbre. */
const FEMALE_VARIANT = '+f3'

/** Every voice, defaults first, then their female variants, then the others. */
export const VOICES: readonly Voice[] = [
  ...DEFAULT_VOICES.map(male),
  ...DEFAULT_VOICES.map(female),
  ...OTHER_VOICES.map(male),
]

/** Handle of the voice that speaks each language unless another is asked for. */
export const DEFAULT_HANDLES: Record<string, string> = Object.fromEntries(
  DEFAULT_VOICES.map(([, handle, , , language]) => [language, handle]),
)

function male([id, handle, espeakName, name, language]: VoiceRow): Voice {
  return { id, handle, espeakName, name, language, sex: 'male' }
}

function female([id, handle, espeakName, name, language]: VoiceRow): Voice {
  return {
    id: id + FEMALE_ID_OFFSET,
    handle: handle + FEMALE_VARIANT,
    espeakName: espeakName + FEMALE_VARIANT,
    name: `${name}, female`,
    language,
    sex: 'female',
  }
}
