import { AuthErrorBody, FAILURES, FlatErrorBody, ROUTES, type Route } from '@kugelaudio/contract'
import { z } from 'zod'

/** OpenAPI 3.1 of every route, from the schemas that requests are parsed with. */
export function openapiDocument(publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of Object.values(ROUTES) as Route[]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'KugelAudio-compatible speech API',
      version: '0.1.0',
      description: 'Text to speech behind API keys. A revoked key is dead when the revoke call returns.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer ka_…`.' },
        apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      schemas: { AuthError: schemaOf(AuthErrorBody), Error: schemaOf(FlatErrorBody) },
    },
  }
}

function operation(route: Route): Record<string, unknown> {
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    ...(route.access === 'open' ? { security: [] } : {}),
    ...(route.body === null
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } },
        }),
    responses: { 200: { description: 'Success', content: answerContent(route) }, ...failures(route) },
  }
}

function answerContent({ answer }: Route): Record<string, unknown> {
  if ('json' in answer) return { 'application/json': { schema: schemaOf(answer.json, 'output') } }
  return Object.fromEntries(answer.bytes.map((type) => [type, {}]))
}

function failures(route: Route): Record<string, unknown> {
  const statuses = new Set<number>()
  if (route.access === 'key') for (const status of [400, 401, 403]) statuses.add(status)
  if (route.body !== null) for (const status of [400, 404, 408, 413, 415, 503]) statuses.add(status)
  if (route.operationId === 'ready') statuses.add(503)
  return Object.fromEntries([...statuses].sort().map((status) => [status, failure(status)]))
}

function failure(status: number): Record<string, unknown> {
  const rows = Object.entries(FAILURES).filter(([, row]) => row.status === status)
  const name = status === 401 || status === 403 ? 'AuthError' : 'Error'
  return {
    description: rows.map(([code, row]) => `${code}: ${row.message}`).join('. '),
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  }
}

/** Zod speaks JSON Schema 2020-12, which is what OpenAPI 3.1 takes. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}
