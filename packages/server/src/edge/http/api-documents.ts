import { asyncapiDocument } from './asyncapi.ts'
import { openapiDocument } from './openapi.ts'

/** What the API says of itself to programs, as JSON. Anybody may ask for it, and making it costs much: each is made once. */
export type ApiDocuments = { openapi(): string; asyncapi(): string }

/** `publicUrl`: where the server is; it is known once it listens. */
export const createApiDocuments = (publicUrl: () => string): ApiDocuments => ({
  openapi: once(() => JSON.stringify(openapiDocument(publicUrl()))),
  asyncapi: once(() => JSON.stringify(asyncapiDocument(publicUrl()))),
})

function once(make: () => string): () => string {
  let made: string | null = null
  return () => {
    made ??= make()
    return made
  }
}
