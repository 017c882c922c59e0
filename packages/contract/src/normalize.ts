import { z } from 'zod'
import { LANGUAGES } from './languages.ts'
import { SpeechText } from './speech.ts'

/** Body of `POST /v1/normalize` (wire reference, section 4.5). */
export const NormalizeRequest = z.strictObject({
  text: SpeechText,
  language: z.enum(LANGUAGES).nullish().describe('ISO 639-1. Default en.'),
})
export type NormalizeRequest = z.infer<typeof NormalizeRequest>

/** A text as it would be read, without its markup. */
export const NormalizedText = z.object({
  text: z.string(),
  language: z.string(),
  time_ms: z.number().describe('What it took, in ms.'),
})
export type NormalizedText = z.infer<typeof NormalizedText>
