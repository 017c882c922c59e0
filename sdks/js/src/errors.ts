/** What is known of a failure beside its message. */
export type ErrorDetails = {
  /** HTTP status, or what stands for it on a socket. */
  statusCode?: number | undefined
  /** The server's name for the failure: `RATE_LIMITED`, … */
  errorCode?: string | undefined
  /** What to tell whoever runs the server. */
  requestId?: string | undefined
  /** Seconds after which trying again makes sense. */
  retryAfter?: number | undefined
  /** WebSocket close code, where a close was all that came. */
  closeCode?: number | undefined
}

/** Anything that goes wrong. Its message never holds a key. */
export class KugelAudioError extends Error {
  declare readonly statusCode: number | undefined
  declare readonly errorCode: string | undefined
  declare readonly requestId: string | undefined
  declare readonly retryAfter: number | undefined
  declare readonly closeCode: number | undefined
  /** Chunks of audio that had been delivered when it went wrong; nothing is ever spoken twice behind your back. */
  deliveredChunks = 0

  constructor(message: string, details: ErrorDetails = {}) {
    super(details.requestId === undefined ? message : `${message} (request_id: ${details.requestId})`)
    Object.assign(this, details, { name: new.target.errorName })
  }

  /** The name as written, whatever a minifier makes of the class's. */
  static readonly errorName: string = 'KugelAudioError'

  /** For JSON logs: all that is known. */
  toJSON(): Record<string, unknown> {
    const { name, message, ...known }: KugelAudioError = this
    return { name, message, ...known }
  }
}

/** 401: the credential is missing, unknown, expired or revoked. */
export class AuthenticationError extends KugelAudioError {
  static override readonly errorName: string = 'AuthenticationError'
}
/** 403: the credential is good and may not do this. */
export class PermissionDeniedError extends KugelAudioError {
  static override readonly errorName: string = 'PermissionDeniedError'
}
/** 402. */
export class InsufficientCreditsError extends KugelAudioError {
  static override readonly errorName: string = 'InsufficientCreditsError'
}
/** 429: too many requests, streams, characters or contexts; `retryAfter` says when to come back. */
export class RateLimitError extends KugelAudioError {
  static override readonly errorName: string = 'RateLimitError'
}
/** 400, and what is refused before anything is sent. */
export class ValidationError extends KugelAudioError {
  static override readonly errorName: string = 'ValidationError'
}
/** 400: the text holds nothing that can be spoken. */
export class EmptyAudioError extends ValidationError {
  static override readonly errorName: string = 'EmptyAudioError'
}
/** 404. */
export class NotFoundError extends KugelAudioError {
  static override readonly errorName: string = 'NotFoundError'
}
/** 409: the resource has changed meanwhile. */
export class ConflictError extends KugelAudioError {
  static override readonly errorName: string = 'ConflictError'
}
/** 413, or close code 1009. */
export class PayloadTooLargeError extends KugelAudioError {
  static override readonly errorName: string = 'PayloadTooLargeError'
}
/** 500 and other failures of the server's own. */
export class ServerError extends KugelAudioError {
  static override readonly errorName: string = 'ServerError'
}
/** The server cannot be reached, is not available, or the connection has broken. */
export class ConnectionError extends KugelAudioError {
  static override readonly errorName: string = 'ConnectionError'
}
/** Nothing came in the time that was allowed. */
export class TimeoutError extends ConnectionError {
  static override readonly errorName: string = 'TimeoutError'
}
/** The answer is none of this protocol, or a part of it is missing. */
export class ProtocolError extends ConnectionError {
  static override readonly errorName: string = 'ProtocolError'
}
/** 503: the model is overloaded or not there. */
export class ModelUnavailableError extends ConnectionError {
  static override readonly errorName: string = 'ModelUnavailableError'
}
/** Close codes 1012 and 1013: the server restarts, and the turn had begun to be heard. */
export class ServerRestartingError extends ConnectionError {
  static override readonly errorName: string = 'ServerRestartingError'
}
