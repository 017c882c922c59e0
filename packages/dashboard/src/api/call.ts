import { ApiError, apiErrorOf } from './api-error.ts'
import { isOffline, offline } from './network.ts'
import {
  type AnswerOf,
  type BodyOf,
  LINES,
  type LineOf,
  type ParamsOf,
  type QueryOf,
  type RouteName,
} from './routes.ts'

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
  ...[wish]: Wishes<Name>
): Promise<AnswerOf<Name>> {
  const response = await request(name, wish ?? {})
  // What answers with nothing has `never` for its answer.
  return (response.status === 204 ? undefined : await response.json()) as AnswerOf<Name>
}

/**
 * Calls a route that tells of its way: hears of each line as it comes, and returns after the last. Throws `ApiError`, also
 * when the connection breaks in between.
 */
export async function callForLines<Name extends RouteName>(
  name: Name,
  wish: Wishes<Name>[0],
  hear: (line: LineOf<Name>) => void,
): Promise<void> {
  const response = await request(name, wish ?? {}, { accept: 'application/jsonl' })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (reader === undefined) return
  let text = ''
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw unanswered(error)
    })
    if (done) return
    const lines = (text + value).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) hear(JSON.parse(line) as LineOf<Name>)
  }
}

/** What a call takes besides its name. */
export type Wishes<Name extends RouteName> =
  Record<never, never> extends Wish<Name> ? [Wish<Name>?] : [Wish<Name>]

/** Sends what a route is asked. Throws `ApiError` for whatever is no success. */
async function request(
  name: RouteName,
  wish: object,
  accepting: Record<string, string> = {},
): Promise<Response> {
  const {
    params = {},
    query = {},
    body,
    signal,
    headers,
  } = wish as {
    params?: Record<string, string>
    query?: Record<string, unknown>
    body?: unknown
    signal?: AbortSignal
    headers?: Record<string, string>
  }
  const [method = 'GET', pattern = '/'] = LINES[name].split(' ')
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''))
  // What changes something is not kept to be sent later, when nobody expects it any more.
  if (method !== 'GET' && isOffline()) throw offline()
  const deadline = AbortSignal.timeout(ANSWER_MS_MAX)
  const response = await answerOf(`${path}${searchOf(query)}`, {
    method,
    credentials: 'same-origin',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    headers: {
      ...accepting,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw await apiErrorOf(response)
  return response
}

async function answerOf(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    throw unanswered(error)
  }
}

/** That nobody knows what happened; what was given up on purpose stays what it is. */
const unanswered = (error: unknown): unknown =>
  error instanceof DOMException && error.name === 'AbortError'
    ? error
    : new ApiError({ message: 'No answer', code: null, status: 0, requestId: null, retryAfterS: null })

function searchOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
