import type { Reply } from './reply.ts'

/** Lines are sent together until they are so many. */
const CHUNK_CHARACTERS = 64 * 1024

/** An answer of lines, read as they are taken. `settle` hears of its end, with what broke it or null. */
export function linesReply(
  lines: AsyncGenerator<string, void, undefined>,
  contentType: string,
  settle: (broke: unknown) => void,
): Reply {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          let chunk = ''
          let isDone = false
          while (!isDone && chunk.length < CHUNK_CHARACTERS) {
            const next = await lines.next()
            isDone = next.done === true
            if (!next.done) chunk += next.value
          }
          if (chunk !== '') controller.enqueue(encoder.encode(chunk))
          if (!isDone) return
          controller.close()
          settle(null)
        } catch (error) {
          settle(error)
        }
      },
      async cancel() {
        await lines.return()
        settle(null)
      },
    },
    { highWaterMark: 0 },
  )
  return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body }
}
