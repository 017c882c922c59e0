import { FRAME, FRAME_HEAD_BYTES } from '@kugelaudio/engine-host/protocol'

/** One second of 48 kHz PCM is 96 kB and the longest list of voices about 100 kB; more is not a host talking. */
const PAYLOAD_BYTES_MAX = 1024 * 1024

/** One frame as it came, its payload not yet looked at. */
export type Frame = { job: number; type: number; payload: Buffer }

/** Cuts a host's stream into frames, wherever its bytes are split. Throws on a frame no host would send. */
export class FrameReader {
  #chunks: Buffer[] = []
  #heldBytes = 0
  /** Bytes without which no further frame can be complete. */
  #neededBytes = FRAME_HEAD_BYTES

  #hold(rest: Buffer, neededBytes: number): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#heldBytes = rest.length
    this.#neededBytes = neededBytes
  }

  /** Takes the next bytes of the stream; yields the frames they complete. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk)
    this.#heldBytes += chunk.length
    // Joined only once a whole frame is there: a large frame in small pieces is copied once, not once a piece.
    if (this.#heldBytes < this.#neededBytes) return
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#heldBytes)
    this.#hold(rest, FRAME_HEAD_BYTES)
    while (rest.length >= FRAME_HEAD_BYTES) {
      const frameBytes = FRAME_HEAD_BYTES + payloadBytesOf(rest)
      if (rest.length < frameBytes) {
        this.#hold(rest, frameBytes)
        return
      }
      const payload = rest.subarray(FRAME_HEAD_BYTES, frameBytes)
      const frame = { job: rest.readUInt32LE(0), type: rest.readUInt8(4), payload }
      rest = rest.subarray(frameBytes)
      this.#hold(rest, FRAME_HEAD_BYTES)
      yield frame
    }
  }
}

const FRAME_TYPE_MAX = Math.max(...Object.values(FRAME))

/** Judges a frame's head before its payload is waited for. */
function payloadBytesOf(head: Buffer): number {
  const type = head.readUInt8(4)
  const length = head.readUInt32LE(5)
  if (type < 1 || type > FRAME_TYPE_MAX) throw new MalformedFrame(`frame of unknown type ${type}`)
  if (length > PAYLOAD_BYTES_MAX) throw new MalformedFrame(`frame of ${length} bytes`)
  return length
}

/** A host sent what the protocol does not allow. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}
