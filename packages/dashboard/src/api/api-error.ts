/** The code of what was not even sent: the browser has no network, so nothing has changed. */
export const OFFLINE = 'OFFLINE'

/** What the server refused, by its code; or that it did not answer (`code` null), so that nobody knows what happened. */
export class ApiError extends Error {
  readonly code: string | null
  readonly status: number
  /** Names this request in the server's log. */
  readonly requestId: string | null
  readonly retryAfterS: number | null

  constructor(parts: {
    message: string
    code: string | null
    status: number
    requestId: string | null
    retryAfterS: number | null
  }) {
    super(parts.message)
    this.name = 'ApiError'
    this.code = parts.code
    this.status = parts.status
    this.requestId = parts.requestId
    this.retryAfterS = parts.retryAfterS
  }
}

/** Which part of what was sent the server has found wrong; null where it does not say so. */
export const wrongPartOf = (error: unknown): string | null =>
  error instanceof ApiError && error.status === 400
    ? (/^(\w+)(?:\.\w+)*: /.exec(error.message)?.[1] ?? null)
    : null

/** Reads an error of either form: nested for 401 and 403, flat for everything else. */
export async function apiErrorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as {
    error?: string | { message?: string; code?: string }
    error_code?: string
  }
  const nested = typeof body.error === 'object' ? body.error : null
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ApiError({
    message: nested?.message ?? (typeof body.error === 'string' ? body.error : response.statusText),
    // The page's nested form writes its codes small.
    code: nested?.code?.toUpperCase() ?? body.error_code ?? `HTTP_${response.status}`,
    status: response.status,
    requestId: response.headers.get('x-request-id'),
    retryAfterS: Number.isFinite(seconds) ? seconds : null,
  })
}
