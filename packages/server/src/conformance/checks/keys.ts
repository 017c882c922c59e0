import { type Check, expect, expectEqual, expectMembers, isObject } from '../check.ts'
import { type Answer, expectStatus, jsonOf, type Subject } from '../subject.ts'
import { FORBIDDEN, UNAUTHORIZED } from './authentication.ts'
import { LONG } from './speak.ts'

type MadeKey = { id: string; key: string }

/** What keys are for: made, narrowed and revoked by a key that may. */
export const keyChecks: Check[] = [
  {
    name: 'keys.narrow',
    promise: 'a key without the scope is 403 and the exact body',
    managesKeys: true,
    run: (subject) =>
      withKey(subject, { scopes: ['usage:read'] }, async ({ key }) => {
        const answer = await subject.ask('/v1/tts/generate', { body: { text: 'No.' }, key })
        expectStatus('POST /v1/tts/generate', answer, 403)
        expectEqual('its body', jsonOf(answer, 'POST /v1/tts/generate'), FORBIDDEN)
        return undefined
      }),
  },
  {
    name: 'keys.revoked',
    promise:
      'a revoked key is dead when the call returns: the receipt says so, the open stream ends with 4001',
    managesKeys: true,
    run: (subject) =>
      withKey(subject, {}, async (made) => {
        const reader = await subject.open('/ws/tts', { query: `?api_key=${made.key}` })
        for (let times = 0; times < 5; times++) reader.send({ text: LONG })
        await reader.next('audio')
        const startMs = performance.now()
        const answer = await revoke(subject, made.id)
        const ms = Math.round(performance.now() - startMs)
        const after = await subject.ask('/v1/models', { key: made.key })
        expectStatus('GET /v1/models with the revoked key', after, 401)
        expectEqual('its body', jsonOf(after, 'GET /v1/models'), UNAUTHORIZED)
        expectEqual('close code of the open stream', await reader.closeCode(), 4001)
        const body = jsonOf(answer, 'revoke')
        expectMembers('revoke', body, { key: 'object', receipt: 'object' })
        const { receipt } = body
        expectMembers('receipt', receipt, {
          epoch: 'integer',
          nodes: 'array',
          streams_severed: 'integer',
          signature: 'string',
        })
        expect(Number(receipt['streams_severed']) >= 1, 'receipt: streams_severed counts no stream')
        expect((receipt['nodes'] as unknown[]).every(isObject), 'receipt: nodes are no objects')
        return `in ${ms} ms, on ${(receipt['nodes'] as unknown[]).length} node(s)`
      }),
  },
]

/** Runs `work` with a new key, and leaves none behind. */
async function withKey<Result>(
  subject: Subject,
  wish: object,
  work: (made: MadeKey) => Promise<Result>,
): Promise<Result> {
  const { managementKey: key } = subject.target
  const body = { name: 'conformance check', environment: 'development', ...wish }
  const answer = await subject.ask('/v1/api-keys', { body, key })
  expectStatus('POST /v1/api-keys', answer, 201)
  const made = jsonOf(answer, 'POST /v1/api-keys')
  expectMembers('a new key', made, { id: 'string', key: 'string' })
  try {
    return await work(made as MadeKey)
  } finally {
    await revoke(subject, String(made['id']))
  }
}

/** Also of a key that is revoked already, which changes nothing. */
async function revoke(subject: Subject, id: string): Promise<Answer> {
  const { managementKey: key } = subject.target
  const answer = await subject.ask(`/v1/api-keys/${id}/revoke`, { method: 'POST', key, body: {} })
  expectStatus(`POST /v1/api-keys/${id}/revoke`, answer, 200)
  return answer
}
