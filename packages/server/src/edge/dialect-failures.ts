import { type Dialect, type ElevenLabsErrorFrame, FAILURES, type FailureCode } from '@kugelaudio/contract'
import type { Failure } from '../failure.ts'

/** The names that ElevenLabs' clients know failures by; all others are ours in lower case. */
const ELEVENLABS_STATUS: Partial<Record<FailureCode, string>> = {
  UNAUTHORIZED: 'invalid_api_key',
  FORBIDDEN: 'missing_permissions',
  INSUFFICIENT_CREDITS: 'quota_exceeded',
  VALIDATION_ERROR: 'invalid_request',
  REQUEST_TIMEOUT: 'input_timeout_exceeded',
  RATE_LIMITED: 'too_many_requests',
  MODEL_UNAVAILABLE: 'system_busy',
}

/** The same of OpenAI's. */
const OPENAI_CODE: Partial<Record<FailureCode, string>> = {
  UNAUTHORIZED: 'invalid_api_key',
  FORBIDDEN: 'insufficient_permissions',
  INSUFFICIENT_CREDITS: 'insufficient_quota',
  VALIDATION_ERROR: 'invalid_value',
  RATE_LIMITED: 'rate_limit_exceeded',
}

const nameOf = (names: Partial<Record<FailureCode, string>>, code: FailureCode): string =>
  names[code] ?? code.toLowerCase()

/** The body of a failure as the clients of another API read it. A 401 and a 403 say no more than they do anywhere. */
export function dialectBody(failure: Failure, requestId: string, dialect: Dialect): object {
  const { code } = failure
  const isAuth = code === 'UNAUTHORIZED' || code === 'FORBIDDEN'
  const message = isAuth ? FAILURES[code].message : failure.message
  switch (dialect) {
    case 'elevenlabs':
      return { detail: { status: nameOf(ELEVENLABS_STATUS, code), message, request_id: requestId } }
    case 'openai':
      return {
        error: { message, type: openAiType(code), param: null, code: nameOf(OPENAI_CODE, code) },
      }
  }
}

/** The frame that ends a socket of ElevenLabs' dialect. */
export const elevenLabsFrame = ({ code, message }: Failure): ElevenLabsErrorFrame => ({
  message,
  error: nameOf(ELEVENLABS_STATUS, code),
  code: FAILURES[code].close,
})

function openAiType(code: FailureCode): string {
  if (code === 'INSUFFICIENT_CREDITS') return 'insufficient_quota'
  const { status } = FAILURES[code]
  if (status === 429) return 'requests'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
