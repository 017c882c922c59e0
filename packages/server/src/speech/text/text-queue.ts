import { type TextPassage, textPassages } from './passages.ts'

/** Text as it comes in, passages as they go out. Offsets count from the first character pushed. */
export class TextQueue implements AsyncIterable<TextPassage> {
  readonly #language: string
  readonly #ready: TextPassage[] = []
  #buffer = ''
  #bufferStart = 0
  #characters = 0
  #ended = false
  #wake: (() => void) | null = null

  constructor(language: string) {
    this.#language = language
  }

  /** Code points pushed so far. */
  get characters(): number {
    return this.#characters
  }

  /** Adds text; it waits for the rest of its sentence until `flush` or `end`. */
  push(text: string): void {
    this.#buffer += text
    for (const _ of text) this.#characters++
  }

  /** Hands over what has been pushed, finished or not. Returns how many passages that is. */
  flush(): number {
    const passages = textPassages(this.#buffer, this.#language)
    for (const passage of passages) {
      this.#ready.push({ ...passage, start: this.#bufferStart + passage.start })
    }
    this.#bufferStart += this.#buffer.length
    this.#buffer = ''
    this.#wake?.()
    return passages.length
  }

  /** No more text: what is there is handed over. Returns how many passages that is. */
  end(): number {
    this.#ended = true
    return this.flush()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TextPassage, void, undefined> {
    for (;;) {
      const next = this.#ready.shift()
      if (next !== undefined) yield next
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
