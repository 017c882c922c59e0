import { VOICE_AGES, VOICE_SEXES } from '@kugelaudio/contract'
import { type Check, expect, expectEqual, expectMembers } from '../check.ts'
import { expectFlatError, expectStatus, jsonOf } from '../subject.ts'

/** The entry of the authentication page. */
const KUGEL_3 = {
  id: 'kugel-3',
  model_id: 'kugel-3',
  name: 'Kugel 3',
  max_input_length: 10_000,
  sample_rate: 24_000,
}

/** What is read over HTTP: sections 4.2, 4.3, 4.5 and 4.7 of the wire reference. */
export const httpChecks: Check[] = [
  {
    name: 'http.models',
    promise: 'GET /v1/models names kugel-3 as the authentication page does',
    run: async (subject) => {
      const answer = await subject.ask('/v1/models')
      expectStatus('GET /v1/models', answer, 200)
      const body = jsonOf(answer, 'GET /v1/models')
      expectMembers('GET /v1/models', body, { models: 'array' })
      const models = body['models'] as Record<string, unknown>[]
      expectEqual(
        'kugel-3',
        models.find(({ id }) => id === 'kugel-3'),
        KUGEL_3,
      )
      return `${models.length} model${models.length === 1 ? '' : 's'}`
    },
  },
  {
    name: 'http.voices',
    promise: 'GET /v1/voices has its page, integer ids, and values that strict clients know',
    run: async (subject) => {
      const answer = await subject.ask('/v1/voices?limit=20&offset=0&include_public=true')
      expectStatus('GET /v1/voices', answer, 200)
      const body = jsonOf(answer, 'GET /v1/voices')
      const page = { voices: 'array', total: 'integer', limit: 'integer', offset: 'integer' } as const
      expectMembers('GET /v1/voices', body, page)
      for (const voice of body['voices'] as unknown[]) {
        expectMembers('a voice', voice, { id: 'integer', name: 'string' })
        for (const [name, known] of [
          ['sex', VOICE_SEXES],
          ['age', VOICE_AGES],
        ] as const) {
          const value = voice[name] ?? null
          expect(value === null || known.some((one) => one === value), `a voice: ${name} is ${value}`)
        }
      }
      return `${body['total']} voices`
    },
  },
  {
    name: 'http.health',
    promise: 'GET /health and /ready answer without a key',
    run: async (subject) => {
      const health = await subject.ask('/health', { key: null })
      expectStatus('GET /health', health, 200)
      const body = jsonOf(health, 'GET /health')
      expectMembers('GET /health', body, { status: 'string' })
      expectEqual('GET /health: status', body['status'], 'healthy')
      expectStatus('GET /ready', await subject.ask('/ready', { key: null }), 200)
      return undefined
    },
  },
  {
    name: 'http.normalize',
    promise: 'POST /v1/normalize answers how a text is read',
    run: async (subject) => {
      const answer = await subject.ask('/v1/normalize', {
        body: { text: 'It costs 5 euros.', language: 'en' },
      })
      expectStatus('POST /v1/normalize', answer, 200)
      const body = jsonOf(answer, 'POST /v1/normalize')
      expectMembers('POST /v1/normalize', body, { text: 'string', language: 'string', time_ms: 'number' })
      return String(body['text'])
    },
  },
  {
    name: 'http.unknown-route',
    promise: 'a route that is not there is 404 in the flat envelope',
    run: async (subject) => {
      expectFlatError('GET /v1/nothing', await subject.ask('/v1/nothing'), 404, 'NOT_FOUND')
      return undefined
    },
  },
]
