import { chooseFormat, DEFAULT_MODEL_ID, type Language, type SpeakMessage } from '@kugelaudio/contract'
import { type Plans, requireFeature } from '../accounts/plans.ts'
import type { Principal } from '../auth/grants.ts'
import { Failure } from '../failure.ts'
import type { Catalog } from './catalog.ts'
import type { DictionaryInEffect } from './dictionaries/in-effect.ts'
import type { Dictionary } from './text/dictionaries.ts'
import type { TurnSettings } from './turn.ts'
import type { ChosenVoice, SpokenVoice, Voices } from './voices.ts'

/** What of a request decides how it is spoken. */
export type TurnWishes = Pick<
  SpeakMessage,
  | 'model_id'
  | 'voice_id'
  | 'language'
  | 'output_format'
  | 'sample_rate'
  | 'speed'
  | 'normalize'
  | 'dictionary_ids'
> & { wordTimes: boolean }

/** Who asks, and which voices and models the key and the token leave open. */
type Asking = Pick<Principal, 'accountId' | 'plan' | 'limits' | 'token'>

/** Fills in what a request leaves open. Throws `VALIDATION_ERROR`, `NOT_FOUND`, and `FORBIDDEN` for what is locked. */
export type DecideTurn = (wishes: TurnWishes, asking: Asking) => Promise<TurnSettings>

export const createDecideTurn =
  (parts: {
    catalog: Catalog
    voices: Voices
    plans: Plans
    dictionaryInEffect: DictionaryInEffect
  }): DecideTurn =>
  async (wishes, asking) => {
    const modelId = permittedModel(parts.catalog, wishes.model_id ?? null, asking)
    const choice = chooseFormat(wishes.output_format ?? null, wishes.sample_rate ?? null)
    if (!choice.ok) throw new Failure('VALIDATION_ERROR', choice.message)
    const chosen = await permittedVoice(parts.voices, wishes, asking)
    return {
      ...chosen,
      modelId,
      format: choice.format,
      speed: wishes.speed ?? 1,
      normalize: wishes.normalize ?? true,
      wordTimes: wishes.wordTimes,
      dictionary: await wishedDictionary(parts, wishes.dictionary_ids ?? null, chosen.language, asking),
    }
  }

/** Where the plan has no dictionaries, those that there are do not apply. Throws `NOT_FOUND`, and `FORBIDDEN` by plan. */
async function wishedDictionary(
  parts: { plans: Plans; dictionaryInEffect: DictionaryInEffect },
  ids: readonly number[] | null,
  language: Language,
  { accountId, plan }: Asking,
): Promise<Dictionary | null> {
  const ofPlan = parts.plans.of(plan)
  if (ids !== null && ids.length > 0) requireFeature(ofPlan, 'dictionaries')
  if (!ofPlan.features.includes('dictionaries')) return null
  return await parts.dictionaryInEffect({ accountId, ids, language })
}

/** The lists that a name must be in, of the token and of the key. Where a request names nothing, the first decides. */
const locksOf = (
  kind: 'voices' | 'models',
  { token, limits }: Asking,
): [readonly string[], ...(readonly string[])[]] | null => {
  const [first, ...others] = [token?.[kind], limits[kind]].filter((lock) => lock != null)
  return first === undefined ? null : [first, ...others]
}

/** Whether what is being spoken may still be spoken so, by who asks as they are now. */
export type StillPermits = (settings: Pick<TurnSettings, 'voice' | 'modelId'>, asking: Asking) => boolean

export const createStillPermits =
  (catalog: Catalog): StillPermits =>
  ({ voice, modelId }, asking) =>
    isOpenModel(catalog, modelId, asking) && isOpenVoice(voice, asking)

function isOpenModel(catalog: Catalog, id: string, asking: Asking): boolean {
  const model = catalog.get(id)
  const locks = locksOf('models', asking) ?? []
  return locks.every((lock) => lock.some((name) => catalog.find(name)?.id === model.id))
}

function isOpenVoice({ id, handle }: SpokenVoice, asking: Asking): boolean {
  const locks = locksOf('voices', asking) ?? []
  return locks.every((lock) => lock.some((name) => name === handle || name === String(id)))
}

function permittedModel(catalog: Catalog, wished: string | null, asking: Asking): string {
  const locks = locksOf('models', asking)
  const isOpen = (id: string): boolean => isOpenModel(catalog, id, asking)
  if (wished !== null || locks === null) {
    const id = wished ?? DEFAULT_MODEL_ID
    if (!isOpen(id)) throw new Failure('FORBIDDEN', undefined, { cause: 'model' })
    return id
  }
  const id = locks[0].find(isOpen)
  if (id === undefined) throw new Failure('FORBIDDEN', undefined, { cause: 'model' })
  return id
}

async function permittedVoice(voices: Voices, wishes: TurnWishes, asking: Asking): Promise<ChosenVoice> {
  const locks = locksOf('voices', asking)
  const wished = wishes.voice_id ?? null
  const candidates = wished !== null || locks === null ? [wished] : locks[0]
  const choose = (name: string | number | null) => voices.choose(name, wishes.language ?? null, asking)
  for (const candidate of candidates) {
    // A voice in a lock may have been deleted since; a voice that was asked for may not.
    const chosen = await (candidate === wished ? choose(candidate) : unlessGone(choose(candidate)))
    if (chosen !== null && isOpenVoice(chosen.voice, asking)) return chosen
  }
  throw new Failure('FORBIDDEN', undefined, { cause: 'voice' })
}

async function unlessGone(choosing: Promise<ChosenVoice>): Promise<ChosenVoice | null> {
  try {
    return await choosing
  } catch (error) {
    if (error instanceof Failure && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN')) return null
    throw error
  }
}
