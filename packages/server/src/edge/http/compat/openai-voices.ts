import type { Language } from '@kugelaudio/contract'
import type { EngineOffer } from '../../../speech/engine.ts'

/** OpenAI's voices by how they sound. Never sorted anew: each falls onto a voice here by its place. */
const THEIR_VOICES = {
  female: ['coral', 'nova', 'sage', 'shimmer', 'marin'],
  male: ['ash', 'ballad', 'cedar', 'echo', 'onyx', 'verse'],
  neutral: ['alloy', 'fable'],
} as const

/**
 * The voice that speaks for a name: of a voice here, its own; for one of OpenAI's, always the same voice of the language
 * and the sex, or null for the language's default.
 */
export function openAiVoice(name: string, offer: EngineOffer, language: Language): string | null {
  if (offer.voices.some(({ handle }) => handle === name)) return name
  for (const [sex, names] of Object.entries(THEIR_VOICES)) {
    const place = (names as readonly string[]).indexOf(name)
    if (place === -1) continue
    const alike = offer.voices.filter((voice) => voice.sex === sex && voice.languages[0] === language)
    return alike[place % alike.length]?.handle ?? null
  }
  return name
}
