import type { ElevenLabsSpeech } from '@kugelaudio/contract'
import type { TurnWishes } from '../speech/decide-turn.ts'

/** Names of ElevenLabs' own models. They are the default model, whichever that is. */
const THEIR_MODEL = /^eleven_/

/** What those clients get who name no format. */
const DEFAULT_FORMAT = 'mp3_44100_128'

type Wished = Omit<ElevenLabsSpeech, 'text'> & {
  voiceId: string
  outputFormat: string | null | undefined
  wordTimes: boolean
}

/** How a turn is to be spoken, from the names of ElevenLabs' dialect. */
export const wishesOf = ({ voiceId, outputFormat, wordTimes, ...wished }: Wished): TurnWishes => ({
  voice_id: voiceId,
  model_id: THEIR_MODEL.test(wished.model_id ?? '') ? null : wished.model_id,
  language: wished.language_code,
  output_format: outputFormat ?? DEFAULT_FORMAT,
  speed: wished.voice_settings?.speed,
  normalize: wished.apply_text_normalization !== 'off',
  dictionary_ids: wished.pronunciation_dictionary_locators?.map((locator) =>
    Number(locator.pronunciation_dictionary_id),
  ),
  wordTimes,
})
