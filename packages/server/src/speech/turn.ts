import type { AudioFormat, FailureCode, WordTimestamp } from '@kugelaudio/contract'
import type { Meter, OpenMeter } from '../accounts/meter.ts'
import type { Confirm } from '../auth/confirm.ts'
import type { Grant } from '../auth/grants.ts'
import type { Clock } from '../clock.ts'
import { codeOf, Failure } from '../failure.ts'
import { type Observe, unobserved } from '../observe.ts'
import type { TokenTerms } from '../store/tokens.ts'
import type { StillPermits } from './decide-turn.ts'
import {
  type Engine,
  type EngineWord,
  type JobOwner,
  type JobSettings,
  PASSAGE_SPEED_MAX,
  PASSAGE_SPEED_MIN,
  type Passage,
} from './engine.ts'
import type { Dictionary } from './text/dictionaries.ts'
import type { TextPassage } from './text/passages.ts'
import { type OnRead, TextQueue } from './text/text-queue.ts'
import { sourceWords } from './text/word-ranges.ts'
import { beginTurnSpan, type TurnSpan } from './turn-span.ts'
import type { ChosenVoice } from './voices.ts'

/** How a turn is to be spoken; every field decided. */
export type TurnSettings = ChosenVoice & {
  /** As the caller named it. */
  modelId: string
  format: AudioFormat
  speed: number
  wordTimes: boolean
  /** Whether numbers, dates and the like are written out. */
  normalize: boolean
  /** What its words are looked up in. */
  dictionary: Dictionary | null
}

/** What a turn came to. */
export type TurnTotals = {
  /** Pieces of audio. */
  chunks: number
  samples: number
  audioMs: number
  /** Time the engine spent. */
  genMs: number
  /** From opening to the first audio. */
  firstAudioMs: number
  /** Code points of text. */
  characters: number
}

/** `passage` counts what `flush` and `end` have handed over, and ends where the engine has come to its end. */
export type TurnEvent =
  | { type: 'audio'; bytes: Uint8Array; samples: number; passage: number }
  | { type: 'words'; words: WordTimestamp[]; passage: number }
  | { type: 'passage'; passage: number; endMs: number; genMs: number }
  | { type: 'done'; totals: TurnTotals }

/** One stretch of speech: text in, audio out. */
export type Turn = {
  /** More text; it waits for the rest of its sentence until `flush` or `end`. */
  push(text: string): void
  /** Speaks what has been pushed. */
  flush(onRead?: OnRead): void
  /** No more text: what is there is spoken to its end. */
  end(onRead?: OnRead): void
  /** Stops at once: `events` throws the reason. */
  cancel(reason: unknown): void
  /**
   * Audio, words and at last the totals, made as they are pulled. To be read once; leaving it early cancels the turn.
   * Throws what ended the turn early: a Failure, or the reason of `cancel`.
   */
  readonly events: AsyncIterable<TurnEvent>
}

export type OpenTurn = (grant: Grant, settings: TurnSettings) => Turn

type Parts = {
  engine: Engine
  confirm: Confirm
  stillPermits: StillPermits
  /** Where a turn takes its place and its characters, and gives back what it has not used. */
  openMeter: OpenMeter
  /** Takes characters from what a token may speak. Throws when fewer are left. */
  spendCharacters: (token: TokenTerms, characters: number) => Promise<void>
  clock: Clock
  /** Hears how long a turn was silent at first. */
  firstAudio?: Observe['firstAudio']
  beginSpan?: Observe['beginSpan']
}

/** The one way to speech: every surface opens its turns here. */
export function createOpenTurn(parts: Parts): OpenTurn {
  return (grant, settings) => {
    const text = new TextQueue(settings)
    const ending = new AbortController()
    return {
      push: (more) => text.push(more),
      flush: (onRead) => text.flush(onRead),
      end: (onRead) => text.end(onRead),
      cancel: (reason) => ending.abort(reason),
      events: speak(parts, {
        grant,
        settings,
        text,
        ending,
        taken: [],
        begun: 0,
        samples: 0,
        firstAudioMs: null,
        isWhole: false,
      }),
    }
  }
}

type Speaking = {
  grant: Grant
  settings: TurnSettings
  text: TextQueue
  ending: AbortController
  /** Passages that the engine has taken. */
  taken: TextPassage[]
  /** Of these, how many have been heard something of. */
  begun: number
  samples: number
  /** From opening to the first audio; null before. */
  firstAudioMs: number | null
  /** All of it has been made. */
  isWhole: boolean
}

async function* speak(parts: Parts, speaking: Speaking): AsyncGenerator<TurnEvent, void, undefined> {
  const { grant, settings, ending } = speaking
  const sever = (): void => ending.abort(grant.signal.reason)
  const span = beginTurnSpan(parts.beginSpan ?? unobserved.beginSpan, settings)
  let failure: FailureCode | null = null
  const endSpan = (): void => {
    const { isWhole, text } = speaking
    span.end({ isWhole, failure, reason: ending.signal.reason, characters: text.characters })
  }
  ending.signal.addEventListener('abort', endSpan)
  grant.signal.addEventListener('abort', sever, { once: true })
  try {
    await parts.confirm(grant)
    ending.signal.throwIfAborted()
    parts.engine.admit(ownerOf(grant))
    const meter = parts.openMeter(grant, settings, (reason) => ending.abort(reason))
    // However a turn ends, it ends with this: also when nobody pulls its events any more.
    ending.signal.addEventListener('abort', () => {
      const errors = failure !== null || isFault(ending.signal.reason) ? 1 : 0
      void meter.settle({ ...heardOf(speaking), characters: charactersBegun(speaking), errors })
    })
    yield* spoken(parts, speaking, meter, span)
  } catch (error) {
    if (ending.signal.aborted) throw ending.signal.reason
    failure = codeOf(error)
    throw error
  } finally {
    grant.signal.removeEventListener('abort', sever)
    ending.abort()
    // What was cancelled before it began has heard of it before anybody listened.
    endSpan()
  }
}

