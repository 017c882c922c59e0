import { expect, expectEqual, expectMembers, LimitReached, Nonconforming, shortened } from './check.ts'
import { FrameReader, type Opening } from './frame-reader.ts'

/** The server that is checked, and with what. */
export type Target = {
  /** As `http://127.0.0.1:8000`; a path before the routes is kept. */
  url: string
  apiKey: string
  /** A key with the scope `keys:manage`, or null. */
  managementKey: string | null
  /** For every answer and every frame. */
  timeoutMs: number
}

export type Answer = { status: number; headers: Headers; bytes: Uint8Array; text: string }

type Asking = {
  method?: string
  /** Sent as JSON, unless it is text. */
  body?: unknown
  /** Null: without a credential. */
  key?: string | null
  headers?: Record<string, string>
}

const STATUS_LIMITED = 429
const RETRY_AFTER_S = 5

/** What checks ask of the server. */
export class Subject {
  readonly target: Target
  readonly #open = new Set<FrameReader>()

  constructor(target: Target) {
    this.target = target
  }

  /** Asks over HTTP. Redirections are not followed: official clients differ in whether they do. */
  async ask(
    path: string,
    { method, body, key = this.target.apiKey, headers = {} }: Asking = {},
  ): Promise<Answer> {
    const answer = await this.#fetched(path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    if (answer.status === STATUS_LIMITED) {
      const retryAfterS = Number(answer.headers.get('retry-after')) || RETRY_AFTER_S
      throw new LimitReached(`${path}: ${shortened(answer.text)}`, retryAfterS)
    }
    return answer
  }

  /** Speech over HTTP. */
  generate(body: object, path = '/v1/tts/generate'): Promise<Answer> {
    return this.ask(path, { body })
  }

  /** Opens a socket; it is closed after the check. */
  async open(path: string, opening: Opening = {}): Promise<FrameReader> {
    const { url, apiKey, timeoutMs } = this.target
    const reader = await FrameReader.open(url.replace(/^http/, 'ws') + path, {
      timeoutMs,
      ...('query' in opening || 'headers' in opening
        ? opening
        : { query: `?api_key=${encodeURIComponent(apiKey)}` }),
    })
    this.#open.add(reader)
    return reader
  }

  /** Ends what a check has left open. */
  async closeAll(): Promise<void> {
    const open = [...this.#open]
    this.#open.clear()
    await Promise.all(open.map((reader) => reader.close()))
  }

  async #fetched(path: string, init: RequestInit): Promise<Answer> {
    const about = `${init.method} ${path}`
    try {
      const response = await fetch(this.target.url + path, {
        ...init,
        signal: AbortSignal.timeout(this.target.timeoutMs),
      })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return {
        status: response.status,
        headers: response.headers,
        bytes,
        text: new TextDecoder().decode(bytes),
      }
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'TimeoutError'
      throw new Nonconforming(
        isLate
          ? `${about}: no answer within ${this.target.timeoutMs} ms`
          : `${about}: the connection broke (${error instanceof Error ? causeOf(error) : error})`,
      )
    }
  }
}

/** What is tried on one socket. */
export const onSocket =
  (path: string, tried: (reader: FrameReader) => Promise<string | undefined>) =>
  async (subject: Subject): Promise<string | undefined> =>
    tried(await subject.open(path))

/** The JSON of an answer. */
export function jsonOf({ text, headers }: Answer, about: string): unknown {
  const type = headers.get('content-type') ?? 'none'
  expect(/^application\/json\b/.test(type), `${about}: Content-Type is ${type}, must be application/json`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Nonconforming(`${about}: the body is no JSON: ${shortened(text)}`)
  }
}

export function expectStatus(about: string, { status, text }: Answer, expected: number): void {
  expect(status === expected, `${about}: status ${status}, must be ${expected} (${shortened(text)})`)
}

/** An error over HTTP in the flat envelope. */
export function expectFlatError(about: string, answer: Answer, status: number, errorCode?: string): void {
  expectStatus(about, answer, status)
  const body = jsonOf(answer, about)
  expectMembers(about, body, { error: 'string', error_code: 'string', code: 'integer' })
  expectEqual(`${about}: code`, body['code'], status)
  if (errorCode !== undefined) expectEqual(`${about}: error_code`, body['error_code'], errorCode)
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message)
