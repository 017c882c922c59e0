import { DEFAULT_LANGUAGE, LANGUAGES, type Language } from '@kugelaudio/contract'
import type { HostVoice } from '@kugelaudio/engine-host/protocol'
import type { Principal } from '../auth/grants.ts'
import { Failure } from '../failure.ts'
import type { Engine, EngineOffer } from './engine.ts'

/** A voice as a turn needs it, premade or somebody's own. */
export type SpokenVoice = {
  /** Its public number. */
  id: number
  handle: string
  /** Handle of the engine's voice that is heard. */
  engineVoice: string
  /** Its own pace: 0.8 to 1.2, on top of what a request asks for. */
  speed: number
  /** ISO 639-1, its own first. */
  languages: readonly string[]
}

/** A voice and the language it is to speak. */
export type ChosenVoice = { voice: SpokenVoice; language: Language }

/** Who wants to speak with a voice. */
export type VoiceCaller = Pick<Principal, 'accountId' | 'plan'>

/**
 * The voice of one's own that has this number or handle, as it is now; null when there is none. Throws `FORBIDDEN` for
 * another account's, and for a plan without voices of one's own.
 */
export type FindOwnVoice = (
  name: number | string,
  caller: VoiceCaller,
  offer: EngineOffer,
) => Promise<SpokenVoice | null>

/** Where only the engine's voices are. */
export const noOwnVoices: FindOwnVoice = async () => null

/** The voices that callers can name. */
export type Voices = {
  /**
   * The voice for a request. Without a voice: the default voice of the language, else of English. Throws `NOT_FOUND`
   * for a voice that does not exist, `FORBIDDEN` for one that is not the caller's to use, `VALIDATION_ERROR` for a
   * language that nobody here speaks.
   */
  choose(
    voiceId: number | string | null,
    language: Language | null,
    caller: VoiceCaller,
  ): Promise<ChosenVoice>
}

export const createVoices = (parts: { engine: Engine; findOwn: FindOwnVoice }): Voices => ({
  async choose(voiceId, language, caller) {
    const offer = await parts.engine.offer()
    const voice =
      voiceId === null
        ? defaultVoice(offer, language ?? DEFAULT_LANGUAGE)
        : (premadeVoice(offer, voiceId) ?? (await parts.findOwn(voiceId, caller, offer)))
    if (voice === null) throw new Failure('NOT_FOUND', 'Voice not found')
    return { voice, language: language ?? ownLanguage(voice) }
  },
})

/** The engine's voice with this number or handle. */
export function findPremade({ voices }: EngineOffer, voiceId: number | string): HostVoice | null {
  const found = voices.find(
    ({ id, handle }) => handle === voiceId || id === voiceId || String(id) === voiceId,
  )
  return found ?? null
}

function premadeVoice(offer: EngineOffer, voiceId: number | string): SpokenVoice | null {
  const found = findPremade(offer, voiceId)
  return found === null ? null : spoken(found)
}

function defaultVoice(offer: EngineOffer, language: Language): SpokenVoice {
  const handle = offer.default_voices[language]
  const voice = offer.voices.find((candidate) => candidate.handle === handle)
  if (voice === undefined) throw new Failure('VALIDATION_ERROR', `language: no voice here speaks ${language}`)
  return spoken(voice)
}

const spoken = ({ id, handle, languages }: HostVoice): SpokenVoice => ({
  id,
  handle,
  engineVoice: handle,
  speed: 1,
  languages,
})

const ownLanguage = (voice: SpokenVoice): Language =>
  LANGUAGES.find((language) => language === voice.languages[0]) ?? DEFAULT_LANGUAGE
