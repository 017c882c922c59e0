import type { Environment } from '@kugelaudio/contract'
import type { Tone } from '../../ui/badge.tsx'

/** Where keys are used, in the order of their weight. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const satisfies readonly Environment[]

export const ENVIRONMENT_TONES: Readonly<Record<Environment, Tone>> = {
  development: 'plain',
  staging: 'violet',
  production: 'accent',
}
