import type { Reply } from './reply.ts'

/** An answer in pieces, made as they are taken. `settle` hears of its end, with what broke it or null. */
export function streamedReply(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  headers: Record<string, string>,
  settle: (broke: unknown) => void,
): Reply {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await pieces.next()
          if (!next.done) return controller.enqueue(next.value)
          controller.close()
          settle(null)
        } catch (error) {
          settle(error)
        }
      },
      async cancel() {
        await pieces.return()
        settle(null)
      },
    },
    { highWaterMark: 0 },
  )
  return { status: 200, headers, body }
}
