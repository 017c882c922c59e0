import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  EmptyAudioError,
  type ErrorDetails,
  InsufficientCreditsError,
  KugelAudioError,
  ModelUnavailableError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  ServerRestartingError,
  TimeoutError,
  ValidationError,
} from './errors.ts'

type ErrorClass = new (message: string, details: ErrorDetails) => KugelAudioError
type Row = readonly [make: ErrorClass, status: number, message: string]

/**
 * Every `error_code` that servers send: its class, and the status and message it stands for. Where the server names none,
 * a status stands for the first code that has it.
 */
const BY_CODE: Readonly<Record<string, Row>> = {
  UNAUTHORIZED: [AuthenticationError, 401, 'Invalid or missing API key'],
  FORBIDDEN: [PermissionDeniedError, 403, 'API key does not have access to this resource'],
  INSUFFICIENT_CREDITS: [InsufficientCreditsError, 402, 'Insufficient credits'],
  RATE_LIMITED: [RateLimitError, 429, 'Rate limit exceeded'],
  TOO_MANY_CONTEXTS: [RateLimitError, 429, 'Too many contexts on this socket'],
  VALIDATION_ERROR: [ValidationError, 400, 'Invalid request'],
  MISSING_VOICE_ID: [ValidationError, 400, 'voice_id is required'],
  EMPTY_AUDIO: [EmptyAudioError, 400, 'The text holds nothing that can be spoken'],
  NOT_FOUND: [NotFoundError, 404, 'Not found'],
  REQUEST_TIMEOUT: [TimeoutError, 408, 'The request took too long to arrive'],
  CONFLICT: [ConflictError, 409, 'The resource has changed meanwhile'],
  PAYLOAD_TOO_LARGE: [PayloadTooLargeError, 413, 'The request is too large'],
  INTERNAL_ERROR: [ServerError, 500, 'Something went wrong on the server'],
  SERVICE_UNAVAILABLE: [ConnectionError, 503, 'Temporarily unavailable'],
  MODEL_UNAVAILABLE: [ModelUnavailableError, 503, 'Model overloaded or temporarily unavailable'],
}

const codeOfStatus = (status: number | undefined): string | undefined =>
  Object.keys(BY_CODE).find((code) => BY_CODE[code]?.[1] === status)

/** Values of `error_code`, by name. */
export const ErrorCodes = {
  UNAUTHORIZED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  RATE_LIMITED: 'RATE_LIMITED',
  INSUFFICIENT_CREDITS: 'INSUFFICIENT_CREDITS',
  MODEL_UNAVAILABLE: 'MODEL_UNAVAILABLE',
  SERVICE_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  EMPTY_AUDIO: 'EMPTY_AUDIO',
  VALIDATION_ERROR: 'VALIDATION_ERROR',
  INTERNAL_ERROR: 'INTERNAL_ERROR',
  NOT_FOUND: 'NOT_FOUND',
  MISSING_VOICE_ID: 'MISSING_VOICE_ID',
  TOO_MANY_CONTEXTS: 'TOO_MANY_CONTEXTS',
} as const

/** Close codes with a meaning of their own (wire protocol, section 3.5). */
export const WsCloseCodes = {
  GENERATION_FAILED: 4000,
  UNAUTHORIZED: 4001,
  INSUFFICIENT_CREDITS: 4003,
  RATE_LIMITED: 4029,
  MODEL_UNAVAILABLE: 4500,
  SERVICE_RESTART: 1012,
  TRY_AGAIN_LATER: 1013,
} as const

const CODE_OF_CLOSE: Readonly<Record<number, string>> = {
  1009: 'PAYLOAD_TOO_LARGE',
  4001: 'UNAUTHORIZED',
  4003: 'INSUFFICIENT_CREDITS',
  4029: 'RATE_LIMITED',
  4500: 'MODEL_UNAVAILABLE',
}

/** Seconds before a restarting server is tried again, where it does not say. */
const RESTART_AFTER_S = 1
/** Characters of a body that is not JSON which an error shows. */
const RAW_CHARACTERS_MAX = 300

/** Reads a header, as `Headers.get`. */
export type HeaderReader = {
  /** A header by its name; null where there is none. */
  get(name: string): string | null
}

