import type { Codec, HelloPayload } from '@kugelaudio/engine-host/protocol'

/** How a job's audio is encoded. */
export type Encoding = {
  codec: Codec
  /** Hz, of the encoded audio. */
  sampleRate: number
  /** kbit/s; `mp3` and `opus` only. */
  bitrateKbps?: number
}

/** How slow and how fast an engine can be asked to speak. */
export const PASSAGE_SPEED_MIN = 0.25
export const PASSAGE_SPEED_MAX = 4

/** One thing to say: at most a sentence of about 300 characters. */
export type Passage = {
  text: string
  /** `PASSAGE_SPEED_MIN` to `PASSAGE_SPEED_MAX`; 1 is the voice's own rate. */
  speed: number
  /** Silence before it, in ms. */
  leadMs: number
  /** Parts of the text (UTF-16) to be said by their pronunciation, by engines that can; others say the text. */
  pronunciations?: readonly { start: number; end: number; ipa: string }[]
}

/** A word and when it is heard. Offsets are UTF-16 into the passage's text, times from the start of the job's audio. */
export type EngineWord = { start: number; end: number; startMs: number; endMs: number }

/** What comes back of a job, in order. `passage` counts passages from 0. */
export type EngineEvent =
  | { type: 'audio'; passage: number; samples: number; bytes: Uint8Array }
  | { type: 'words'; passage: number; words: EngineWord[] }
  | { type: 'passage'; passage: number; startMs: number; audioMs: number; genMs: number }
  | { type: 'done'; samples: number; audioMs: number }

/**
 * Who a job is for. Jobs of one account share its place in the round, and jobs of one caller (a socket, a request) share
 * that caller's place among those of its account.
 */
export type JobOwner = { accountId: string; caller: object }

/** What a job needs to know. */
export type JobSettings = JobOwner & { voice: string; encoding: Encoding; wordTimes: boolean }

/** What an engine offers, as data. */
export type EngineOffer = HelloPayload

/** How an engine is doing, for `/ready`, `doctor` and the operator. */
export type EngineHealth = {
  state: 'starting' | 'ready' | 'failed' | 'missing'
  /** Why it is not ready, in words the operator can act on. */
  reason: string | null
  hosts: { pid: number; ready: boolean; jobs: number }[]
  jobsWaiting: number
}

/** Turns passages into encoded audio. Knows nothing of keys, sockets or formats' names. */
export type Engine = {
  /** Voices, codecs and defaults; waits until the engine has said them, throws `MODEL_UNAVAILABLE` if it cannot. */
  offer(): Promise<EngineOffer>
  /**
   * Throws `MODEL_UNAVAILABLE` (with `retryAfterS`) when a job of this owner would be turned away now: to be asked before
   * anything is done for it.
   */
  admit(owner: JobOwner): void
  /**
   * Speaks passages in order. Passages are pulled at most one ahead of the audio the reader has taken, so a slow
   * reader slows the engine. Throws `MODEL_UNAVAILABLE` (with `retryAfterS`) when the queue is full, also when it has
   * not begun and has to give way to an owner with less. Aborting ends it.
   */
  speak(
    passages: AsyncIterable<Passage>,
    settings: JobSettings,
    signal: AbortSignal,
  ): AsyncIterable<EngineEvent>
  health(): EngineHealth
  /**
   * The server is about to end: every job ends with `SERVICE_UNAVAILABLE` after the passages that it is saying, those
   * that say none at once. Nothing is cut in a word.
   */
  rest(): void
  /** Ends the hosts. */
  close(): Promise<void>
}
