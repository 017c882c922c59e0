import type { Clock } from '../../clock.ts'
import { wavSizes } from '../../speech/wav-sizes.ts'

/** How long a WAV is kept back after its first audio to learn how long it is, in ms. */
export const WAV_KEPT_MS_MAX = 250
/** As above, in bytes: 90 s at 24 kHz. */
const WAV_KEPT_BYTES_MAX = 4 * 1024 * 1024

/**
 * A WAV as it is spoken. What is whole soon enough is told its length, as a file is; what takes longer is streamed as it
 * comes, with the length left open, so that nobody waits for a slow engine.
 */
export async function* withLengthIfSoon(
  pieces: AsyncIterator<Uint8Array, void, undefined>,
  clock: Clock,
): AsyncGenerator<Uint8Array, void, undefined> {
  const kept: Uint8Array[] = []
  let bytes = 0
  let next = pieces.next()
  const first = await next
  const late = Promise.withResolvers<'late'>()
  const cancel = clock.after(WAV_KEPT_MS_MAX, () => late.resolve('late'))
  try {
    for (let read: IteratorResult<Uint8Array, void> | 'late' = first; read !== 'late'; ) {
      if (read.done) return yield withSizes(Buffer.concat(kept))
      kept.push(read.value)
      bytes += read.value.byteLength
      next = pieces.next()
      // Whoever reads the rest below is told what went wrong.
      next.catch(() => {})
      if (bytes > WAV_KEPT_BYTES_MAX) break
      read = await Promise.race([next, late.promise])
    }
  } finally {
    cancel()
  }
  yield* kept
  for (let read = await next; !read.done; read = await pieces.next()) yield read.value
}

function withSizes(wav: Buffer): Uint8Array {
  for (const { at, size } of wavSizes(wav.byteLength)) wav.set(size, at)
  return wav
}
