import { z } from 'zod'
import { SAMPLE_RATES } from './formats.ts'
import { SpeechText } from './speech.ts'

/** What Vapi posts to a custom voice (wire reference, section 4.10). Unknown members are ignored. */
export const VapiVoiceRequest = z.object({
  message: z.object({
    type: z.literal('voice-request'),
    text: SpeechText,
    sampleRate: z.literal(SAMPLE_RATES).describe('Hz, of the raw 16-bit PCM of the answer.'),
  }),
})
export type VapiVoiceRequest = z.infer<typeof VapiVoiceRequest>

export const VapiVoiceQuery = z.object({
  voice_id: z.string().min(1).max(200).optional().describe('Or the header X-Voice-Id.'),
  model_id: z.string().max(100).optional(),
})
export type VapiVoiceQuery = z.infer<typeof VapiVoiceQuery>
