import { z } from 'zod'
import { ModelList } from './models.ts'
import { GenerateRequest } from './speech.ts'

/** Who may call a route: anyone, or the bearer of a key. */
export type Access = 'open' | 'key'

/** A route as data: the router, `/openapi.json` and the clients' types all come from it. */
export type Route = {
  method: 'GET' | 'POST'
  path: `/${string}`
  access: Access
  operationId: string
  summary: string
  tag: string
  body: z.ZodType | null
  /** What a 200 holds: JSON of a schema, or bytes of these types. */
  answer: { json: z.ZodType } | { bytes: readonly string[] }
}

export const Health = z.object({ status: z.literal('healthy') })
export const Readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  model_path: z.string(),
  multi_model: z.boolean(),
  reason: z.string().optional(),
})

const generate = {
  access: 'key',
  summary: 'Speak a text, streamed as it is made',
  tag: 'Speech',
  body: GenerateRequest,
  answer: { bytes: ['audio/pcm', 'audio/basic', 'audio/wav', 'audio/mpeg', 'audio/ogg'] },
} as const

export const ROUTES = {
  listModels: {
    method: 'GET',
    path: '/v1/models',
    access: 'key',
    operationId: 'listModels',
    summary: 'The models that can speak',
    tag: 'Models',
    body: null,
    answer: { json: ModelList },
  },
  generateSpeech: {
    ...generate,
    method: 'POST',
    path: '/v1/tts/generate',
    operationId: 'generateSpeech',
  },
  predict: { ...generate, method: 'POST', path: '/predict', operationId: 'predict' },
  health: {
    method: 'GET',
    path: '/health',
    access: 'open',
    operationId: 'health',
    summary: 'Whether the process answers',
    tag: 'Operations',
    body: null,
    answer: { json: Health },
  },
  ready: {
    method: 'GET',
    path: '/ready',
    access: 'open',
    operationId: 'ready',
    summary: 'Whether it can speak now',
    tag: 'Operations',
    body: null,
    answer: { json: Readiness },
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    access: 'open',
    operationId: 'openapi',
    summary: 'This document',
    tag: 'Operations',
    body: null,
    answer: { json: z.record(z.string(), z.unknown()) },
  },
} as const satisfies Record<string, Route>
