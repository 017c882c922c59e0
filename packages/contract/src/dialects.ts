import { z } from 'zod'

/** Whose errors a route speaks, where clients that were made for another API call it. */
export type Dialect = 'elevenlabs' | 'openai'

/** Headers that hold the key where such clients put it, beside `Authorization` and `X-API-Key`. */
export type KeyHeader = 'xi-api-key' | 'x-vapi-secret'

/** Body of every error under `/11labs`. `status` names it for programs. */
export const ElevenLabsErrorBody = z.object({
  detail: z.object({ status: z.string(), message: z.string(), request_id: z.string() }),
})

/** Body of every error of `/v1/audio/speech`. */
export const OpenAiErrorBody = z.object({
  error: z.object({ message: z.string(), type: z.string(), param: z.null(), code: z.string() }),
})
