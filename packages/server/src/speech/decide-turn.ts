import { chooseFormat, DEFAULT_MODEL_ID, type SpeakMessage } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'
import type { Catalog } from './catalog.ts'
import type { TurnSettings } from './turn.ts'
import type { Voices } from './voices.ts'

/** What of a request decides how it is spoken. */
export type TurnWishes = Pick<
  SpeakMessage,
  'model_id' | 'voice_id' | 'language' | 'output_format' | 'sample_rate' | 'speed' | 'dictionary_ids'
> & { wordTimes: boolean }

/** Fills in what a request leaves open. Throws `VALIDATION_ERROR` and `NOT_FOUND`. */
export type DecideTurn = (wishes: TurnWishes) => Promise<TurnSettings>

export const createDecideTurn =
  (parts: { catalog: Catalog; voices: Voices }): DecideTurn =>
  async (wishes) => {
    parts.catalog.get(wishes.model_id ?? null)
    const choice = chooseFormat(wishes.output_format ?? null, wishes.sample_rate ?? null)
    if (!choice.ok) throw new Failure('VALIDATION_ERROR', choice.message)
    if ((wishes.dictionary_ids ?? []).length > 0) throw new Failure('NOT_FOUND', 'Dictionary not found')
    return {
      ...(await parts.voices.choose(wishes.voice_id ?? null, wishes.language ?? null)),
      modelId: wishes.model_id ?? DEFAULT_MODEL_ID,
      format: choice.format,
      speed: wishes.speed ?? 1,
      wordTimes: wishes.wordTimes,
    }
  }
