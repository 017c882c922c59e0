import type { SettingsUpdate } from '@kugelaudio/contract'
import type { Failure } from '../../failure.ts'
import { failureFrame, failureOf } from '../wire-failure.ts'
import type { FrameSocket } from './frame-socket.ts'
import { type Members, readSettings } from './message.ts'
import { settingsFrame } from './speech-frames.ts'

/** Answers that may be owed on one socket; a client that asks for more is not read until it has taken some. */
const OWED_MAX = 32

/** What is sent out of turn, and when a client that asks faster than it takes has to wait. */
export class Outbox {
  readonly #socket: FrameSocket
  /** Answers that wait for their turn. */
  readonly #waiting: () => number
  /** Answers out of turn that the peer has not taken yet. */
  #unsent = 0

  constructor(socket: FrameSocket, waiting: () => number) {
    this.#socket = socket
    this.#waiting = waiting
  }

  /** Whether the client is not being read. */
  get isFull(): boolean {
    return this.#waiting() + this.#unsent >= OWED_MAX
  }

  /** Sends a frame now, whatever else is being sent. */
  answer(frame: object): void {
    this.#unsent++
    void this.#socket.send(frame).then(() => {
      this.#unsent--
      this.readOn()
    })
  }

  fail(failure: Failure): void {
    this.answer(failureFrame(failure, this.#socket.requestId))
  }

  /** Answers an update of settings; returns those that hold from now on. What is wrong with it concerns no turn. */
  updated<Settings extends SettingsUpdate>(settings: Settings, message: Members): Settings {
    try {
      const next = { ...settings, ...readSettings(message) }
      this.answer(settingsFrame(next))
      return next
    } catch (thrown) {
      this.fail(failureOf(thrown))
      return settings
    }
  }

  /** Call when something has come or gone. */
  readOn(): void {
    if (this.isFull) this.#socket.pause()
    else this.#socket.resume()
  }
}
