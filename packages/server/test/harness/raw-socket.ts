import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connectTo } from './raw-http.ts'
import { handshakeText } from './speak-client.ts'

/** Opcodes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const

/** A frame that the server has sent. */
export type RawFrame = { opcode: number; payload: Buffer }

/** The bytes of a frame, as right or wrong as it is asked for. */
export function rawFrame(
  opcode: number,
  payload: string | Uint8Array,
  {
    isLast = true,
    isMasked = true,
    reserved = 0,
  }: { isLast?: boolean; isMasked?: boolean; reserved?: number } = {},
): Buffer {
  const data = Buffer.from(payload)
  const head = Buffer.alloc(data.length < 126 ? 2 : data.length < 65_536 ? 4 : 10)
  head[0] = (isLast ? 0x80 : 0) | (reserved << 4) | opcode
  const lengthCode = head.length === 2 ? data.length : head.length === 4 ? 126 : 127
  head[1] = (isMasked ? 0x80 : 0) | lengthCode
  if (head.length === 4) head.writeUInt16BE(data.length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(data.length), 2)
  if (!isMasked) return Buffer.concat([head, data])
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, data.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}

/** A WebSocket as bytes: for clients that do what no library does. */
export class RawSocket {
  readonly connection: Socket
  /** Resolves when the connection has ended, with the frames that came before. */
  readonly ended: Promise<RawFrame[]>
  #received: Buffer = Buffer.alloc(0)
  readonly #frames: RawFrame[] = []
  #taken = 0
  #isEnded = false
  #wake: () => void = () => {}

  constructor(connection: Socket, rest: Buffer) {
    this.connection = connection
    this.#take(rest)
    connection.on('data', (chunk: Buffer) => this.#take(chunk))
    this.ended = new Promise((resolve) => {
      connection.on('close', () => {
        this.#isEnded = true
        this.#wake()
        resolve(this.#frames)
      })
    })
  }

  /** Opens `/ws/tts`. */
  static async open({ url }: { url: string }, key: string): Promise<RawSocket> {
    const connection = await connectTo(url)
    connection.write(handshakeText(`/ws/tts?api_key=${key}`))
    let head = Buffer.alloc(0)
    while (!head.includes('\r\n\r\n')) {
      const [chunk]: Buffer[] = await once(connection, 'data')
      head = Buffer.concat([head, chunk ?? Buffer.alloc(0)])
    }
    if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(head.toString('latin1'))
    return new RawSocket(connection, head.subarray(head.indexOf('\r\n\r\n') + 4))
  }

  /** The next frame; null when the connection has ended. */
  async next(): Promise<RawFrame | null> {
    for (;;) {
      const frame = this.#frames[this.#taken]
      if (frame !== undefined) {
        this.#taken++
        return frame
      }
      if (this.#isEnded) return null
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The code of the close frame, which the server sends before it ends the connection. */
  async closeCode(): Promise<number | null> {
    const close = (await this.ended).at(-1)
    return close?.opcode === OPCODE.close ? close.payload.readUInt16BE(0) : null
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const parsed = firstFrame(this.#received)
      if (parsed === null) break
      this.#frames.push(parsed.frame)
      this.#received = this.#received.subarray(parsed.length)
    }
    this.#wake()
  }
}

/** Servers send unmasked frames, and ours never in pieces. */
function firstFrame(bytes: Buffer): { frame: RawFrame; length: number } | null {
  if (bytes.length < 2) return null
  const code = bytes.readUInt8(1) & 0x7f
  const headLength = code === 126 ? 4 : code === 127 ? 10 : 2
  if (bytes.length < headLength) return null
  const size = code === 126 ? bytes.readUInt16BE(2) : code === 127 ? Number(bytes.readBigUInt64BE(2)) : code
  const length = headLength + size
  if (bytes.length < length) return null
  return { frame: { opcode: bytes.readUInt8(0) & 0xf, payload: bytes.subarray(headLength, length) }, length }
}
