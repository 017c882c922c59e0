import type { NewVoice, VoiceChange } from '@kugelaudio/contract'
import { Failure } from '../../failure.ts'
import type { VoiceRow } from '../../store/schema.ts'
import type { EngineOffer } from '../engine.ts'
import { findPremade } from '../voices.ts'
import { requireSpoken } from './base-voice.ts'

/** What a caller decides of a voice. */
type Decided = Pick<
  VoiceRow,
  | 'name'
  | 'description'
  | 'generative_voice_description'
  | 'category'
  | 'sex'
  | 'age'
  | 'quality'
  | 'sample_text'
  | 'supported_languages'
  | 'base_voice'
  | 'speed'
>

/** A new voice in columns. Throws `VALIDATION_ERROR` for languages and base voices that the engine does not have. */
export const newColumns = (wish: NewVoice, offer: EngineOffer): Decided => ({
  name: wish.name,
  description: wish.description,
  generative_voice_description: wish.generative_voice_description,
  category: wish.category,
  sex: wish.sex,
  age: wish.age,
  quality: wish.quality,
  sample_text: wish.sample_text,
  supported_languages: spokenLanguages(wish.supported_languages, offer),
  base_voice: premadeHandle(wish.base_voice_id, offer),
  speed: wish.settings.speed ?? 1,
})

/** A change in columns; what is left out stays. Throws as `newColumns` does. */
export function changedColumns(change: VoiceChange, offer: EngineOffer): Partial<Decided> {
  const { is_public: _, supported_languages, base_voice_id, settings, ...others } = change
  return {
    ...others,
    ...(supported_languages === undefined
      ? {}
      : { supported_languages: spokenLanguages(supported_languages, offer) }),
    ...(base_voice_id === undefined ? {} : { base_voice: premadeHandle(base_voice_id, offer) }),
    ...(settings?.speed === undefined ? {} : { speed: settings.speed }),
  }
}

/** Whether a changed voice is for everybody: it takes the operator's word again for what is different now. */
export function republished(
  before: VoiceRow,
  isPublic: boolean | undefined,
  atMs: number,
): Partial<Pick<VoiceRow, 'published_at' | 'verified_at'>> {
  if (isPublic === false) return { published_at: null, verified_at: null }
  const isNew = isPublic === true && before.published_at === null
  return isNew || before.verified_at !== null ? { published_at: atMs, verified_at: null } : {}
}

function spokenLanguages(languages: readonly string[], offer: EngineOffer): string {
  requireSpoken(offer, languages)
  return JSON.stringify(languages)
}

function premadeHandle(voiceId: number | string | null, offer: EngineOffer): string | null {
  if (voiceId === null) return null
  const premade = findPremade(offer, voiceId)
  if (premade !== null) return premade.handle
  throw new Failure(
    'VALIDATION_ERROR',
    'base_voice_id: must be a premade voice; GET /v1/voices?category=premade lists them',
  )
}
