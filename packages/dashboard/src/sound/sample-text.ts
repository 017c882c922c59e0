import type { SpeechRequest } from './speech-socket.ts'

/** A sentence in the languages that are asked for most; in all others numbers are read, which every language has. */
const SENTENCES: Readonly<Record<string, string>> = {
  de: 'Guten Tag. So klingt diese Stimme.',
  en: 'Good day. This is how this voice sounds.',
  es: 'Buenos días. Así suena esta voz.',
  fr: 'Bonjour. Voici comment sonne cette voix.',
  it: 'Buongiorno. Ecco come suona questa voce.',
  nl: 'Goedendag. Zo klinkt deze stem.',
  pl: 'Dzień dobry. Tak brzmi ten głos.',
  pt: 'Bom dia. É assim que esta voz soa.',
}
const NUMBERS = '1, 2, 3, 4.'

type Sampled = { handle: string; supported_languages: readonly string[]; sample_text: string }

/** What is said to hear a voice: its own sample's text, else a short one in its language. */
export function sampleRequest(voice: Sampled, wished: string | undefined): SpeechRequest {
  const language = wished ?? voice.supported_languages[0] ?? 'en'
  const text = voice.sample_text !== '' ? voice.sample_text : (SENTENCES[language] ?? NUMBERS)
  return { text, voice_id: voice.handle, language }
}
