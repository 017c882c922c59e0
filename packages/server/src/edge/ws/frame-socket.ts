import type { Socket } from 'node:net'
import { FAILURES, type SocketAddress } from '@kugelaudio/contract'
import type { WebSocket } from 'ws'
import type { Clock } from '../../clock.ts'
import type { Failure } from '../../failure.ts'
import { elevenLabsFrame } from '../dialect-failures.ts'
import { failureFrame } from '../wire-failure.ts'

/** A reader that has taken nothing for so long is gone. */
const SEND_MS_MAX = 60_000
/** How long a peer gets to take its last frames and answer a close. */
const CLOSE_MS_MAX = 1_000

/** Close codes for ends that are nobody's failure (RFC 6455, section 7.4.1). */
export const CLOSE = { normal: 1000, restarting: 1012 } as const

/** A socket that carries one JSON object a frame, and never more than its reader takes. */
export class FrameSocket {
  readonly requestId: string
  readonly #socket: WebSocket
  readonly #connection: Socket
  readonly #clock: Clock
  readonly #dialect: SocketAddress['dialect']

  /** `connection` is what carries the socket, `dialect` whose errors it speaks, where they are not KugelAudio's. */
  constructor(
    socket: WebSocket,
    connection: Socket,
    about: { requestId: string; clock: Clock; dialect?: SocketAddress['dialect'] | undefined },
  ) {
    this.#socket = socket
    this.#connection = connection
    this.requestId = about.requestId
    this.#clock = about.clock
    this.#dialect = about.dialect
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** Resolves when the system has taken the frame; does nothing on a closed socket. */
  async send(frame: object): Promise<void> {
    if (!this.open) return
    const cancel = this.#clock.after(SEND_MS_MAX, () => this.#breakOff())
    try {
      // A socket that breaks meanwhile says so by its close event.
      await new Promise<void>((resolve) => this.#socket.send(JSON.stringify(frame), () => resolve()))
    } finally {
      cancel()
    }
  }

  sendFailure(failure: Failure): Promise<void> {
    return this.send(
      this.#dialect === undefined ? failureFrame(failure, this.requestId) : elevenLabsFrame(failure),
    )
  }

  /** Says why, and closes with the failure's code. What the reader has not taken soon after is thrown away. */
  fail(failure: Failure): void {
    void this.sendFailure(failure)
    this.close(FAILURES[failure.code].close, failure.code)
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState >= this.#socket.CLOSING) return
    this.#socket.close(code, reason)
    // The peer's answer is read, whatever else it has sent.
    this.#socket.resume()
    this.endSoon()
  }

  /** Leaves a peer that has been told why only the time to read it. */
  endSoon(): void {
    this.#clock.after(CLOSE_MS_MAX, () => this.#breakOff())
  }

  /** Stops taking messages, so that a peer that sends faster than it is served has to wait. */
  pause(): void {
    if (this.open) this.#socket.pause()
  }

  resume(): void {
    if (this.#socket.isPaused) this.#socket.resume()
  }

  /** Ends the connection without delivering what the system has buffered for a slow reader. */
  #breakOff(): void {
    this.#connection.resetAndDestroy()
  }
}
