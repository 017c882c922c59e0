import type { WordTimestamp } from '@kugelaudio/contract'
import type { Grant } from '../auth/grants.ts'
import type { Cancel, Clock } from '../clock.ts'
import { Failure } from '../failure.ts'
import { type Chunking, chunkLength, mayEndSentence } from './chunk-length.ts'
import type { OpenTurn, Turn, TurnEvent, TurnSettings, TurnTotals } from './turn.ts'

/** What is heard of a turn, chunk by chunk; chunks count from 0. Times of words start with their chunk's audio. */
export type ChunkEvent =
  | { type: 'chunk'; chunk: number; text: string }
  | { type: 'audio'; chunk: number; bytes: Uint8Array; samples: number }
  | { type: 'words'; chunk: number; words: WordTimestamp[] }
  | { type: 'chunkEnd'; chunk: number; samples: number; genMs: number }
  | { type: 'done'; totals: TurnTotals }

/** A turn whose text comes in pieces. */
export type StreamedTurn = {
  /** More text, as it comes: it is put together without blanks. */
  push(text: string): void
  /** Hands over what there is, whether a chunk ends there or not. */
  flush(): void
  /** No more text: what is there is spoken to its end. */
  end(): void
  /** Stops at once: `events` throws the reason. */
  cancel(reason: unknown): void
  /** Whether everything handed over has been spoken: nothing is heard before more text comes. */
  readonly isWaiting: boolean
  /** To be read once. A text with nothing to speak in it is no failure here. */
  readonly events: AsyncIterable<ChunkEvent>
}

export type OpenStreamedTurn = (grant: Grant, settings: TurnSettings, chunking: Chunking) => StreamedTurn

/** Turns for text that is still being written: `openTurn`, fed with chunks. */
export const createOpenStreamedTurn =
  (parts: { openTurn: OpenTurn; clock: Clock }): OpenStreamedTurn =>
  (grant, settings, chunking) =>
    new ChunkedTurn(
      parts.openTurn(grant, settings),
      { ...chunking, language: settings.language },
      parts.clock,
    )

type Chunk = { text: string; lastPassage: number }

class ChunkedTurn implements StreamedTurn {
  readonly #turn: Turn
  readonly #chunking: Chunking & { language: string }
  readonly #clock: Clock
  #buffer = ''
  /** Handed over, but held back by the turn: it will be part of the next chunk. */
  #held = ''
  readonly #chunks: Chunk[] = []
  #passages = 0
  #chunksSpoken = 0
  /** Handed over, but not read yet. */
  #unread = 0
  #isEnded = false
  #stopTimer: Cancel = () => {}

  constructor(turn: Turn, chunking: Chunking & { language: string }, clock: Clock) {
    this.#turn = turn
    this.#chunking = chunking
    this.#clock = clock
  }

  get isWaiting(): boolean {
    return this.#unread === 0 && this.#chunksSpoken === this.#chunks.length
  }

  push(text: string): void {
    this.#buffer += text
    while (mayEndSentence(text) || this.#buffer.length >= this.#chunking.bufferLengthMax) {
      const chunk = this.#chunks.length + this.#unread
      const length = chunkLength(this.#buffer, chunk, this.#chunking, this.#chunking.language)
      if (length === 0) break
      this.#handOver(length)
    }
    this.#stopTimer()
    if (this.#buffer !== '')
      this.#stopTimer = this.#clock.after(this.#chunking.flushTimeoutMs, () =>
        this.#handOver(this.#buffer.length),
      )
  }

  flush(): void {
    this.#stopTimer()
    this.#handOver(this.#buffer.length)
  }

  end(): void {
    this.#stopTimer()
    this.#isEnded = true
    const text = this.#buffer
    this.#buffer = ''
    this.#turn.push(text)
    this.#unread++
    this.#turn.end((passages) => this.#count(text, passages))
  }

  cancel(reason: unknown): void {
    this.#stopTimer()
    this.#turn.cancel(reason)
  }

  get events(): AsyncIterable<ChunkEvent> {
    return this.#events()
  }

  #handOver(length: number): void {
    const text = this.#buffer.slice(0, length)
    this.#buffer = this.#buffer.slice(length)
    if (text === '') return
    this.#turn.push(text)
    this.#unread++
    this.#turn.flush((passages) => this.#count(text, passages))
  }

  /** What has nothing to speak in it makes no chunk of its own. */
  #count(text: string, passages: number): void {
    this.#unread--
    this.#held += text
    if (passages === 0) return
    this.#passages += passages
    this.#chunks.push({ text: this.#held, lastPassage: this.#passages - 1 })
    this.#held = ''
  }

  async *#events(): AsyncGenerator<ChunkEvent, void, undefined> {
    const chunks = new ChunkAudio(this.#chunks)
    try {
      for await (const event of this.#turn.events) {
        if (event.type === 'done') {
          yield* chunks.finish()
          yield event
        } else {
          yield* chunks.take(event, this.#isEnded && this.#unread === 0)
        }
        this.#chunksSpoken = chunks.spoken
      }
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'EMPTY_AUDIO')) throw error
      yield { type: 'done', totals: NOTHING }
    } finally {
      this.#stopTimer()
    }
  }
}

const NOTHING: TurnTotals = {
  chunks: 0,
  samples: 0,
  audioMs: 0,
  genMs: 0,
  firstAudioMs: 0,
  characters: 0,
}

/** Sorts what a turn says of its passages into chunks. */
class ChunkAudio {
  readonly #chunks: readonly Chunk[]
  /** Chunks that have come to their end. */
  spoken = 0
  #isBegun = false
  #startMs = 0
  #samples = 0
  #genMs = 0

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks
  }

  *take(event: Exclude<TurnEvent, { type: 'done' }>, isEnded: boolean): Generator<ChunkEvent> {
    const chunk = Math.min(this.spoken, this.#chunks.length - 1)
    const { text = '', lastPassage = 0 } = this.#chunks[chunk] ?? {}
    if (!this.#isBegun && chunk === this.spoken) {
      this.#isBegun = true
      yield { type: 'chunk', chunk, text }
    }
    switch (event.type) {
      case 'audio':
        this.#samples += event.samples
        yield { type: 'audio', chunk, bytes: event.bytes, samples: event.samples }
        break
      case 'words':
        yield { type: 'words', chunk, words: event.words.map((word) => this.#fromStart(word)) }
        break
      case 'passage':
        this.#genMs += event.genMs
        if (event.passage < lastPassage) break
        // The last chunk may have a tail, which the encoder gives out at the end.
        if (!isEnded || chunk < this.#chunks.length - 1) yield* this.finish()
        this.#startMs = Math.round(event.endMs)
    }
  }

  /** The end of the chunk that is being spoken, if there is one. */
  *finish(): Generator<ChunkEvent> {
    if (!this.#isBegun) return
    yield { type: 'chunkEnd', chunk: this.spoken, samples: this.#samples, genMs: this.#genMs }
    this.spoken += 1
    this.#isBegun = false
    this.#samples = 0
    this.#genMs = 0
  }

  #fromStart(word: WordTimestamp): WordTimestamp {
    const since = (ms: number): number => Math.max(0, ms - this.#startMs)
    return { ...word, start_ms: since(word.start_ms), end_ms: since(word.end_ms) }
  }
}
