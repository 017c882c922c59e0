import { z } from 'zod'
import { TEXT_CHARACTERS_MAX } from './limits.ts'

/** A model of the public catalog. */
export const Model = z.object({
  id: z.string(),
  model_id: z.string(),
  name: z.string(),
  max_input_length: z.int(),
  sample_rate: z.int(),
})
export type Model = z.infer<typeof Model>

export const ModelList = z.object({ models: z.array(Model) })

/** The models every server has until its operator adds others. */
export const DEFAULT_MODELS: readonly Model[] = [
  {
    id: 'kugel-3',
    model_id: 'kugel-3',
    name: 'Kugel 3',
    max_input_length: TEXT_CHARACTERS_MAX,
    sample_rate: 24000,
  },
]

/** Used when a request names no model. */
export const DEFAULT_MODEL_ID = 'kugel-3'

/** Ids that are accepted and speak with the default model: of earlier models, and of the one that newer clients name. */
export const LEGACY_MODEL_IDS: readonly string[] = [
  'kugel-3.5',
  'kugel-2.5',
  'kugel-2-turbo',
  'kugel-2',
  'kugel-1',
  'kugel-1-turbo',
]
