import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What a frame of the server says; of audio only that it has come, for its bytes are skipped. */
export type Heard =
  | { kind: 'audio' /** Of the frame's payload. */; bytes: number }
  | { kind: 'text'; text: string }
  | { kind: 'close'; code: number }

/** Enough of a frame to see that it is audio. */
const HEAD_BYTES = 64
const AUDIO_BEGINS = '{"audio"'
const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const

/**
 * A WebSocket that costs the machine as little as can be, so that what is measured is the server: audio is counted, not
 * copied. Masks are zero, which the protocol allows and no proxy is there to mind.
 */
export class FrameSocket {
  readonly #socket: Socket
  readonly #hear: (heard: Heard) => void
  #opcode = 0
  /** Bytes of the frame's head that have come; null while in its payload. */
  #head: Buffer | null = Buffer.alloc(0)
  #missing = 0
  #kept: Buffer[] = []
  #keptBytes = 0
  #isAudio = false
  #payloadBytes = 0

  private constructor(socket: Socket, hear: (heard: Heard) => void) {
    this.#socket = socket
    this.#hear = hear
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => {})
  }

  /** Opens `/ws/tts` with a key. */
  static async open(port: number, key: string, hear: (heard: Heard) => void): Promise<FrameSocket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    socket.write(
      `GET /ws/tts HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\nupgrade: websocket\r\n` +
        `connection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(`refused: ${answer}`)
    return new FrameSocket(socket, hear)
  }

  send(message: object): void {
    this.#write(OPCODE.text, Buffer.from(JSON.stringify(message)))
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(opcode: number, payload: Buffer): void {
    const { length } = payload
    const head = Buffer.alloc(length < 126 ? 6 : 8)
    head[0] = 0x80 | opcode
    if (length < 126) head[1] = 0x80 | length
    else {
      head[1] = 0x80 | 126
      head.writeUInt16BE(length, 2)
    }
    this.#socket.write(Buffer.concat([head, payload]))
  }

  #read(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#head !== null) {
        const head: Buffer = this.#head.length === 0 ? rest : Buffer.concat([this.#head, rest])
        const headBytes = headBytesOf(head)
        if (head.length < headBytes) {
          this.#head = head
          return
        }
        this.#begin(head)
        rest = head.subarray(headBytes)
      }
      const piece = rest.subarray(0, this.#missing)
      if (!this.#isAudio) this.#keep(piece)
      this.#missing -= piece.length
      rest = rest.subarray(piece.length)
      if (this.#missing === 0) this.#end()
    }
  }

  #begin(head: Buffer): void {
    this.#opcode = (head[0] ?? 0) & 0x0f
    this.#missing = payloadBytesOf(head)
    this.#payloadBytes = this.#missing
    this.#head = null
    this.#kept = []
    this.#keptBytes = 0
    this.#isAudio = false
  }

  #keep(piece: Buffer): void {
    this.#kept.push(piece)
    this.#keptBytes += piece.length
    if (this.#opcode !== OPCODE.text || this.#keptBytes < HEAD_BYTES) return
    this.#isAudio = Buffer.concat(this.#kept).toString('latin1', 0, AUDIO_BEGINS.length) === AUDIO_BEGINS
  }

  #end(): void {
    const payload = Buffer.concat(this.#kept)
    this.#head = Buffer.alloc(0)
    if (this.#isAudio) this.#hear({ kind: 'audio', bytes: this.#payloadBytes })
    else if (this.#opcode === OPCODE.ping) this.#write(OPCODE.pong, payload)
    else if (this.#opcode === OPCODE.close) this.#hear({ kind: 'close', code: payload.readUInt16BE(0) })
    else if (this.#opcode === OPCODE.text) this.#hear({ kind: 'text', text: payload.toString() })
  }
}

/** A server's frames carry no mask (RFC 6455, section 5.1). */
const headBytesOf = (head: Buffer): number => {
  const length = (head[1] ?? 0) & 0x7f
  return length === 127 ? 10 : length === 126 ? 4 : 2
}

const payloadBytesOf = (head: Buffer): number => {
  const length = (head[1] ?? 0) & 0x7f
  return length === 127 ? Number(head.readBigUInt64BE(2)) : length === 126 ? head.readUInt16BE(2) : length
}
