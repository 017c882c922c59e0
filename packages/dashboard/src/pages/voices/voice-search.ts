export const VOICE_KINDS = ['own', 'premade'] as const

/** Which voices are shown, as the address says it. */
export type VoiceSearch = {
  q?: string | undefined
  language?: string | undefined
  kind?: (typeof VOICE_KINDS)[number] | undefined
}

/** A view out of an address that anybody may have written. */
export const voiceSearchOf = ({ q, language, kind }: Record<string, unknown>): VoiceSearch => ({
  q: typeof q === 'string' && q !== '' ? q : undefined,
  language: typeof language === 'string' && language !== '' ? language : undefined,
  kind: VOICE_KINDS.find((known) => known === kind),
})
