import type { Reply } from './reply.ts'
import { streamedReply } from './streamed-reply.ts'

/** Lines are sent together until they are so many. */
const CHUNK_CHARACTERS = 64 * 1024

/** An answer of lines, read as they are taken. `settle` hears of its end, with what broke it or null. */
export const linesReply = (
  lines: AsyncGenerator<string, void, undefined>,
  contentType: string,
  settle: (broke: unknown) => void,
): Reply =>
  streamedReply(encoded(lines), { 'content-type': contentType, 'cache-control': 'no-store' }, settle)

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