async function* spoken(
  parts: Parts,
  speaking: Speaking,
  meter: Meter,
  span: TurnSpan,
): AsyncGenerator<TurnEvent, void, undefined> {
  const { grant, settings, text, ending, taken } = speaking
  const startMs = parts.clock.monotonicMs()
  const totals: TurnTotals = { chunks: 0, samples: 0, audioMs: 0, genMs: 0, firstAudioMs: 0, characters: 0 }
  // A container's head comes before its first sample; it is held back until there is something to hear.
  let heads: TurnEvent[] = []
  let asking = grant.principal
  await meter.reserve(text.characters)
  span.engineBegins()
  for await (const event of parts.engine.speak(
    passages(parts, speaking, meter),
    jobOf(grant, settings),
    ending.signal,
  )) {
    await parts.confirm(grant)
    ending.signal.throwIfAborted()
    if (grant.principal !== asking) {
      asking = grant.principal
      if (!parts.stillPermits(settings, asking))
        throw new Failure('FORBIDDEN', undefined, { cause: 'changed' })
    }
    switch (event.type) {
      case 'audio': {
        totals.chunks++
        totals.samples += event.samples
        speaking.samples = totals.samples
        if (event.samples > 0) speaking.begun = event.passage + 1
        if (totals.samples === 0) {
          heads.push(event)
          break
        }
        if (speaking.firstAudioMs === null) {
          speaking.firstAudioMs = parts.clock.monotonicMs() - startMs
          parts.firstAudio?.(speaking.firstAudioMs)
          span.firstAudio(speaking.firstAudioMs)
        }
        yield* heads
        heads = []
        yield event
        break
      }
      case 'words':
        yield {
          type: 'words',
          passage: event.passage,
          words: wordTimestamps(taken[event.passage], event.words),
        }
        break
      case 'passage':
        speaking.begun = event.passage + 1
        totals.genMs += event.genMs
        yield {
          type: 'passage',
          passage: event.passage,
          endMs: event.startMs + event.audioMs,
          genMs: event.genMs,
        }
        break
      case 'done':
        totals.audioMs = event.audioMs
        span.engineEnds(totals.genMs)
    }
  }
  if (totals.samples === 0) throw new Failure('EMPTY_AUDIO')
  // Written down before the caller learns that it is over.
  await meter.settle({ ...heardOf(speaking), characters: text.characters, errors: 0 })
  speaking.isWhole = true
  const firstAudioMs = speaking.firstAudioMs ?? 0
  yield { type: 'done', totals: { ...totals, firstAudioMs, characters: text.characters } }
}

/** A socket or a request has one grant from its start to its end. */
const ownerOf = (grant: Grant): JobOwner => ({ accountId: grant.principal.accountId, caller: grant })

const jobOf = (grant: Grant, { voice, format, wordTimes }: TurnSettings): JobSettings => ({
  ...ownerOf(grant),
  voice: voice.engineVoice,
  encoding: {
    codec: format.codec,
    sampleRate: format.sampleRate,
    ...(format.bitrateKbps === null ? {} : { bitrateKbps: format.bitrateKbps }),
  },
  wordTimes,
})

async function* passages(
  parts: Parts,
  { grant, settings, text, ending, taken }: Speaking,
  meter: Meter,
): AsyncGenerator<Passage, void, undefined> {
  let spent = 0
  try {
    for await (const passage of text) {
      await meter.reserve(text.characters)
      const { token } = grant.principal
      if (token !== null && token.maxCharacters !== null && text.characters > spent) {
        await parts.spendCharacters(token, text.characters - spent)
        spent = text.characters
      }
      taken.push(passage)
      yield {
        text: passage.spoken.text,
        speed: paceOf(settings, passage),
        leadMs: passage.leadMs,
        pronunciations: passage.pronunciations,
      }
    }
  } catch (error) {
    // What cannot be read, or not be paid for, ends the turn, whatever the engine makes of it.
    ending.abort(error)
  }
}

/** A voice's own pace, and on top of it what is asked for. */
const paceOf = ({ voice, speed }: TurnSettings, passage: TextPassage): number =>
  Math.min(PASSAGE_SPEED_MAX, Math.max(PASSAGE_SPEED_MIN, voice.speed * (passage.speed ?? speed)))

/** Whether a turn that was ended from outside has failed; what its caller stops or leaves has not. */
const isFault = (reason: unknown): boolean => reason instanceof Failure && reason.code !== 'CLIENT_GONE'

const heardOf = ({ samples, settings, firstAudioMs }: Speaking) => ({
  audioMs: Math.round((samples * 1_000) / settings.format.sampleRate),
  firstAudioMs,
})

function charactersBegun({ taken, begun }: Speaking): number {
  let characters = 0
  for (const { source } of taken.slice(0, begun)) for (const _ of source) characters++
  return characters
}

/** Words with their places in the caller's own text (wire reference, section 5.0). */
function wordTimestamps(passage: TextPassage | undefined, words: EngineWord[]): WordTimestamp[] {
  if (passage === undefined) return []
  return sourceWords(passage, words).map(({ word, start, end, startMs, endMs }) => ({
    word,
    start_ms: Math.round(startMs),
    end_ms: Math.round(endMs),
    char_start: start,
    char_end: end,
    score: 1,
  }))
}
