import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { chunkLength } from '../chunk-length.ts'
import { completeLength } from './markup.ts'
import {
  BEGINNING,
  SENTENCE_PAUSE_MS,
  type TextPassage,
  type TextSettings,
  textPassages,
} from './passages.ts'
import { sentenceEnds } from './sentences.ts'

/** Hears how many passages a text has become. None of them goes out before; where nobody asks, each goes as it is read. */
export type OnRead = (passages: number) => void

/**
 * UTF-16 units that are read before everything else gets its turn: the worst of them take some 6 ms. A piece is at most
 * twice as long, where no sentence ends.
 */
const PIECE_LENGTH = 1_000

/** Text as it comes in, passages as they go out. Offsets count from the first character pushed. */
export class TextQueue implements AsyncIterable<TextPassage> {
  readonly #settings: TextSettings
  readonly #unread: { text: string; onRead: OnRead | null }[] = []
  readonly #ready: TextPassage[] = []
  #buffer = ''
  /** Where what is read next begins. */
  #place = BEGINNING
  /** Units that may be read before others get their turn. */
  #room = PIECE_LENGTH
  #isReading = false
  /** The pause before what is handed over next. */
  #pauseMs = 0
  #characters = 0
  #ended = false
  /** What is wrong with the text: told where it is read. */
  #broken: { reason: unknown } | null = null
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

  /** Hands over what has been pushed, but for a tag that is not complete. */
  flush(onRead: OnRead | null = null): void {
    this.#handOver(completeLength(this.#buffer), onRead)
  }

  /** No more text: what is there is handed over. */
  end(onRead: OnRead | null = null): void {
    this.#ended = true
    this.#handOver(this.#buffer.length, onRead)
  }

  #handOver(length: number, onRead: OnRead | null): void {
    this.#unread.push({ text: this.#buffer.slice(0, length), onRead })
    this.#buffer = this.#buffer.slice(length)
    if (!this.#isReading) void this.#readAll()
  }

  async #readAll(): Promise<void> {
    this.#isReading = true
    try {
      for (let next = this.#unread.shift(); next !== undefined; next = this.#unread.shift()) {
        let passages: TextPassage[] = []
        for (const piece of pieces(next.text, this.#settings.language)) {
          if (piece.length > this.#room) {
            await turnOfLoop()
            this.#room = PIECE_LENGTH
          }
          this.#room -= piece.length
          passages = [...passages, ...this.#read(piece)]
          if (next.onRead !== null) continue
          this.#giveOut(passages)
          passages = []
        }
        next.onRead?.(passages.length)
        this.#giveOut(passages)
      }
    } catch (thrown) {
      this.#unread.length = 0
      this.#broken = { reason: thrown }
    }
    this.#isReading = false
    this.#wake?.()
  }

  #giveOut(passages: readonly TextPassage[]): void {
    this.#ready.push(...passages)
    this.#wake?.()
  }

  #read(text: string): TextPassage[] {
    const { passages, left } = textPassages(text, this.#settings, this.#place)
    this.#place = left
    const [first, ...others] = passages
    if (first === undefined) return []
    const leadMs = Math.max(this.#pauseMs, first.leadMs)
    this.#pauseMs = endsSentence(text, this.#settings.language) ? SENTENCE_PAUSE_MS : 0
    return [{ ...first, leadMs }, ...others]
  }

  /** Throws `VALIDATION_ERROR`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TextPassage, void, undefined> {
    for (;;) {
      const next = this.#ready.shift()
      if (next !== undefined) yield next
      else if (this.#broken !== null) throw this.#broken.reason
      else if (this.#ended && !this.#isReading) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** A text in pieces that are read at a time: they end with sentences where they can, and never inside of a tag. */
function* pieces(text: string, language: string): Generator<string, void, undefined> {
  let rest = text
  while (rest.length > PIECE_LENGTH) {
    const window = rest.slice(0, 2 * PIECE_LENGTH)
    // What is not complete at all is read with all that follows.
    const length = chunkLength(window, 0, { ...WHOLE_SENTENCES, bufferLengthMax: window.length }, language)
    if (length === 0) break
    yield rest.slice(0, length)
    rest = rest.slice(length)
  }
  yield rest
}

const WHOLE_SENTENCES = { schedule: [PIECE_LENGTH], isBySentence: false, flushTimeoutMs: 0 }

/** Whether a text would have a pause before what comes after it. */
const endsSentence = (text: string, language: string): boolean =>
  sentenceEnds(`${text.slice(-SENTENCE_TAIL)} `, language).some(
    (end) => end > text.slice(-SENTENCE_TAIL).trimEnd().length,
  )

/** Characters that show whether a sentence ends. */
const SENTENCE_TAIL = 64
