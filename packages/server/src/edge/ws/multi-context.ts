import { CONTEXTS_MAX, type ContextConfig, type ContextFrame, ContextMessage } from '@kugelaudio/contract'
import type { Grant } from '../../auth/grants.ts'
import type { Clock } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { Log } from '../../log.ts'
import { parseBy } from '../../parse.ts'
import { failureFrame, failureOf } from '../wire-failure.ts'
import { Context, type ContextSocket } from './context.ts'
import { CLOSE, type FrameSocket } from './frame-socket.ts'
import type { InputTurnParts } from './input-turn.ts'
import { isSettingsUpdate, type Members, readMessage } from './message.ts'
import { Outbox } from './outbox.ts'
import type { OpenSession, Session } from './session.ts'

type Parts = InputTurnParts & { clock: Clock; log: Log }

/** `/ws/tts/multi`: several texts at once, each spoken in its order (wire reference, section 5.3). */
export const createContextsSession =
  (parts: Parts): OpenSession =>
  (socket, grant) =>
    new ContextsSession(parts, socket, grant)

class ContextsSession implements Session, ContextSocket {
  readonly #parts: Parts
  readonly #socket: FrameSocket
  readonly #grant: Grant
  readonly #contexts = new Map<string, Context>()
  readonly #outbox: Outbox
  #config: ContextConfig = {}
  #isDraining = false

  constructor(parts: Parts, socket: FrameSocket, grant: Grant) {
    this.#parts = parts
    this.#socket = socket
    this.#grant = grant
    this.#outbox = new Outbox(socket, () => this.#owed())
  }

  receive(text: string | null): void {
    if (!this.#socket.open) return
    let message: Members = {}
    try {
      message = readMessage(text)
      this.#act(message)
    } catch (thrown) {
      this.#refuse(failureOf(thrown), message)
    }
    this.#outbox.readOn()
  }

  closed(): void {
    for (const context of [...this.#contexts.values()]) context.cancel()
  }

  drain(): void {
    this.#isDraining = true
    this.moved()
  }

  send(frame: ContextFrame): Promise<void> {
    return this.#socket.send(frame)
  }

  async fail(failure: Failure, contextId: string): Promise<void> {
    if (this.#grant.signal.aborted) return
    if (failure.code === 'INTERNAL_ERROR')
      this.#parts.log.error({ request_id: this.#socket.requestId, err: failure.cause }, 'turn failed')
    await this.#socket.send({ ...failureFrame(failure, this.#socket.requestId), context_id: contextId })
  }

  gone(context: Context): void {
    this.#contexts.delete(context.id)
  }

  moved(): void {
    this.#outbox.readOn()
    if (!this.#isDraining || [...this.#contexts.values()].some(({ isIdle }) => !isIdle)) return
    this.closed()
    this.#socket.close(CLOSE.restarting, 'restarting')
  }

  #owed(): number {
    let owed = 0
    for (const context of this.#contexts.values()) owed += context.owed
    return owed
  }

  #act(message: Members): void {
    if (isSettingsUpdate(message)) {
      this.#config = this.#outbox.updated(this.#config, message)
      return
    }
    const {
      context_id: id,
      voice_settings,
      text,
      flush,
      close_context,
      immediate,
      close_socket,
      ...config
    } = parseBy(ContextMessage, message)
    this.#config = { ...this.#config, ...config }
    if (close_socket) return this.#leave()
    if (id == null) {
      // Without a context, and without anything to do: a client that warms its connection up.
      if (flush || close_context || text?.trim())
        throw new Failure('VALIDATION_ERROR', 'context_id: is required')
      return
    }
    if (text) this.#push(id, text, voice_settings ?? {})
    this.#contexts.get(id)?.touch()
    if (close_context) this.#close(id, immediate ?? false)
    else if (flush) this.#flush(id)
  }

  #push(id: string, text: string, own: Partial<ContextConfig>): void {
    const context = this.#contexts.get(id)
    if (context?.isClosing) throw new Failure('VALIDATION_ERROR', 'context_id: the context is being closed')
    // Blanks that create a context are not spoken.
    if (context === undefined && text.trim() === '') this.#create(id, own)
    else (context ?? this.#create(id, own)).push(text)
  }

  #create(id: string, own: Partial<ContextConfig>): Context {
    if (this.#contexts.size >= CONTEXTS_MAX) throw new Failure('TOO_MANY_CONTEXTS')
    const context = new Context(this.#parts, {
      id,
      grant: this.#grant,
      config: { ...this.#config, ...own },
      socket: this,
    })
    this.#contexts.set(id, context)
    this.#outbox.answer({ context_created: true, context_id: id })
    return context
  }

  #flush(id: string): void {
    const context = this.#contexts.get(id)
    // A client that has not learned of the end yet must not wait for a final that never comes.
    if (context === undefined) this.#outbox.answer({ final: true, context_id: id })
    else if (!context.isClosing) context.flush()
  }

  #close(id: string, isImmediate: boolean): void {
    const context = this.#contexts.get(id)
    if (context === undefined) this.#outbox.answer({ context_closed: true, context_id: id })
    else if (isImmediate) this.#end(context)
    else context.close()
  }

  #end(context: Context): void {
    context.cancel()
    this.#outbox.answer(context.closedFrame)
  }

  #leave(): void {
    for (const context of [...this.#contexts.values()]) this.#end(context)
    this.#outbox.answer({ session_closed: true })
    this.#socket.close(CLOSE.normal, 'closed')
  }

  /** In the order of its context's answers, where there is one. */
  #refuse(failure: Failure, message: Members): void {
    const id = message['context_id']
    const context = typeof id === 'string' ? this.#contexts.get(id) : undefined
    if (context !== undefined && !context.isClosing) context.fail(failure)
    else if (typeof id === 'string' && failure.code !== 'INTERNAL_ERROR')
      this.#outbox.answer({ ...failureFrame(failure, this.#socket.requestId), context_id: id.slice(0, 200) })
    else this.#outbox.fail(failure)
  }
}
