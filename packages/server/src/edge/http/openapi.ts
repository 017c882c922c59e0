import {
  AuthErrorBody,
  ElevenLabsErrorBody,
  FAILURES,
  FlatErrorBody,
  type Form,
  OpenAiErrorBody,
  PERMISSIONS,
  ROUTES,
  type Route,
} from '@kugelaudio/contract'
import type { z } from 'zod'
import { sessionCookieName } from '../../auth/people/session-cookie.ts'
import { API_INFO, schemaOf } from './document-parts.ts'
import { LINES_TYPE } from './lines-reply.ts'

/** OpenAPI 3.1 of every route, from the schemas that requests are parsed with. */
export function openapiDocument(publicUrl: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of Object.values(ROUTES) as Route[]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { ...API_INFO, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }, { apiKeyHeader: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer ka_…`.' },
        apiKeyHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        'xi-api-key': { type: 'apiKey', in: 'header', name: 'xi-api-key' },
        'x-vapi-secret': { type: 'apiKey', in: 'header', name: 'x-vapi-secret' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: sessionCookieName(false),
          description: 'A person who is signed in; behind TLS its name begins with `__Secure-`.',
        },
      },
      schemas: {
        AuthError: schemaOf(AuthErrorBody),
        Error: schemaOf(FlatErrorBody),
        ElevenLabsError: schemaOf(ElevenLabsErrorBody),
        OpenAiError: schemaOf(OpenAiErrorBody),
      },
      responses: {
        Failure: anyFailure('Error'),
        ElevenLabsFailure: anyFailure('ElevenLabsError'),
        OpenAiFailure: anyFailure('OpenAiError'),
      },
    },
  }
}

function operation(route: Route): Record<string, unknown> {
  const parameters = [...pathParameters(route), ...queryParameters(route)]
  const needs = needsOf(route)
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(needs.length === 0 ? {} : { description: needs.join(' ') }),
    tags: [route.tag],
    ...securityOf(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === null
      ? {}
      : {
          requestBody: {
            required: route.bodyOptional !== true,
            content: bodyContent(route.body, route.form),
          },
        }),
    responses: {
      ...success(route),
      ...failures(route),
      default: { $ref: `#/components/responses/${DIALECTS[route.dialect ?? 'own'].any}` },
    },
  }
}

/** Names of the schemas of errors. */
const DIALECTS = {
  own: { any: 'Failure', auth: 'AuthError', other: 'Error' },
  elevenlabs: { any: 'ElevenLabsFailure', auth: 'ElevenLabsError', other: 'ElevenLabsError' },
  openai: { any: 'OpenAiFailure', auth: 'OpenAiError', other: 'OpenAiError' },
} as const

/** What it takes besides being known, in words. */
function needsOf({ access, member, recent }: Route): string[] {
  const isScoped = access !== 'open' && access !== 'key' && access !== 'session'
  return [
    ...(isScoped ? [`The key needs the scope \`${access}\`.`] : []),
    ...(member === undefined ? [] : [`Members: ${PERMISSIONS[member].join(', ')}.`]),
    ...(recent === true ? ['A member must have signed in within ten minutes.'] : []),
  ]
}

/** Where it is another one than the document's. */
function securityOf({ access, member, keyHeader }: Route): { security?: Record<string, never[]>[] } {
  if (access === 'open') return { security: [] }
  if (access === 'session') return { security: [{ session: [] }] }
  const keys: Record<string, never[]>[] = [{ bearer: [] }, { apiKeyHeader: [] }]
  if (keyHeader !== undefined) return { security: [{ [keyHeader]: [] }, ...keys] }
  return member === undefined ? {} : { security: [...keys, { session: [] }] }
}

const pathParameters = ({ path }: Route): unknown[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

/** JSON, a form, or either. */
function bodyContent(body: z.ZodType, form: Form | undefined): Record<string, unknown> {
  const schema = schemaOf(body) as { properties?: Record<string, unknown>; required?: string[] }
  const json = { 'application/json': { schema } }
  if (form === undefined) return json
  const { name, min, max } = form.file
  const file = { type: 'string', format: 'binary' }
  const properties = {
    ...(form.json === null ? schema.properties : { [form.json]: schema }),
    [name]: max === 1 ? file : { type: 'array', items: file, minItems: min, maxItems: max },
  }
  const required = [...(form.json === null ? [] : [form.json]), ...(min > 0 ? [name] : [])]
  const asForm = { 'multipart/form-data': { schema: { type: 'object', properties, required } } }
  return form.only ? asForm : { ...json, ...asForm }
}

function queryParameters({ query }: Route): unknown[] {
  if (query === undefined) return []
  const { properties = {} } = schemaOf(query) as { properties?: Record<string, object> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

function success({ answer }: Route): Record<string, unknown> {
  if ('empty' in answer) return { 204: { description: 'Done' } }
  if ('redirect' in answer) return { 302: { description: 'Go on at `Location`' } }
  if ('bytes' in answer) {
    const content = Object.fromEntries(answer.bytes.map((type) => [type, {}]))
    return { 200: { description: 'Audio', content } }
  }
  const content = { 'application/json': { schema: schemaOf(answer.json, 'output') } }
  if (answer.lines === undefined) return { [answer.status ?? 200]: { description: 'Success', content } }
  const lines = { [LINES_TYPE]: { schema: schemaOf(answer.lines, 'output') } }
  const description = `Success. With \`Accept: ${LINES_TYPE}\` one such value a line, each as it happens`
  return { [answer.status ?? 200]: { description, content: { ...content, ...lines } } }
}

/** What a caller of a route should be ready for. The rest is in `default`. */
function failures(route: Route): Record<string, unknown> {
  const statuses = new Set([400, 408, 413, 500])
  if (route.access !== 'open') for (const status of [401, 403, 429, 503]) statuses.add(status)
  if (route.body !== null) statuses.add(415)
  if ('bytes' in route.answer && route.body !== null) statuses.add(402)
  if ('bytes' in route.answer && route.body !== null && route.dialect === undefined) statuses.add(406)
  if (route.path.includes('{') || 'bytes' in route.answer) statuses.add(404)
  if (changes(route)) statuses.add(409)
  if (route.operationId === 'ready') statuses.add(503)
  return Object.fromEntries([...statuses].sort().map((status) => [status, failure(status, route)]))
}

/** Whether a route changes what has rules of its own: room, states, names. */
const changes = ({ access, method }: Route): boolean =>
  method !== 'GET' && ['keys:manage', 'dictionaries:write', 'voices:write'].includes(access)

function failure(status: number, { dialect }: Route): Record<string, unknown> {
  const rows = Object.entries(FAILURES).filter(([, row]) => row.status === status)
  const { auth, other } = DIALECTS[dialect ?? 'own']
  const name = status === 401 || status === 403 ? auth : other
  return {
    description: rows.map(([code, row]) => `${code}: ${row.message}`).join('. '),
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
  }
}

/** The whole table of failures, in words. */
const anyFailure = (schema: string): Record<string, unknown> => ({
  description: Object.entries(FAILURES)
    .map(([code, { status, message }]) => `${status} ${code}: ${message}`)
    .join('. '),
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
})
