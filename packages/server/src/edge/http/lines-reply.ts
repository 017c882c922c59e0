import type { Reply } from './reply.ts'
import { streamedReply } from './streamed-reply.ts'

/** One JSON value a line (jsonlines.org). */
export const LINES_TYPE = 'application/jsonl'

const HEADERS = { 'content-type': `${LINES_TYPE}; charset=utf-8`, 'cache-control': 'no-store' }

/** Lines are sent together until they are so many. */
const CHUNK_CHARACTERS = 64 * 1024

/** Whether a caller would rather have lines, by any of their names, than one JSON value. */
export const prefersLines = (accept: string | null): boolean =>
  accept !== null &&
  /\bapplication\/(?:jsonl|x-ndjson)\b/i.test(accept) &&
  !/\bapplication\/json\b/i.test(accept)

/** An answer of lines, read as they are taken. `settle` hears of its end, with what broke it or null. */
export const linesReply = (
  lines: AsyncGenerator<string, void, undefined>,
  settle: (broke: unknown) => void,
): Reply => streamedReply(encoded(lines), { ...HEADERS }, settle)

/**
 * An answer of lines, each sent as it comes. The status line leaves with the first, so what fails before is an ordinary
 * error.
 */
export async function newsReply(
  news: AsyncGenerator<object, void, undefined>,
  settle: (broke: unknown) => void,
): Promise<Reply> {
  const first = await news.next()
  return streamedReply(encodedEach(first, news), { ...HEADERS }, settle)
}

async function* encodedEach(
  first: IteratorResult<object, void>,
  news: AsyncGenerator<object, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  const lineOf = (value: object): Uint8Array => encoder.encode(`${JSON.stringify(value)}\n`)
  if (first.done) return
  yield lineOf(first.value)
  for await (const value of news) yield lineOf(value)
}

async function* encoded(
  lines: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  let chunk = ''
  for await (const line of lines) {
    chunk += line
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield encoder.encode(chunk)
    chunk = ''
  }
  if (chunk !== '') yield encoder.encode(chunk)
}