/** The error for an HTTP answer that is none of success, with a body of either form or of none. `nowMs` is for dates. */
export function classifyHttpError(
  status: number,
  body: string,
  headers: HeaderReader,
  nowMs = Date.now(),
): KugelAudioError {
  const told = readBody(parsed(body))
  const raw = body.trim().slice(0, RAW_CHARACTERS_MAX)
  return errorOf(told.code, status, told.message ?? (raw === '' || told.known ? undefined : raw), {
    requestId: headers.get('x-request-id') ?? told.requestId,
    retryAfter: told.retryAfter ?? retryAfterOf(headers.get('retry-after'), nowMs),
  })
}

/** The error for a frame with a truthy `error`. */
export function classifyWsFrame(frame: Readonly<Record<string, unknown>>): KugelAudioError {
  const told = readBody(frame)
  const status = typeof frame['code'] === 'number' ? frame['code'] : undefined
  return errorOf(told.code, status, told.message, {
    requestId: told.requestId,
    retryAfter: told.retryAfter,
  })
}

/** The error for a socket that closed while something was expected of it. */
export function classifyWsClose(closeCode: number, reason = ''): KugelAudioError {
  if (closeCode === 1012 || closeCode === 1013)
    return new ServerRestartingError('The server is restarting', {
      statusCode: 503,
      retryAfter: RESTART_AFTER_S,
      closeCode,
    })
  // Servers that name the failure as the reason are more exact than the code.
  const code = Object.hasOwn(BY_CODE, reason) ? reason : CODE_OF_CLOSE[closeCode]
  if (code !== undefined) {
    const message = reason === '' || reason === code ? undefined : reason
    return errorOf(code, undefined, message, { closeCode })
  }
  const why = reason === '' ? '' : `: ${reason}`
  return new ConnectionError(`The connection closed before all was said (code ${closeCode}${why})`, {
    statusCode: 503,
    closeCode,
  })
}

/** The error for a handshake that was answered by an HTTP status other than 101. */
export const classifyWsHandshakeError = (
  status: number,
  headers: HeaderReader,
  nowMs = Date.now(),
): KugelAudioError => classifyHttpError(status, '', headers, nowMs)

/** Whether a close code means that something went wrong. */
export const isWsErrorCloseCode = (code: number): boolean => code !== 1000 && code !== 1001 && code !== 1005

/** Seconds of a `Retry-After`, a number or a date (RFC 9110, section 10.2.3); undefined when it says neither. */
function retryAfterOf(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowMs) / 1000))
}

function errorOf(
  code: string | undefined,
  status: number | undefined,
  message: string | undefined,
  more: ErrorDetails,
): KugelAudioError {
  const known = code !== undefined && Object.hasOwn(BY_CODE, code) ? code : codeOfStatus(status)
  const row = known === undefined ? undefined : BY_CODE[known]
  const [make, usual, standard] = row ?? [
    status !== undefined && status >= 500 ? ServerError : KugelAudioError,
    undefined,
    status === undefined ? 'The server reported an error' : `The server answered with status ${status}`,
  ]
  return new make(message ?? standard, {
    ...more,
    statusCode: status ?? usual,
    errorCode: code ?? known,
  })
}

type Told = {
  /** Whether the body was of a form that is known. */
  known: boolean
  message?: string | undefined
  code?: string | undefined
  requestId?: string | undefined
  retryAfter?: number | undefined
}

/** Both forms: `{"error": "…", "error_code": "…"}` and `{"error": {"code": "…", "message": "…"}}`. */
function readBody(body: unknown): Told {
  if (!isRecord(body)) return { known: false }
  const { error, detail, error_code, retry_after, request_id } = body
  const nested = isRecord(error) ? error : {}
  const retryAfter = typeof retry_after === 'number' && retry_after >= 0 ? retry_after : undefined
  const message = text(nested['message']) ?? text(error) ?? list(error) ?? text(detail) ?? list(detail)
  return {
    known: message !== undefined,
    message,
    code: text(error_code) ?? text(nested['code'])?.toUpperCase(),
    requestId: text(request_id),
    retryAfter,
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** What FastAPI and the like send: a list of texts, or of objects with a `msg`. */
function list(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined
  return text(value.map((item) => text(item) ?? text(isRecord(item) ? item['msg'] : null) ?? '?').join('; '))
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
