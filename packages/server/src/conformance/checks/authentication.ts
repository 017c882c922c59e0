import { type Check, expect, expectEqual } from '../check.ts'
import { Refused } from '../frame-reader.ts'
import { expectStatus, jsonOf, type Subject } from '../subject.ts'

/** A key of the right shape that nobody has been given. */
export const NO_KEY = `ka_${'0'.repeat(46)}`

/** The bodies of the authentication page, to the letter. */
export const UNAUTHORIZED = { error: { code: 'unauthorized', message: 'Invalid or missing API key' } }
export const FORBIDDEN = {
  error: { code: 'forbidden', message: 'API key does not have access to this resource' },
}

export const SOCKET_PATHS = ['/ws/tts', '/ws/tts/stream', '/ws/tts/multi']

/** The authentication page, and sections 2 and 3.6 of the wire reference. */
export const authenticationChecks: Check[] = [
  {
    name: 'auth.missing',
    promise: 'without a key: 401 and the exact body',
    run: (subject) => refusal(subject, null),
  },
  {
    name: 'auth.wrong',
    promise: 'with a key that is none: 401 and the exact body',
    run: async (subject) => {
      for (const key of [NO_KEY, 'not a key']) await refusal(subject, key)
      return undefined
    },
  },
  {
    name: 'auth.every-route',
    promise: 'speech asks for a key before it reads the body',
    run: async (subject) => {
      const answer = await subject.ask('/v1/tts/generate', { body: '{', key: NO_KEY })
      expectStatus('POST /v1/tts/generate', answer, 401)
      expectEqual('its body', jsonOf(answer, 'POST /v1/tts/generate'), UNAUTHORIZED)
      return undefined
    },
  },
  {
    name: 'auth.headers',
    promise: 'Authorization: Bearer, X-API-Key, and both with one key are the same',
    run: async (subject) => {
      const { apiKey } = subject.target
      const ways: [string, Record<string, string>][] = [
        ['Authorization: Bearer', { authorization: `Bearer ${apiKey}` }],
        ['Authorization: bearer', { authorization: `bearer ${apiKey}` }],
        ['X-API-Key', { 'x-api-key': apiKey }],
        ['both headers', { authorization: `Bearer ${apiKey}`, 'x-api-key': apiKey }],
      ]
      for (const [about, headers] of ways)
        expectStatus(about, await subject.ask('/v1/models', { key: null, headers }), 200)
      return undefined
    },
  },
  {
    name: 'auth.socket-forms',
    promise: 'sockets take the key in the query or as Authorization: Bearer, and tolerate what SDKs add',
    run: async (subject) => {
      const { apiKey } = subject.target
      const query = `?api_key=${encodeURIComponent(apiKey)}&sdk=js&sdk_version=1.1.0&model_id=kugel-3`
      for (const path of SOCKET_PATHS) {
        await subject.open(path, { query })
        await subject.open(path, { headers: { authorization: `Bearer ${apiKey}` } })
        await subject.closeAll()
      }
      return undefined
    },
  },
  {
    name: 'auth.socket-refused',
    promise: 'a socket with a key that is none is refused with 401 or 403, or closed with 4001',
    run: async (subject) => {
      const ways = new Set<string>()
      for (const path of SOCKET_PATHS) ways.add(await socketRefusal(subject, path))
      return [...ways].join(', ')
    },
  },
]

async function refusal(subject: Subject, key: string | null): Promise<undefined> {
  const answer = await subject.ask('/v1/models', { key })
  expectStatus('GET /v1/models', answer, 401)
  expectEqual('its body', jsonOf(answer, 'GET /v1/models'), UNAUTHORIZED)
  return undefined
}

/** How a socket is refused. A program may be told by the status, a browser only by a frame and the code. */
async function socketRefusal(subject: Subject, path: string): Promise<string> {
  try {
    const reader = await subject.open(path, { query: `?api_key=${NO_KEY}` })
    // Official clients learn of it with their first message.
    reader.send({ text: 'Hello' })
    const code = await reader.closeCode()
    expect(code === 4001, `${path}: closed with ${code}, must be 4001`)
    return 'close 4001'
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { status } = error
    expect(status === 401 || status === 403, `${path}: refused with HTTP ${status}, must be 401 or 403`)
    return `HTTP ${status}`
  }
}
