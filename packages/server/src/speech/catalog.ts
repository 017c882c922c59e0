import { DEFAULT_MODEL_ID, DEFAULT_MODELS, LEGACY_MODEL_IDS, type Model } from '@kugelaudio/contract'
import { Failure } from '../failure.ts'

/** The models that callers can name. */
export type Catalog = {
  models(): readonly Model[]
  /** The model that speaks for an id, which may be one of an earlier model. Throws `VALIDATION_ERROR`. */
  get(modelId: string | null): Model
  /** The same, or null. */
  find(modelId: string): Model | null
}

export function createCatalog(models: readonly Model[] = DEFAULT_MODELS): Catalog {
  const byId = new Map(models.map((model) => [model.id, model]))
  const find = (id: string): Model | null =>
    byId.get(LEGACY_MODEL_IDS.includes(id) ? DEFAULT_MODEL_ID : id) ?? null
  return {
    models: () => models,
    find,
    get(modelId) {
      const model = find(modelId ?? DEFAULT_MODEL_ID)
      if (model !== null) return model
      throw new Failure('VALIDATION_ERROR', `model_id: unknown model; GET /v1/models lists them`)
    },
  }
}
