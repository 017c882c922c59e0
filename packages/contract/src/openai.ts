import { z } from 'zod'
import { LANGUAGES } from './languages.ts'
import { SpeechText } from './speech.ts'

/** Formats of `/v1/audio/speech`, and the `output_format` that each is. AAC is named by the clients and not made here. */
export const OPENAI_FORMATS = {
  mp3: 'mp3',
  opus: 'opus',
  flac: 'flac',
  wav: 'wav',
  pcm: 'pcm_24000',
} as const

const voice = z.string().min(1).max(200)

/** Body of `POST /v1/audio/speech`. Unknown members, and `instructions`, are ignored. */
export const OpenAiSpeech = z.object({
  input: SpeechText,
  model: z
    .string()
    .max(100)
    .describe(
      'A model of GET /v1/models; the names of OpenAI’s own (tts-1, gpt-4o-mini-tts, …) are the default.',
    ),
  voice: z
    .union([voice, z.object({ id: voice })], 'must be the name of a voice')
    .describe(
      'Number or handle of a voice, or one of OpenAI’s names, each of which is always the same voice.',
    ),
  response_format: z
    .enum(
      Object.keys(OPENAI_FORMATS) as (keyof typeof OPENAI_FORMATS)[],
      `must be one of ${Object.keys(OPENAI_FORMATS).join(', ')}`,
    )
    .nullish()
    .describe('Default mp3. pcm is 16-bit at 24 kHz.'),
  speed: z.number().min(0.25).max(4).nullish().describe('0.25 to 4. Default 1.'),
  stream_format: z.enum(['audio', 'sse']).nullish().describe('sse sends the audio as events. Default audio.'),
  language: z.enum(LANGUAGES).nullish().describe("Ours: ISO 639-1. Default: the voice's own, else en."),
})
export type OpenAiSpeech = z.infer<typeof OpenAiSpeech>
