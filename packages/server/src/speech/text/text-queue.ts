import { Failure } from '../../failure.ts'
import { completeLength } from './markup.ts'
import {
  BEGINNING,
  SENTENCE_PAUSE_MS,
  type TextPassage,
  type TextSettings,
  textPassages,
} from './passages.ts'
import { sentenceEnds } from './sentences.ts'

/** Text as it comes in, passages as they go out. Offsets count from the first character pushed. */
export class TextQueue implements AsyncIterable<TextPassage> {
  readonly #settings: TextSettings
  readonly #ready: TextPassage[] = []
  #buffer = ''
  /** Where the buffer begins. */
  #place = BEGINNING
  /** The pause before what is handed over next. */
  #pauseMs = 0
  #characters = 0
  #ended = false
  /** What is wrong with the text: told where it is read. */
  #failure: Failure | null = null
  #wake: (() => void) | null = null

  constructor(settings: TextSettings) {
    this.#settings = settings
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

  /** Hands over what has been pushed, but for a tag that is not complete. Returns how many passages that is. */
  flush(): number {
    return this.#handOver(completeLength(this.#buffer, this.#place.open))
  }

  /** No more text: what is there is handed over. Returns how many passages that is. */
  end(): number {
    this.#ended = true
    return this.#handOver(this.#buffer.length)
  }

  #handOver(length: number): number {
    const text = this.#buffer.slice(0, length)
    const read = this.#read(text)
    if (read === null) return 0
    const { passages, left } = read
    this.#place = left
    for (const [at, passage] of passages.entries())
      this.#ready.push(at === 0 ? { ...passage, leadMs: Math.max(this.#pauseMs, passage.leadMs) } : passage)
    if (passages.length > 0)
      this.#pauseMs = endsSentence(text, this.#settings.language) ? SENTENCE_PAUSE_MS : 0
    this.#buffer = this.#buffer.slice(length)
    this.#wake?.()
    return passages.length
  }

  /** Null where it cannot be read. */
  #read(text: string): ReturnType<typeof textPassages> | null {
    try {
      return textPassages(text, this.#settings, this.#place)
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      this.#failure = thrown
      this.#wake?.()
      return null
    }
  }

  /** Throws `VALIDATION_ERROR`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TextPassage, void, undefined> {
    for (;;) {
      const next = this.#ready.shift()
      if (next !== undefined) yield next
      else if (this.#failure !== null) throw this.#failure
      else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** Whether a text would have a pause before what comes after it. */
const endsSentence = (text: string, language: string): boolean =>
  sentenceEnds(`${text.slice(-SENTENCE_TAIL)} `, language).some(
    (end) => end > text.slice(-SENTENCE_TAIL).trimEnd().length,
  )

/** Characters that show whether a sentence ends. */
const SENTENCE_TAIL = 64
