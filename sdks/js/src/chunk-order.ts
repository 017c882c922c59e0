import { ProtocolError } from './errors.ts'
import type { Frame } from './frames.ts'

/** Sees that no chunk of a turn or context is lost or repeated: audio that is not whole is never passed off as whole. */
export class ChunkOrder {
  #next = 0
  #samples = 0
  #chunkId: number | undefined

  /** Chunks that have come. */
  count = 0

  /** Throws `ProtocolError` when this is not the chunk that is due. */
  check({ index, samples, chunkId }: Extract<Frame, { kind: 'audio' }>): void {
    // Some servers count anew within each chunk of the text.
    const beginsAnew = index === 0 && chunkId !== this.#chunkId
    if (index !== this.#next && !beginsAnew)
      throw new ProtocolError(
        `Chunk ${this.#next} of the audio was expected and chunk ${index} came: something was lost or repeated`,
      )
    this.#next = index + 1
    this.#chunkId = chunkId
    this.#samples += samples
    this.count += 1
  }

  /** Throws `ProtocolError` when less or more has come than the server says it has sent. */
  checkTotal(totalSamples: number | undefined): void {
    if (totalSamples !== undefined && totalSamples !== this.#samples)
      throw new ProtocolError(
        `${this.#samples} of ${totalSamples} samples have come: something was lost or repeated`,
      )
  }
}
