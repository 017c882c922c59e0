import { z } from 'zod'
import { elevenLabsChoices, elevenLabsSettings } from './elevenlabs.ts'

/** s without a message after which a socket of this dialect is closed, unless it says otherwise. */
export const ELEVENLABS_INACTIVITY_S = 20

/** Characters after which chunks of its text end, unless it says otherwise. */
export const ELEVENLABS_SCHEDULE = [120, 160, 250, 290] as const

/** Query of `/11labs/v1/text-to-speech/{voice_id}/stream-input`. Unknown members are ignored. */
export const ElevenLabsInputQuery = z.object({
  ...elevenLabsChoices,
  output_format: z.string().max(40).optional().describe('Default mp3_44100_128.'),
  auto_mode: z
    .enum(['true', 'false'])
    .optional()
    .describe('Whether every sentence is spoken as soon as it is there. Default false.'),
  inactivity_timeout: z.coerce
    .number()
    .int()
    .min(1)
    .max(180)
    .default(ELEVENLABS_INACTIVITY_S)
    .describe('s without a message after which the socket is closed; 1 to 180. Default 20.'),
})
export type ElevenLabsInputQuery = z.infer<typeof ElevenLabsInputQuery>

/** A message on that socket: a piece of the text, and at first how it is to be spoken. An empty text ends it. */
export const ElevenLabsInput = z.object({
  ...elevenLabsSettings,
  text: z.string().nullish(),
  flush: z.boolean().nullish().describe('Whether what there is is spoken now.'),
  generation_config: z
    .object({
      chunk_length_schedule: z
        .array(z.number().min(5).max(500))
        .min(1)
        .max(100)
        .nullish()
        .describe(
          'Characters that each chunk waits for; the last entry repeats. Default 120, 160, 250, 290.',
        ),
    })
    .nullish(),
})
export type ElevenLabsInput = z.infer<typeof ElevenLabsInput>

/** When characters are heard, in ms from the start of their chunk. */
export const CharacterAlignment = z.object({
  chars: z.array(z.string()),
  charStartTimesMs: z.array(z.int()),
  charsDurationsMs: z.array(z.int()),
})
export type CharacterAlignment = z.infer<typeof CharacterAlignment>

/** Audio as it is made, or with an empty `audio` the alignment of the chunk that has ended. Both alignments are the same. */
export const ElevenLabsAudioFrame = z.object({
  audio: z.base64(),
  isFinal: z.null(),
  alignment: CharacterAlignment.nullable(),
  normalizedAlignment: CharacterAlignment.nullable(),
})
export type ElevenLabsAudioFrame = z.infer<typeof ElevenLabsAudioFrame>

export const ElevenLabsFinalFrame = z.object({ isFinal: z.literal(true) })
export type ElevenLabsFinalFrame = z.infer<typeof ElevenLabsFinalFrame>

/** The last frame of a socket that has failed; `code` is what it is closed with. */
export const ElevenLabsErrorFrame = z.object({ error: z.string(), message: z.string(), code: z.int() })
export type ElevenLabsErrorFrame = z.infer<typeof ElevenLabsErrorFrame>

/** Every frame of that socket. */
export const ElevenLabsFrame = z.union([ElevenLabsAudioFrame, ElevenLabsFinalFrame, ElevenLabsErrorFrame])
