import type { FailureCode } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'
import type { BeginSpan, Span } from '../observe.ts'
import type { TurnSettings } from './turn.ts'

/** A turn as a span, and under it what the engine does for it. */
export type TurnSpan = {
  engineBegins(): void
  /** Ends without a failure, after so much work. */
  engineEnds(genMs: number): void
  firstAudio(ms: number): void
  /** Only the first end counts. */
  end(came: TurnEnd): void
}

/** How a turn ended: by itself, by a failure of its own, or from outside, for a reason. */
export type TurnEnd = {
  isWhole: boolean
  failure: FailureCode | null
  reason: unknown
  /** Of its text. */
  characters: number
}

export function beginTurnSpan(beginSpan: BeginSpan, settings: TurnSettings): TurnSpan {
  const { modelId, voice, language } = settings
  const turn = beginSpan('turn', {
    'kugelaudio.model': modelId,
    'kugelaudio.voice': voice.id,
    'kugelaudio.language': language,
  })
  let engine: Span | null = null
  return {
    engineBegins() {
      engine = turn.within(() => beginSpan('engine', {}))
    },
    engineEnds: (genMs) => engine?.end({ 'kugelaudio.gen_ms': genMs }),
    firstAudio: (ms) => turn.event('first audio', { 'kugelaudio.first_audio_ms': ms }),
    end({ isWhole, failure, reason, characters }) {
      const code = isWhole ? null : (failure ?? (reason instanceof Failure ? reason.code : null))
      engine?.end({}, code)
      const ended = isWhole ? 'whole' : (code ?? 'cancelled')
      turn.end({ 'kugelaudio.characters': characters, 'kugelaudio.ended': ended }, code)
    },
  }
}
