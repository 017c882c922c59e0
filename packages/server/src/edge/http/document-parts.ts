import { z } from 'zod'
import { VERSION } from '../../version.ts'

/** What both documents of the API say of it: OpenAPI for HTTP, AsyncAPI for sockets. */
export const API_INFO = {
  title: 'KugelAudio-compatible speech API',
  version: VERSION,
  description: 'Text to speech behind API keys. A revoked key is dead when the revoke call returns.',
} as const

/** Zod speaks JSON Schema 2020-12, which is what OpenAPI 3.1 takes; AsyncAPI 3.0 takes what we use of it. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}
