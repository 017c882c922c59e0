/** Gathers samples into chunks that start short, so that the first is heard soon, and grow, so that there are few. */
export type Chunker = {
  push(samples: Int16Array): void
  /** Gives out what waits, and starts again with short chunks. */
  flush(): void
}

const FIRST_CHUNK_MS = 100
const CHUNK_MS_MAX = 1_000

/** `onChunk` gets an array that is overwritten afterwards. `rate` in Hz. */
export function createChunker(rate: number, onChunk: (chunk: Int16Array) => void): Chunker {
  const samplesOf = (ms: number) => Math.max(1, Math.round((rate * ms) / 1000))
  const buffer = new Int16Array(samplesOf(CHUNK_MS_MAX))
  let chunkMs = FIRST_CHUNK_MS
  let filled = 0

  const give = () => {
    const count = filled
    filled = 0
    onChunk(buffer.subarray(0, count))
  }
  return {
    push(samples) {
      for (let at = 0; at < samples.length; ) {
        const room = samplesOf(chunkMs) - filled
        const piece = samples.subarray(at, at + room)
        buffer.set(piece, filled)
        filled += piece.length
        at += piece.length
        if (piece.length < room) return
        give()
        chunkMs = Math.min(chunkMs * 2, CHUNK_MS_MAX)
      }
    },
    flush() {
      if (filled > 0) give()
      chunkMs = FIRST_CHUNK_MS
    },
  }
}
