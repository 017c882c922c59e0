import { DEFAULT_LANGUAGE, LANGUAGES, type Language } from '@kugelaudio/contract'
import type { HostVoice } from '@kugelaudio/engine-host/protocol'
import { Failure } from '../failure.ts'
import type { Engine, EngineOffer } from './engine.ts'

/** A voice and the language it is to speak. */
export type ChosenVoice = { voice: HostVoice; language: Language }

/** The voices that callers can name. */
export type Voices = {
  /**
   * The voice for a request. Without a voice: the default voice of the language, else of English. Throws `NOT_FOUND`
   * for a voice that does not exist, `VALIDATION_ERROR` for a language that nobody here speaks.
   */
  choose(voiceId: number | string | null, language: Language | null): Promise<ChosenVoice>
}

export const createVoices = (engine: Engine): Voices => ({
  async choose(voiceId, language) {
    const offer = await engine.offer()
    const voice =
      voiceId === null ? defaultVoice(offer, language ?? DEFAULT_LANGUAGE) : namedVoice(offer, voiceId)
    return { voice, language: language ?? ownLanguage(voice) }
  },
})

function namedVoice(offer: EngineOffer, voiceId: number | string): HostVoice {
  const voice = offer.voices.find(
    ({ id, handle }) => handle === voiceId || id === voiceId || String(id) === voiceId,
  )
  if (voice === undefined) throw new Failure('NOT_FOUND', 'Voice not found')
  return voice
}

function defaultVoice(offer: EngineOffer, language: Language): HostVoice {
  const handle = offer.default_voices[language]
  const voice = offer.voices.find((candidate) => candidate.handle === handle)
  if (voice === undefined) throw new Failure('VALIDATION_ERROR', `language: no voice here speaks ${language}`)
  return voice
}

const ownLanguage = (voice: HostVoice): Language =>
  LANGUAGES.find((language) => language === voice.languages[0]) ?? DEFAULT_LANGUAGE
