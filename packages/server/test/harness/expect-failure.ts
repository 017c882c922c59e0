import assert from 'node:assert/strict'
import { FAILURES, type FailureCode } from '@kugelaudio/contract'
import type { RawAnswer } from './raw-http.ts'

/** The bodies of the authentication page, to the letter. */
export const UNAUTHORIZED_BODY = '{"error":{"code":"unauthorized","message":"Invalid or missing API key"}}'
export const FORBIDDEN_BODY =
  '{"error":{"code":"forbidden","message":"API key does not have access to this resource"}}'

/** A `fetch` answer in the shape of a raw one. */
export const answerOf = async (response: Response): Promise<RawAnswer> => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
})

/** That an answer is this failure in the flat envelope, with a request id, and nothing else in it. Returns its message. */
export function expectFlat(answer: RawAnswer | null, code: FailureCode, about = ''): string {
  assert.ok(answer !== null, `${about}: the server closed without an answer`)
  const { status } = FAILURES[code]
  assert.equal(answer.status, status, `${about}: ${answer.body.slice(0, 300)}`)
  assert.match(answer.headers['content-type'] ?? '', /^application\/json\b/, about)
  assert.match(answer.headers['x-request-id'] ?? '', /^req_[0-9a-f-]{36}$/, about)
  const body = JSON.parse(answer.body)
  assert.deepEqual(
    { ...body, retry_after: undefined },
    { error: body.error, error_code: code, code: status, retry_after: undefined },
    about,
  )
  assert.equal(typeof body.error, 'string', about)
  assert.ok(body.error.length > 0, about)
  return body.error
}

/** The same of a `fetch` answer, whose message says something. */
export async function expectRefused(response: Response, code: FailureCode, says = /./): Promise<void> {
  assert.match(expectFlat(await answerOf(response), code), says)
}

/** That an answer is the page's 401, with its challenge. */
export function expectUnauthorized(answer: RawAnswer | null, about = ''): void {
  assert.ok(answer !== null, `${about}: the server closed without an answer`)
  assert.equal(answer.status, 401, about)
  assert.equal(answer.body, UNAUTHORIZED_BODY, about)
  assert.equal(answer.headers['content-type'], 'application/json', about)
  assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer realm="kugelaudio"/, about)
  assert.match(answer.headers['x-request-id'] ?? '', /^req_[0-9a-f-]{36}$/, about)
}
