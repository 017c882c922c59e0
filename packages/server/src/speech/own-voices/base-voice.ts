import { DEFAULT_LANGUAGE } from '@kugelaudio/contract'
import type { HostVoice } from '@kugelaudio/engine-host/protocol'
import { Failure } from '../../failure.ts'
import type { VoiceRow } from '../../store/schema.ts'
import { languagesOf } from '../../store/voices.ts'
import type { EngineOffer } from '../engine.ts'

/**
 * The premade voice that is heard: the chosen one, else one of the voice's first spoken language and its sex. An engine
 * that knows neither speaks with its default voice.
 */
export function baseVoiceOf(
  row: Pick<VoiceRow, 'base_voice' | 'sex' | 'supported_languages'>,
  offer: EngineOffer,
): HostVoice {
  const chosen = row.base_voice === null ? null : voiceOf(offer, row.base_voice)
  if (chosen !== null) return chosen
  for (const language of [...languagesOf(row), DEFAULT_LANGUAGE]) {
    const found = speakerOf(offer, language, row.sex)
    if (found !== null) return found
  }
  const [any] = offer.voices
  if (any === undefined) throw new Failure('MODEL_UNAVAILABLE', 'The engine has no voices')
  return any
}

/** Throws `VALIDATION_ERROR` when none of these languages is spoken here. */
export function requireSpoken(offer: EngineOffer, languages: readonly string[]): void {
  if (languages.some((language) => speakerOf(offer, language, null) !== null)) return
  throw new Failure('VALIDATION_ERROR', `supported_languages: no voice here speaks ${languages.join(', ')}`)
}

function speakerOf(offer: EngineOffer, language: string, sex: VoiceRow['sex']): HostVoice | null {
  const ofLanguage = offer.default_voices[language]
  const usual = ofLanguage === undefined ? null : voiceOf(offer, ofLanguage)
  if (sex === null || usual?.sex === sex) return usual
  return offer.voices.find((voice) => voice.languages[0] === language && voice.sex === sex) ?? usual
}

const voiceOf = ({ voices }: EngineOffer, handle: string): HostVoice | null =>
  voices.find((voice) => voice.handle === handle) ?? null
