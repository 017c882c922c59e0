import { classifyHttpError } from './classify.ts'
import { type Connection, withoutSecret } from './connection.ts'
import { ConnectionError, KugelAudioError, ProtocolError } from './errors.ts'
import { timedOut, whenAborted } from './pause.ts'
import { takesHeaders } from './runtime.ts'
import { tried } from './tries.ts'
import { VERSION } from './version.ts'

/** A request, before it is one. */
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base address: `/v1/models`. */
  path: string
  /** Members that are undefined are left out. */
  query?: Record<string, string | number | boolean | undefined> | undefined
  json?: unknown
  form?: FormData
  /** Makes a POST safe to be sent again. */
  idempotencyKey?: string | undefined
  /** The `Accept` of what is wanted. Default JSON. */
  accept?: string
  signal?: AbortSignal | undefined
}

/** Options of every call. */
export type CallOptions = {
  /** Ends the call; its reason is thrown. */
  signal?: AbortSignal | undefined
}

const REPEATABLE = ['GET', 'PUT', 'DELETE']

/** Sends a request; its JSON as it came, or undefined for an empty answer. Tries again where that is safe. */
export const requestJson = (connection: Connection, request: HttpRequest): Promise<unknown> =>
  exchange(connection, request, async (response) => {
    const text = await response.text()
    if (text === '') return undefined
    try {
      return JSON.parse(text)
    } catch {
      throw new ProtocolError('The server answered with something that is not JSON', {
        statusCode: response.status,
        requestId: response.headers.get('x-request-id') ?? undefined,
      })
    }
  })

/** Sends a request; its answer as text. */
export const requestText = (connection: Connection, request: HttpRequest): Promise<string> =>
  exchange(connection, request, (response) => response.text())

/** Sends a request; its answer as it comes. Only the time to its beginning is limited. */
export const requestStream = (connection: Connection, request: HttpRequest): Promise<Response> =>
  exchange(connection, request, async (response) => response)

function exchange<Answer>(
  connection: Connection,
  request: HttpRequest,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const { method, idempotencyKey, signal } = request
  const idempotent = REPEATABLE.includes(method) || idempotencyKey !== undefined
  return tried(connection, { surface: 'http', idempotent, signal }, () => attempt(connection, request, read))
}

async function attempt<Answer>(
  connection: Connection,
  request: HttpRequest,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const limit = new AbortController()
  request.signal?.throwIfAborted()
  const forget = whenAborted(request.signal, () => limit.abort(request.signal?.reason))
  const { timeoutMs } = connection
  const timer = setTimeout(
    () => limit.abort(timedOut(`${request.method} ${request.path} was not answered`, timeoutMs)),
    timeoutMs,
  )
  try {
    const response = await connection.fetch(urlOf(connection, request), {
      method: request.method,
      headers: headersOf(connection, request),
      body: request.form ?? (request.json === undefined ? null : JSON.stringify(request.json)),
      // A header with a key must not follow a redirect to somebody else.
      redirect: 'error',
      signal: limit.signal,
    })
    if (response.ok) return await read(response)
    throw classifyHttpError(
      response.status,
      withoutSecret(await response.text(), connection.key),
      response.headers,
    )
  } catch (thrown) {
    request.signal?.throwIfAborted()
    throw errorOf(connection, limit.signal.aborted ? limit.signal.reason : thrown)
  } finally {
    clearTimeout(timer)
    forget()
  }
}

function urlOf(connection: Connection, { path, query = {} }: HttpRequest): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return `${connection.apiUrl}${path}${search.size === 0 ? '' : `?${search}`}`
}

function headersOf(connection: Connection, request: HttpRequest): Record<string, string> {
  return {
    authorization: `Bearer ${connection.key}`,
    accept: request.accept ?? 'application/json',
    ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': request.idempotencyKey }),
    // In a page each further header costs a question to the server.
    ...(takesHeaders() ? { 'x-kugelaudio-sdk': 'js', 'x-kugelaudio-sdk-version': VERSION } : {}),
  }
}

function errorOf({ apiUrl, key }: Connection, thrown: unknown): KugelAudioError {
  if (thrown instanceof KugelAudioError) return thrown
  const { message, cause } = thrown as { message?: string; cause?: { code?: string; message?: string } }
  const why = cause?.code ?? cause?.message ?? message ?? 'unknown'
  return new ConnectionError(withoutSecret(`Could not reach ${apiUrl}: ${why}`, key), { statusCode: 503 })
}
