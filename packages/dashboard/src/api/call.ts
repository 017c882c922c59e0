import { ApiError, apiErrorOf } from './api-error.ts'
import { type AnswerOf, type BodyOf, LINES, type ParamsOf, type QueryOf, type RouteName } from './routes.ts'

type Wish<Name extends RouteName> = {
  signal?: AbortSignal | undefined
  headers?: Record<string, string> | undefined
} & ([ParamsOf<(typeof LINES)[Name]>] extends [never]
  ? { params?: never }
  : { params: Record<ParamsOf<(typeof LINES)[Name]>, string> }) &
  ([QueryOf<Name>] extends [never] ? { query?: never } : { query?: QueryOf<Name> }) &
  ([BodyOf<Name>] extends [never] ? { body?: never } : { body: BodyOf<Name> })

/** Longest time that anything but speech may take; a receipt takes 2 s at most. */
const ANSWER_MS_MAX = 30_000

/** Calls a route with the session's cookie. Throws `ApiError`. */
export async function call<Name extends RouteName>(
  name: Name,
  ...[wish]: Record<never, never> extends Wish<Name> ? [Wish<Name>?] : [Wish<Name>]
): Promise<AnswerOf<Name>> {
  const {
    params = {},
    query = {},
    body,
    signal,
    headers,
  } = (wish ?? {}) as {
    params?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
    signal?: AbortSignal
    headers?: Record<string, string>
  }
  const [method = 'GET', pattern = '/'] = LINES[name].split(' ')
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''))
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX)
  const response = await answerOf(`${path}${searchOf(query)}`, {
    method,
    credentials: 'same-origin',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw await apiErrorOf(response)
  // What answers with nothing has `never` for its answer.
  return (response.status === 204 ? undefined : await response.json()) as AnswerOf<Name>
}

async function answerOf(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError({
      message: 'No answer',
      code: null,
      status: 0,
      requestId: null,
      retryAfterS: null,
    })
  }
}

function searchOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
