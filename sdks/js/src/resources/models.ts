import type { CallOptions } from '../http.ts'
import { Resource } from './resource.ts'

/** A model that can speak. */
export type Model = {
  id: string
  name: string
  description: string
  parameters: string
  /** Characters. */
  maxInputLength: number
  /** Hz. */
  sampleRate: number
}

/** `client.models` */
export class ModelsResource extends Resource {
  /** The models that can speak. */
  async list(options: CallOptions = {}): Promise<Model[]> {
    const request = { method: 'GET', path: '/v1/models', ...options } as const
    const { models } = await this.request<{ models: Partial<Model>[] }>(request)
    return models.map((model) => ({
      id: model.id ?? '',
      name: model.name ?? '',
      description: model.description ?? '',
      parameters: model.parameters ?? '',
      maxInputLength: model.maxInputLength ?? 5_000,
      sampleRate: model.sampleRate ?? 24_000,
    }))
  }
}
