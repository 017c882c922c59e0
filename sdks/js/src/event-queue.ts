/** Events that come when they come, read one after the other. Ends with all that came before its end. */
export class EventQueue<Event> implements AsyncIterableIterator<Event, undefined> {
  readonly #events: Event[] = []
  #waiting: PromiseWithResolvers<IteratorResult<Event, undefined>>[] = []
  #end: { failed: false } | { failed: true; error: unknown } | null = null
  readonly #onReturn: () => void

  /** `onReturn` is called when the reader leaves before the end. */
  constructor(onReturn: () => void = () => {}) {
    this.#onReturn = onReturn
  }

  push(event: Event): void {
    if (this.#end !== null) return
    const next = this.#waiting.shift()
    if (next === undefined) this.#events.push(event)
    else next.resolve({ done: false, value: event })
  }

  end(): void {
    this.#finish({ failed: false })
  }

  fail(error: unknown): void {
    this.#finish({ failed: true, error })
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    if (this.#events.length > 0) return { done: false, value: this.#events.shift() as Event }
    if (this.#end !== null) {
      const end = this.#end
      this.#end = { failed: false }
      if (end.failed) throw end.error
      return { done: true, value: undefined }
    }
    const waiting = withResolvers<IteratorResult<Event, undefined>>()
    this.#waiting.push(waiting)
    return waiting.promise
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    const isEarly = this.#end === null
    this.#events.length = 0
    this.end()
    if (isEarly) this.#onReturn()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(end: { failed: false } | { failed: true; error: unknown }): void {
    if (this.#end !== null) return
    this.#end = end
    const [first, ...rest] = this.#waiting
    this.#waiting = []
    if (first === undefined) return
    if (end.failed) {
      first.reject(end.error)
      this.#end = { failed: false }
    } else first.resolve({ done: true, value: undefined })
    for (const { resolve } of rest) resolve({ done: true, value: undefined })
  }
}

type PromiseWithResolvers<Value> = {
  promise: Promise<Value>
  resolve(value: Value): void
  reject(error: unknown): void
}

/** As `Promise.withResolvers`, which Node 20 lacks. */
export function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve!: (value: Value) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<Value>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}
