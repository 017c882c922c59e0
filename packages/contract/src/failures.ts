/**
 * Every way a request can fail, once: the HTTP status, the close code of a socket that ends with it, what the public
 * reads, and whether trying the same again can succeed. Codes and statuses are those the official SDKs classify by.
 */
export const FAILURES = {
  UNAUTHORIZED: { status: 401, close: 4001, message: 'Invalid or missing API key', retryable: false },
  FORBIDDEN: {
    status: 403,
    close: 4003,
    message: 'API key does not have access to this resource',
    retryable: false,
  },
  SIGN_IN_FAILED: { status: 401, close: 4001, message: 'E-mail or password is wrong', retryable: false },
  REAUTHENTICATION_REQUIRED: {
    status: 403,
    close: 4003,
    message: 'Confirm that it is you: this takes a sign-in of the last ten minutes',
    retryable: false,
  },
  SIGN_UP_CLOSED: {
    status: 403,
    close: 4003,
    message: 'New accounts are made by invitation here',
    retryable: false,
  },
  INSUFFICIENT_CREDITS: { status: 402, close: 4003, message: 'Insufficient credits', retryable: false },
  VALIDATION_ERROR: { status: 400, close: 4000, message: 'Invalid request', retryable: false },
  SPEAKER_CONSENT_REQUIRED: {
    status: 400,
    close: 4000,
    message: 'speaker_consent: must be true: confirm that the speaker has agreed',
    retryable: false,
  },
  EMPTY_AUDIO: {
    status: 400,
    close: 4000,
    message: 'The text holds nothing that can be spoken',
    retryable: false,
  },
  NOT_FOUND: { status: 404, close: 4000, message: 'Not found', retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, close: 4000, message: 'Method not allowed', retryable: false },
  NOT_ACCEPTABLE: {
    status: 406,
    close: 4000,
    message: 'Speech does not come in any type that is accepted',
    retryable: false,
  },
  REQUEST_TIMEOUT: {
    status: 408,
    close: 4000,
    message: 'The request took too long to arrive',
    retryable: true,
  },
  CONFLICT: { status: 409, close: 4000, message: 'The resource has changed meanwhile', retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, close: 1009, message: 'The request is too large', retryable: false },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    close: 4000,
    message: 'Send the body as Content-Type: application/json',
    retryable: false,
  },
  MISDIRECTED_REQUEST: {
    status: 421,
    close: 4000,
    message: 'This key is for another region',
    retryable: false,
  },
  UPGRADE_REQUIRED: {
    status: 426,
    close: 4000,
    message: 'This is a WebSocket: open it with a WebSocket handshake of version 13',
    retryable: false,
  },
  RATE_LIMITED: { status: 429, close: 4029, message: 'Rate limit exceeded', retryable: true },
  TOO_MANY_CONTEXTS: {
    status: 429,
    close: 4029,
    message: 'Too many contexts on this socket',
    retryable: true,
  },
  CLIENT_GONE: { status: 499, close: 4000, message: 'The caller has gone', retryable: false },
  INTERNAL_ERROR: { status: 500, close: 4000, message: 'Something went wrong on our side', retryable: true },
  MODEL_UNAVAILABLE: {
    status: 503,
    close: 4500,
    message: 'Model overloaded or temporarily unavailable',
    retryable: true,
  },
  SERVICE_UNAVAILABLE: { status: 503, close: 1013, message: 'Temporarily unavailable', retryable: true },
} as const satisfies Record<string, FailureRow>

export type FailureRow = {
  /** HTTP status, and `code` of a flat error body or frame. */
  status: number
  /** WebSocket close code where the failure ends the socket. */
  close: number
  message: string
  retryable: boolean
}

/** The `error_code` of an answer. */
export type FailureCode = keyof typeof FAILURES
