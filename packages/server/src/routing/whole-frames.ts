import { Transform, type TransformCallback } from 'node:stream'

/** Far more than our nodes put into a frame. Of a longer one nothing is held back: then it cannot be ended between frames. */
const HELD_BYTES_MAX = 1024 * 1024
const CLOSE = 0x8

/**
 * Passes WebSocket frames (RFC 6455, section 5.2) on as they are, each as soon as it is whole: so wherever it ends, another
 * frame may follow.
 */
export class WholeFrames extends Transform {
  /** Whether a close frame has passed: nothing may follow any more. */
  hasClosed = false
  /** A frame that is not whole yet, and how many bytes it lacks at least. */
  #held: Buffer[] = []
  #missing = 0
  /** Bytes of a frame too long to be held back that are still to come. */
  #rest = 0

  /** Whether what has passed ends with a whole frame. */
  get isBetweenFrames(): boolean {
    return this.#rest === 0
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (chunk.length < this.#missing) {
      this.#held.push(chunk)
      this.#missing -= chunk.length
      return done()
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([...this.#held, chunk])
    const at = this.#endOfWhole(bytes)
    this.#held = at < bytes.length ? [bytes.subarray(at)] : []
    done(null, at === 0 ? undefined : bytes.subarray(0, at))
  }

  /** Where the last whole frame ends; of one that is too long to be held, the end of what is there. */
  #endOfWhole(bytes: Buffer): number {
    this.#missing = 0
    let at = Math.min(this.#rest, bytes.length)
    this.#rest -= at
    while (at < bytes.length) {
      const length = frameLength(bytes, at)
      const lacking = length === null ? 1 : at + length - bytes.length
      if (length === null || (lacking > 0 && length <= HELD_BYTES_MAX)) {
        this.#missing = lacking
        break
      }
      if ((bytes.readUInt8(at) & 0xf) === CLOSE) this.hasClosed = true
      this.#rest = Math.max(0, lacking)
      at = Math.min(at + length, bytes.length)
    }
    return at
  }
}

/** Of the frame that begins there, its head included; null while its head is not whole. */
function frameLength(bytes: Buffer, at: number): number | null {
  if (bytes.length < at + 2) return null
  const second = bytes.readUInt8(at + 1)
  const maskLength = second >= 0x80 ? 4 : 0
  const code = second & 0x7f
  if (code < 126) return 2 + maskLength + code
  if (code === 126) return bytes.length < at + 4 ? null : 4 + maskLength + bytes.readUInt16BE(at + 2)
  return bytes.length < at + 10 ? null : 10 + maskLength + Number(bytes.readBigUInt64BE(at + 2))
}

/** A close frame as servers send it. `reason`: at most 123 bytes. */
export function closeFrame(code: number, reason: string): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)])
  payload.writeUInt16BE(code)
  return Buffer.concat([Buffer.from([0x80 | CLOSE, payload.length]), payload])
}
